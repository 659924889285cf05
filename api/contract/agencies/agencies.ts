import { z } from 'zod';
import { LOW_MILLIS } from '../../rules/credits.ts';
import { spellAddress } from '../../rules/spelling.ts';
import { brand, signUpForm } from '../bootstrap/brand.ts';
import type { Operation } from '../operation.ts';
import { patchShape } from '../patch.ts';
import { furtherPlan, plan, planDraft } from '../plans.ts';
import {
  AMOUNT_MAX,
  agencyEmail,
  because,
  cents,
  coded,
  countOnce,
  currency,
  id,
  instant,
  line,
  millis,
  mode,
  prose,
  settingsVersion,
} from '../values.ts';
import { permissions, rotated, rotation } from './keys.ts';
import { packageDraft, packagePatch, packageRead } from './packages.ts';

export const slug = z.string(coded('slug.invalid'));

/** Scheme, host and port of a page, e.g. `https://www.example.com`; `https://*.example.com` for every subdomain. */
export const origin = z.string().overwrite(spellAddress).max(300);

/** Plans, and packages, that an agency may have in total, retired ones included, and on offer. */
export const LISTED_MAX = 100;
export const OFFERED_MAX = 20;

/** The share of a balance, in tenths of a percent, below which the meter turns orange and red, and the amount below which it turns orange. */
export const meterThresholds = z
  .strictObject({
    lowPermille: z.int().min(1).max(999).default(250),
    criticalPermille: z.int().min(0).max(998).default(100),
    lowMillis: z
      .int()
      .min(0)
      .max(AMOUNT_MAX)
      .default(LOW_MILLIS)
      .describe('Milli-credits. A balance is low below this amount, whatever its share; 0: only the share counts.'),
  })
  .refine((levels) => levels.criticalPermille < levels.lowPermille, because({ reason: 'levels_crossed' }));

/** Policy of an agency for running out of minutes. Milli-credits; a floor may be negative. */
export const minutesPolicy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unlimited') }).describe('Calls and free credits go on, and the minutes go below zero.'),
  z
    .strictObject({ kind: z.literal('floor'), floorMillis: z.int().min(-1_000_000_000_000).max(1_000_000_000_000) })
    .describe('What would fall below the floor is refused: calls to everyone, free credits to new clients, for whom they wait.'),
  z.strictObject({ kind: z.literal('no_grant') }).describe('Calls go on below zero, but the free credits of new clients wait there.'),
]);

/** The agency's own Stripe account. Secrets go in and never come out. Required at first; later, fields left out stay. */
export const stripeDraft = z.strictObject({
  publishableKey: z.string().max(300).optional(),
  secretKey: z.string().max(300).optional(),
  productId: z.string().max(120).optional().describe('What all is sold as that has no price of its own at Stripe.'),
  priceId: z.string().max(120).optional().describe('The price of one package, at Stripe.'),
  packageId: id('pkg').optional().describe('The package that `priceId` sells. Left out: stays, at first the first package.'),
  webhookSecret: z
    .string()
    .max(300)
    .nullable()
    .optional()
    .describe('Left out: stays; where `secretKey` is given, or for null, the webhook endpoint is made anew with the key.'),
});

const secret = z.strictObject({ set: z.boolean(), last4: z.string().nullable() });

export const stripeRead = z.strictObject({
  publishableKey: z.string().nullable(),
  secretKey: secret,
  productId: z.string().nullable(),
  priceId: z.string().nullable(),
  packageId: id('pkg').nullable().describe('The package that the price sells. Every other one is sold as so much of the product.'),
  webhookSecret: secret,
  webhookUrl: z.url(),
  accountId: z.string().nullable().describe("Stripe's id of the account. Null until the keys are saved the next time."),
  former: z
    .array(
      z.strictObject({
        accountId: z.string().nullable(),
        last4: z.string().describe('Of its secret key.'),
        leftAt: z.iso.datetime(),
        keptUntil: z.iso.datetime().describe('Until then refunds and disputes of what was paid there are followed.'),
        openPurchases: z.int().min(0).describe('Purchases that can still be paid there; they are credited.'),
      }),
    )
    .describe('Accounts that were left. Their keys must stay valid at Stripe, and the webhooks there must stay.'),
});

/** While it is off, widgets show the notice and nobody signs up or buys. Payments in progress are still credited. */
export const portal = z.strictObject({
  active: z.boolean().describe('The switch. A live portal that is switched on is open once nothing is missing: see `portal.read`.'),
  notice: line(300).nullable().default(null),
});

/** The recipient of mails to the agency itself: what its providers refuse, and that its minutes are exhausted. */
export const alertSettings = z.strictObject({
  email: agencyEmail.nullable().default(null).describe("Never shown to clients. Null: the brand's address for support."),
});

/** The seller on receipts, besides the brand's name. */
export const receiptSettings = z.strictObject({
  address: prose(300).nullable().default(null).describe('Postal address, a line of it on each line.'),
  vatId: line(40).nullable().default(null).describe('VAT or tax number.'),
  vatBasisPoints: z
    .int()
    .min(0)
    .max(5000)
    .nullable()
    .default(null)
    .describe(
      'Rate of the VAT that all prices contain, in hundredths of a percent: 1900 is 19 %. Receipts show net, VAT and gross; prices stay as they are. The VAT is rounded once, half to even, and net is the rest. Null: receipts name none.',
    ),
});

/** Settings that test and live share. */
const shared = {
  name: line(80).describe('Shared by test and live; takes the live key.'),
  slug: slug.describe(
    'Part of its addresses. A former one leads to the present one; for 90 days nobody else can have it, and there are at most 5. Shared by test and live; takes the live key.',
  ),
};

const sharedBrand = 'How it looks. Shared by test and live; takes the live key.';

/** Settings that test and live keep apart. */
const ofMode = {
  signUp: signUpForm.prefault({}),
  origins: countOnce(z.array(origin).max(50)).default([]).describe('Pages that may use the publishable key.'),
  plan: plan.describe('What new clients are on.'),
  meter: meterThresholds.prefault({}),
  portal: portal.prefault({ active: true }),
  minutesPolicy: minutesPolicy.default({ kind: 'unlimited' }),
  alerts: alertSettings.prefault({}).describe('Where the agency hears of what it must look after.'),
  receipts: receiptSettings.prefault({}).describe('The seller on receipts, and its VAT. A receipt that was issued keeps what it says.'),
};

/** Settings merged field by field: all except the lists of plans and packages. */
export const settingsShape = { ...shared, brand, ...ofMode };

const lists = (what: string) =>
  `In the order in which they are shown. What is named of one is changed; one without an id is the active one of its name, or else new. ` +
  `Left out: all stay. One that is not in the list, or all for null: retired, which means that ${what}.`;

const plans = z.array(z.strictObject({ id: id('pln').optional(), ...patchShape(planDraft.shape) }));
const packages = z.array(packagePatch);

/** A change of settings. */
const settingsPatch = z.strictObject({
  ...patchShape(shared),
  brand: z.strictObject(patchShape(brand.shape)).nullable().optional().describe(`${sharedBrand} Left out: stays. Null: none but the name.`),
  ...patchShape(ofMode),
  plans: plans
    .max(LISTED_MAX)
    .nullable()
    .optional()
    .describe(`Plans beside the first one. ${lists('nobody can choose it, and who has it keeps it')}`),
  packages: packages
    .max(LISTED_MAX)
    .nullable()
    .optional()
    .describe(`What credits are sold in. ${lists('nobody can buy it, and who is paying for it gets it')}`),
  stripe: stripeDraft.optional().describe("The agency's own account at Stripe, in the mode of the key. Left out: stays."),
  version: settingsVersion
    .optional()
    .describe(
      'As `agency.read` told it: refuses with 409 where anything that this key may change was changed since, and a version that never was with 422. Left out: saves over what was changed since.',
    ),
});

/** Accepts more when read, because values stored under higher limits are still shown. */
const stored = { centsPer100Credits: cents };

export const agency = z.strictObject({
  id: id('agn'),
  mode,
  version: settingsVersion,
  testGeneration: z.int().min(0).describe('Which test world is the current one.'),
  ...settingsShape,
  plan: plan.extend(stored),
  plans: z.array(furtherPlan.extend(stored)).describe('Beside the first one. Those that are not active are retired: who has one keeps it.'),
  packages: z.array(packageRead).describe('Those that are not active are retired.'),
  stripe: stripeRead,
  minutes: z.strictObject({ available: millis }),
  fees: z.array(z.strictObject({ currency, owedCents: z.int() })).describe('What the agency owes the platform for settled payments.'),
});

/** An agency as the platform lists it. */
const listedAgency = z.strictObject({
  id: id('agn'),
  slug: z.string(),
  name: z.string(),
  createdAt: instant,
  suspended: z.string().nullable().describe('Why; null: it is not.'),
  payments: z.array(mode).describe('The modes in which its Stripe account is set up.'),
});

/** Refusals of a save of settings. Items for sale are checked at Stripe. */
export const savingErrors = [
  'portal.incomplete',
  'settings.live_key_needed',
  'settings.changed',
  'package.currency_mixed',
  'package.too_many',
  'plan.currency_mixed',
  'plan.too_many',
  'payments.key_refused',
  'payments.key_rights',
  'payments.account_inactive',
  'payments.live_refused',
  'payments.product_not_found',
  'payments.product_inactive',
  'payments.request_refused',
  'payments.busy',
  'payments.price_not_found',
  'payments.price_of_other_product',
  'payments.price_recurring',
  'payments.price_inactive',
  'payments.amount_mismatch',
  'payments.currency_mismatch',
  'payments.provider_unavailable',
] as const;

export const agencyOperations = {
  'agencies.create': {
    summary:
      'Creates an agency and its keys. A repeat with the same Idempotency-Key tells the same keys, for a day and until the first of them is rotated.',
    method: 'POST',
    callers: { platform: true },
    repeatable: true,
    input: z.strictObject({
      ...shared,
      brand: brand.optional(),
      origins: ofMode.origins,
      plan,
      packages: z.array(packageDraft).max(LISTED_MAX).default([]),
      minutesMillis: z.int().min(0).max(1_000_000_000_000).default(0).describe('Prepaid minutes to start with, in each mode.'),
    }),
    example: {
      name: 'Example Voice',
      slug: 'example-voice',
      origins: ['https://www.example.com'],
      plan: { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 10_000 },
      packages: [{ name: '100 credits', creditsMillis: 100_000, priceCents: 4000, currency: 'EUR' }],
    },
    output: z.strictObject({
      id: id('agn'),
      slug: z.string(),
      keys: z.strictObject({
        test: z.strictObject({ publishable: z.string(), secret: z.string() }),
        live: z.strictObject({ publishable: z.string(), secret: z.string() }),
      }),
    }),
    errors: [
      'slug.invalid',
      'slug.reserved',
      'slug.taken',
      'package.currency_mixed',
      'package.price_unusual',
      'package.too_many',
      'agency.keys_rotated',
    ],
  },
  'agencies.list': {
    summary: 'All agencies, in the order of their ids.',
    method: 'GET',
    callers: { platform: true },
    input: z.strictObject({
      slug: slug.optional().describe('Only the one that has it, or had it.'),
      after: id('agn').optional().describe('Those behind this one.'),
      limit: z.coerce.number().pipe(z.int().min(1).max(200)).default(50),
    }),
    example: { limit: 50 },
    output: z.strictObject({
      agencies: z.array(listedAgency),
      next: id('agn').nullable().describe('Pass it as `after` for the next page.'),
    }),
    errors: [],
  },
  'agencies.rotateKey': {
    summary: 'Makes a new key for an agency that has lost its own, shown this once. Those before it go on until the overlap ends.',
    method: 'POST',
    callers: { platform: true },
    input: z.strictObject({
      agencyId: id('agn'),
      mode,
      ...rotation,
      permissions: permissions
        .optional()
        .describe('All that a restricted secret key may do; it ends only those that may do the same. Left out: everything.'),
    }),
    example: { agencyId: 'agn_example', mode: 'live', kind: 'secret', overlapSeconds: 0 },
    output: rotated,
    errors: ['agency.not_found', 'key.rotating'],
  },
  'agencies.suspend': {
    summary: "Stops everything of an agency but what is already being paid: its pages, its clients' sessions and its keys are refused.",
    method: 'POST',
    callers: { platform: true },
    journaledIfChanged: true,
    input: z.strictObject({ agencyId: id('agn'), reason: line(200) }),
    example: { agencyId: 'agn_example', reason: 'Unpaid fees' },
    output: z.strictObject({ agencyId: id('agn'), suspended: z.boolean() }),
    errors: ['agency.not_found'],
  },
  'agencies.resume': {
    summary: 'Lets a suspended agency go on.',
    method: 'POST',
    callers: { platform: true },
    journaledIfChanged: true,
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
    summary:
      "Changes the agency's settings in the mode of the key. What is left out stays, also inside of objects. Stripe's keys, product and price are checked against Stripe before they are saved.",
    method: 'POST',
    callers: { agency: 'agency:write' },
    journaledIfChanged: true,
    input: settingsPatch,
    example: { plan: { centsPer100Credits: 3800, freeMillis: 5_000, rounding: { by: 'minute' } } },
    output: agency,
    errors: [
      ...savingErrors,
      'slug.invalid',
      'slug.reserved',
      'slug.taken',
      'slug.renamed_often',
      'package.price_unusual',
      'package.not_found',
      'payments.key_kind',
      'payments.accounts_too_many',
      'payments.mode_mismatch',
      'payments.webhook_refused',
      'payments.webhook_unreachable',
      'payments.webhooks_full',
    ],
  },
} as const satisfies Record<string, Operation>;
