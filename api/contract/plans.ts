import { z } from 'zod';
import { isCountry } from '../rules/countries.ts';
import type { Operation } from './operation.ts';
import { order, payment, paymentLimits } from './orders.ts';
import { patchShape } from './patch.ts';
import { because, cents, countOnce, currency, id, instant, line, millis, millisToMove, settingsVersion } from './values.ts';

const callRounding = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('second') }).describe('Per second, rounded up to a milli-credit on the total.'),
  z.strictObject({ by: z.literal('minute') }).describe('Every begun minute counts whole.'),
  z.strictObject({ by: z.literal('increment'), seconds: z.int().min(1).max(3600) }).describe('Every begun increment counts whole.'),
]);

const price = z.int().min(0).max(1_000_000_000).describe('Milli-credits: 1 credit = 1 minute of calling = 1000.');

/** ISO 3166-1, in any case; of the countries that have phone numbers. */
export const country = z
  .string()
  .regex(/^[A-Za-z]{2}$/, because({ reason: 'country_malformed' }))
  .toUpperCase()
  .refine(isCountry, because({ reason: 'country_unknown' }));
export const numberType = z.enum(['local', 'mobile', 'toll_free', 'national']);

/** A client's prices of one kind of number. A kind that is missing in a plan is not sold. */
const numberPrice = z.strictObject({ country, type: numberType, setupMillis: price, monthlyMillis: price });

const numberPrices = z
  .array(numberPrice)
  .max(200)
  .superRefine((prices, context) => {
    const seen = new Set<string>();
    prices.forEach(({ country, type }, index) => {
      const kind = `${country} ${type}`;
      if (seen.has(kind)) context.addIssue({ code: 'custom', path: [index], message: because({ reason: 'kind_before', kind }).error });
      seen.add(kind);
    });
  });

const knowledgePrices = z.strictObject({
  fileMillis: price.default(0),
  textMillis: price.default(0),
  urlMillis: price.default(0),
  freeItems: z.int().min(0).max(100_000).default(0).describe('How many sources each client gets without paying.'),
  returnsFreeItems: z.boolean().default(false).describe('Whether deleting a free source gives its place back.'),
});

const wholeCredits = millisToMove.refine((amount) => amount % 1000 === 0, because({ reason: 'credits_not_whole' }));

/** The agency's name for a part of its offer, such as `numbers`, `knowledge` or one for its own pages. */
export const feature = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, because({ reason: 'feature_malformed' }));

const most = (max: number) =>
  z.int().min(0).max(max).nullable().default(null).describe('At most so many for each client; none is no limit.');

/** A client's limits. */
const planLimits = z.strictObject({
  numbers: most(100_000),
  sources: most(1_000_000),
  storageBytes: most(1_000_000_000_000),
});

/** Defaults, so that no sign-up can fill the agency's provider accounts without end. */
const modest = { numbers: 100, sources: 1_000, storageBytes: 1_000_000_000 };

/** A client's rights and prices. */
export const plan = z.strictObject({
  name: line(60).default('Standard'),
  centsPer100Credits: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .describe(
      'The price of a custom amount, and what credits are worth where something is paid with money. 0: nothing but the packages is sold for money, and a custom amount is refused.',
    ),
  currency,
  freeMillis: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .default(0)
    .describe(
      "Free credits, out of the agency's minutes, once for each client: of the first plan at sign-up, of another by changing to it.",
    ),
  freeGrantsPerDay: z
    .int()
    .min(0)
    .max(100_000)
    .optional()
    .describe('How many new clients get free credits in a day; 200 unless said. For the others they wait.'),
  freeCreditsBuy: z.enum(['calls', 'everything']).default('calls').describe('What free credits may be spent on.'),
  rounding: callRounding.default({ by: 'second' }),
  customAmount: z
    .strictObject({ minMillis: wholeCredits, maxMillis: wholeCredits })
    .refine((range) => range.minMillis <= range.maxMillis, { ...because({ reason: 'amounts_crossed' }), path: ['maxMillis'] })
    .nullable()
    .default(null),
  numbers: numberPrices.default([]).describe('Each kind once.'),
  knowledge: knowledgePrices.default({ fileMillis: 0, textMillis: 0, urlMillis: 0, freeItems: 0, returnsFreeItems: false }),
  features: countOnce(z.array(feature).max(40)).default(['numbers', 'knowledge']),
  limits: planLimits.default(modest),
});

/** A plan other than the first, as the agency writes it. */
export const planDraft = z.strictObject({
  ...plan.shape,
  summary: line(200).nullable().default(null),
  priceMillis: price.default(0).describe('What it costs once to change to this plan.'),
  active: z.boolean().default(true).describe('Whether it can be chosen. Who has it keeps it.'),
});

/** The same plan as stored. */
export const furtherPlan = z.strictObject({ id: id('pln'), ...planDraft.shape });

const changed = z.strictObject({ plan: furtherPlan, version: settingsVersion });
const planProblems = ['plan.currency_mixed', 'plan.too_many', 'settings.changed'] as const;

/** A plan as clients and visitors see it. */
export const planView = z.strictObject({
  id: id('pln'),
  name: z.string(),
  summary: z.string().nullable(),
  priceMillis: millis,
  priceCents: cents,
  currency,
  centsPer100Credits: cents,
  freeMillis: millis.describe(
    'Free credits that changing to it brings. To a client only what it would still get: each plan gives them once. 0 also while the agency has no minutes for them or, for a plan without a price, the day is full: then they come later.',
  ),
  numbers: z.array(numberPrice),
  knowledge: z.strictObject({ fileMillis: millis, textMillis: millis, urlMillis: millis, freeItems: z.int() }),
  features: z.array(feature),
  limits: z.strictObject({ numbers: z.int().nullable(), sources: z.int().nullable(), storageBytes: z.int().nullable() }),
  current: z.boolean().describe('Whether the client has it.'),
  bought: z
    .strictObject({ at: instant, paidWith: z.enum(['credits', 'money']) })
    .nullable()
    .optional()
    .describe('Of the current plan, if the client bought it: the price is then the one that was paid.'),
  loses: z
    .strictObject({
      features: z.array(feature),
      limits: z.array(
        z.strictObject({
          limit: z.enum(['numbers', 'sources', 'storageBytes']),
          was: z.int().nullable().describe('The limit now; null: none.'),
          most: z.int(),
          used: z.int().describe('More than `most` stays, and nothing can be added.'),
        }),
      ),
    })
    .nullable()
    .optional()
    .describe('What the client has now and would not have in it. Null for the current plan, and where nobody is signed in.'),
});

const used = z.strictObject({ used: z.int().min(0), most: z.int().min(0).nullable() });

export const entitlements = z.strictObject({
  planId: id('pln'),
  planName: z.string(),
  features: z.array(feature),
});

export const planOperations = {
  'plans.list': {
    summary: 'The plans that can be chosen, in the order in which the agency shows them; the one of the signed-in client is marked.',
    method: 'GET',
    callers: { visitor: true, client: 'balance:read', agency: 'agency:read' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({
      plans: z.array(planView),
      withoutProvider: z
        .array(z.enum(['numbers', 'knowledge']))
        .optional()
        .describe(
          'Features that nobody can buy anything of yet, because the agency has no provider for them: praise no plan for them. Versions before leave it out.',
        ),
    }),
    errors: [],
  },
  'plans.choose': {
    summary:
      'Changes the client to another plan, once its price is paid: the one that was shown, or nothing is ordered. What was sold before keeps its price.',
    method: 'POST',
    callers: { client: 'credits:buy' },
    repeatable: true,
    closable: true,
    limits: paymentLimits,
    input: z.strictObject({
      planId: id('pln'),
      priceMillis: millis.describe('The price as `plans.list` told it; another one by now is refused with `quote.changed`.'),
      priceCents: cents.optional().describe('The same in money; needed where money is paid.'),
      currency: currency.optional().describe('The currency of that price, where money is paid.'),
      ...payment,
    }),
    example: { planId: 'pln_example', priceMillis: 30_000, pay: 'credits' },
    output: order,
    errors: [
      'plan.not_found',
      'plan.current',
      'quote.changed',
      'order.too_many',
      'credits.insufficient',
      'payments.not_configured',
      'payments.provider_unavailable',
      'return_url.refused',
    ],
  },
  'plans.assign': {
    summary: 'Puts a client on a plan, without a payment.',
    method: 'POST',
    callers: { agency: 'clients:write' },
    input: z.strictObject({ clientId: id('cli'), planId: id('pln') }),
    example: { clientId: 'cli_example', planId: 'pln_example' },
    output: z.strictObject({ clientId: id('cli'), planId: id('pln') }),
    errors: ['client.not_found', 'client.deleted', 'plan.not_found'],
  },
  'plans.create': {
    summary: 'Makes a plan beside the first one, in the mode of the key.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    repeatable: true,
    input: planDraft,
    example: {
      name: 'Professional',
      centsPer100Credits: 3500,
      currency: 'EUR',
      priceMillis: 100_000,
      features: ['numbers', 'knowledge', 'reports'],
    },
    output: changed,
    errors: planProblems,
  },
  'plans.update': {
    summary:
      'Changes what is named of a plan, in the mode of the key. Who has the plan has it changed. The first plan is changed by `agency.update`.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    journaledIfChanged: true,
    input: z.strictObject({ planId: id('pln'), ...patchShape(planDraft.shape) }),
    example: { planId: 'pln_example', summary: 'For offices with more than one desk.', limits: { numbers: 10 } },
    output: changed,
    errors: ['plan.not_found', 'plan.first', ...planProblems],
  },
  'plans.retire': {
    summary:
      'Takes a plan off the offer, in the mode of the key. Who has it keeps it, with its prices; `plans.update` with `active` puts it back.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    journaledIfChanged: true,
    input: z.strictObject({ planId: id('pln') }),
    example: { planId: 'pln_example' },
    output: changed,
    errors: ['plan.not_found', 'plan.first', ...planProblems],
  },
  'plans.reorder': {
    summary: 'Says in which order plans are shown behind the first one, in the mode of the key.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    journaledIfChanged: true,
    input: z.strictObject({
      planIds: z.array(id('pln')).min(1).max(100).describe('Those that are not named stand behind, as they stood.'),
    }),
    example: { planIds: ['pln_example'] },
    output: z.strictObject({ planIds: z.array(id('pln')), version: settingsVersion }),
    errors: ['plan.not_found', 'settings.changed'],
  },
  'entitlements.read': {
    summary: 'What the client may do: its plan, the features in it, and how much of its limits is used.',
    method: 'GET',
    callers: { client: 'balance:read', agency: 'clients:read' },
    input: z.strictObject({ clientId: id('cli').optional() }),
    example: {},
    output: z.strictObject({ ...entitlements.shape, numbers: used, sources: used, storageBytes: used }),
    errors: ['client.not_found'],
  },
} as const satisfies Record<string, Operation>;
