import { z } from 'zod';
import { brand, signUpForm } from './brand.ts';
import type { Operation } from './operation.ts';
import { plan, planDraft } from './plans.ts';
import { cents, coded, currency, id, line, millis, millisToMove, mode } from './values.ts';

export const slug = z.string(coded('slug.invalid'));

/** Scheme, host and port of a page, e.g. `https://www.example.com`; `https://*.example.com` for every subdomain. */
export const origin = z.string().max(300);

/** A package as the agency writes it. Its id stays while its content stays. */
export const packageDraft = z.strictObject({
  id: id('pkg').optional(),
  name: line(60),
  credits: millisToMove,
  priceCents: z.int().min(50).max(99_999_999),
  currency,
  popular: z.boolean().default(false),
});

/** The share of a balance, in tenths of a percent, below which the meter turns orange and red. */
export const meterThresholds = z
  .strictObject({ lowPermille: z.int().min(1).max(999).default(250), criticalPermille: z.int().min(0).max(998).default(100) })
  .refine((levels) => levels.criticalPermille < levels.lowPermille, 'Critical must be below low.');

/** What happens when the agency has no minutes left. Milli-credits; a floor may lie below zero. */
export const minutesPolicy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unlimited') }).describe('Calls and free credits go on, and the minutes go below zero.'),
  z
    .strictObject({ kind: z.literal('floor'), floorMillis: z.int().min(-1_000_000_000_000).max(1_000_000_000_000) })
    .describe('What would fall below the floor is refused: calls to everyone, free credits to new clients, who sign up without them.'),
  z.strictObject({ kind: z.literal('no_grant') }).describe('Calls go on below zero, but new clients get no free credits there.'),
]);

/** The agency's own Stripe account. Secrets go in and never come out. */
export const stripeDraft = z.strictObject({
  publishableKey: z.string().max(300),
  secretKey: z.string().max(300),
  productId: z.string().max(120),
  priceId: z.string().max(120),
  webhookSecret: z.string().max(300).optional().describe('Left out: the webhook endpoint is made with the key.'),
});

const secret = z.strictObject({ set: z.boolean(), last4: z.string().nullable() });

export const stripeRead = z.strictObject({
  publishableKey: z.string().nullable(),
  secretKey: secret,
  productId: z.string().nullable(),
  priceId: z.string().nullable(),
  webhookSecret: secret,
  webhookUrl: z.url(),
});

/** Switched off, widgets show the notice and nobody signs up or buys; what is being paid is still credited. */
export const portal = z.strictObject({ active: z.boolean(), notice: line(300).nullable().default(null) });

const settings = {
  name: line(80),
  slug,
  brand,
  signUp: signUpForm,
  origins: z.array(origin).max(50),
  plan,
  plans: z.array(planDraft).max(20).describe('Plans beside the first one, in the order in which they are shown.'),
  packages: z.array(packageDraft).max(20),
  meter: meterThresholds,
  portal,
  minutesPolicy,
};

/** As it is read: what was stored before a limit was lower is shown all the same. */
const stored = { centsPer100Credits: cents };

export const agency = z.strictObject({
  id: id('agn'),
  mode,
  version: z.int().min(0).describe('Rises with every change of a setting.'),
  testGeneration: z.int().min(0).describe('Which test world is the current one.'),
  ...settings,
  plan: plan.extend(stored),
  plans: z.array(planDraft.extend(stored)),
  stripe: stripeRead,
  minutes: z.strictObject({ available: millis }),
  fees: z.array(z.strictObject({ currency, owedCents: z.int() })).describe('What the agency owes the platform for settled payments.'),
});

export const agencyOperations = {
  'agencies.create': {
    summary: 'Creates an agency and its keys, which are shown this once.',
    method: 'POST',
    callers: { platform: true },
    input: z.strictObject({
      name: settings.name,
      slug: settings.slug,
      brand: brand.optional(),
      origins: settings.origins.default([]),
      plan,
      packages: settings.packages.default([]),
      minutesMillis: z.int().min(0).max(1_000_000_000_000).default(0).describe('Prepaid minutes to start with, in each mode.'),
    }),
    example: {
      name: 'Example Voice',
      slug: 'example-voice',
      origins: ['https://www.example.com'],
      plan: { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 10_000 },
      packages: [{ name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' }],
    },
    output: z.strictObject({
      id: id('agn'),
      slug: z.string(),
      keys: z.strictObject({
        test: z.strictObject({ publishable: z.string(), secret: z.string() }),
        live: z.strictObject({ publishable: z.string(), secret: z.string() }),
      }),
    }),
    errors: ['slug.invalid', 'slug.reserved', 'slug.taken', 'package.currency_mixed'],
  },
  'agencies.suspend': {
    summary: "Stops everything of an agency but what is already being paid: its pages, its clients' sessions and its keys are refused.",
    method: 'POST',
    callers: { platform: true },
    input: z.strictObject({ agencyId: id('agn'), reason: line(200) }),
    example: { agencyId: 'agn_example', reason: 'Unpaid fees' },
    output: z.strictObject({ agencyId: id('agn'), suspended: z.boolean() }),
    errors: ['agency.not_found'],
  },
  'agencies.resume': {
    summary: 'Lets a suspended agency go on.',
    method: 'POST',
    callers: { platform: true },
    input: z.strictObject({ agencyId: id('agn'), reason: line(200) }),
    example: { agencyId: 'agn_example', reason: 'Fees paid' },
    output: z.strictObject({ agencyId: id('agn'), suspended: z.boolean() }),
    errors: ['agency.not_found'],
  },
  'agency.read': {
    summary: "The agency's own settings. Secrets are told only as set or not.",
    method: 'GET',
    callers: { agency: 'agency:read' },
    input: z.strictObject({}),
    example: {},
    output: agency,
    errors: [],
  },
  'agency.update': {
    summary: "Changes the agency's settings. Stripe's keys, product and price are checked against Stripe before they are saved.",
    method: 'POST',
    callers: { agency: 'agency:write' },
    input: z.strictObject({ ...settings, stripe: stripeDraft }).partial(),
    example: { plan: { centsPer100Credits: 3800, currency: 'EUR', freeMillis: 5_000, rounding: { by: 'minute' } } },
    output: agency,
    errors: [
      'settings.live_key_needed',
      'slug.invalid',
      'slug.reserved',
      'slug.taken',
      'package.currency_mixed',
      'plan.currency_mixed',
      'payments.key_kind',
      'payments.key_refused',
      'payments.mode_mismatch',
      'payments.live_refused',
      'payments.product_not_found',
      'payments.price_not_found',
      'payments.price_of_other_product',
      'payments.price_recurring',
      'payments.price_inactive',
      'payments.amount_mismatch',
      'payments.currency_mismatch',
      'payments.provider_unavailable',
    ],
  },
} as const satisfies Record<string, Operation>;
