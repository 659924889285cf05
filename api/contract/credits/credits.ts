import { z } from 'zod';
import { fundKinds } from '../../rules/funds.ts';
import { blocked, fundsToBuy } from '../funds.ts';
import type { Operation } from '../operation.ts';
import { paymentLimits } from '../orders.ts';
import {
  AMOUNT_MAX,
  because,
  cents,
  checkoutUi,
  currency,
  id,
  instant,
  line,
  millis,
  millisToMove,
  pageUrl,
  stripeKey,
} from '../values.ts';

/** The credits of open lots and of those used up since new ones last came: assigned = available + used + held. Levels: low under 25 %, critical under 10 %, unless the agency says otherwise. */
export const balance = z.strictObject({
  available: millis,
  held: millis,
  used: millis,
  assigned: millis,
  callsOnly: millis.optional().describe('Of what is available: free credits that pay for calls only. Left out where there are none.'),
  debt: millis
    .optional()
    .describe('Owed after a refund of credits that were used: what comes next pays it first. Left out where there is none.'),
  level: z.enum(['enough', 'low', 'critical', 'empty']),
  waiting: millis.describe(
    'Free credits that are promised: they wait for the confirmed e-mail, and then for room in the day and in the minutes of the agency.',
  ),
  seq: z.int().min(0).describe("The number of the client's newest entry, 0 before the first: the cursor of the live stream."),
});

export const creditPackage = z.strictObject({
  id: id('pkg'),
  name: z.string(),
  creditsMillis: millis,
  credits: millis.describe('The old name of `creditsMillis`.'),
  priceCents: cents,
  currency,
  popular: z.boolean(),
});

/** A free choice of an amount, at the plan's price. */
export const customAmount = z.strictObject({
  minMillis: millis,
  maxMillis: millis,
  centsPer100Credits: cents,
  currency,
});

export const packages = z.strictObject({
  packages: z.array(creditPackage),
  custom: customAmount.nullable(),
  payable: z.boolean(),
  blocked: blocked.nullable().optional().describe('Why nothing of it can be bought now. Null: it can.'),
});

/** Credits that arrive and expire together. */
export const lot = z.strictObject({
  id: z.string(),
  kind: z.enum(['free', 'plan', 'bonus', 'purchased', 'allocated']),
  granted: millis,
  remaining: millis,
  held: millis,
  prepaid: z.boolean(),
  expiresAt: instant.nullable(),
});

/** One transfer's effect on a client's account. With `hash`, a client can check its own statement. */
export const entry = z.strictObject({
  seq: z.int().min(1),
  transferId: z.string(),
  kind: z.string(),
  at: instant,
  actor: z.string().describe('Who caused it.'),
  amount: millis,
  account: z.string(),
  after: z.strictObject({
    available: millis,
    held: millis,
    used: millis,
    assigned: millis,
    reversed: millis.optional().describe('Taken back after a payment went back. Left out, like the next two, where there is none.'),
    debt: millis.optional().describe('Taken back after it was used: what comes next pays it first.'),
    lots: z.array(lot),
    holds: z.array(z.strictObject({ id: z.string(), lots: z.array(z.strictObject({ id: z.string(), millis })) })).optional(),
  }),
  hash: z.string(),
  description: z.string().nullable(),
});

const ofClient = { clientId: id('cli').optional().describe("The agency's server names the client; a session token is about its own.") };

const granted = z.strictObject({
  transferId: z.string(),
  repeated: z
    .boolean()
    .describe('True where an earlier attempt with this `Idempotency-Key` had made the transfer: nothing moved a second time.'),
  balance,
});

export const creditOperations = {
  'credits.balance': {
    summary: 'How many credits the client has left.',
    method: 'GET',
    callers: { client: 'balance:read', agency: 'clients:read' },
    input: z.strictObject(ofClient),
    example: {},
    output: balance,
    errors: ['client.not_found'],
  },
  'credits.funds': {
    summary: 'What a client can pay for one kind of thing now, what is missing to a price, and why it cannot be had.',
    method: 'GET',
    callers: { client: 'balance:read', agency: 'clients:read' },
    input: z.strictObject({
      ...ofClient,
      kind: z.enum(fundKinds),
      priceMillis: z.coerce.number().pipe(z.int().min(0).max(AMOUNT_MAX)).default(0).describe('What it costs, in milli-credits.'),
    }),
    example: { kind: 'numbers', priceMillis: 8_000 },
    output: fundsToBuy,
    errors: ['client.not_found'],
  },
  'credits.packages': {
    summary: 'What credits cost.',
    method: 'GET',
    callers: { visitor: true, client: 'balance:read', agency: 'agency:read' },
    cacheable: true,
    input: z.strictObject({}),
    example: {},
    output: packages,
    errors: [],
  },
  'credits.checkout': {
    summary: "Starts a purchase: a page of the agency's own Stripe account to pay on. Nothing is credited before Stripe says it is paid.",
    method: 'POST',
    callers: { client: 'credits:buy' },
    repeatable: true,
    closable: true,
    limits: paymentLimits,
    input: z
      .strictObject({
        packageId: id('pkg').optional(),
        amountMillis: millisToMove.optional().describe('A custom amount, in whole credits.'),
        priceCents: cents
          .optional()
          .describe('The price as it was shown; another one by now is refused with `quote.changed`. The page to pay on shows it again.'),
        centsPer100Credits: cents.optional().describe('The price of 100 credits as it was shown, for an amount.'),
        currency: currency.optional().describe('The currency of that price.'),
        creditsMillis: millis.optional().describe('How many credits were shown for it.'),
        returnUrl: pageUrl,
        ui: checkoutUi,
      })
      .refine((input) => (input.packageId === undefined) !== (input.amountMillis === undefined), {
        ...because({ reason: 'ware_not_one' }),
        path: ['packageId'],
      }),
    example: { packageId: 'pkg_example', returnUrl: 'https://www.example.com/account' },
    output: z.strictObject({
      purchaseId: id('pur'),
      sessionId: z.string(),
      checkoutUrl: z.url().nullable().describe('The page to pay on; null where it is inside the page.'),
      checkoutSecret: z.string().nullable().describe('For the embedded page to pay on. Null where the page is opened.'),
      stripeKey,
      credits: millis,
      priceCents: cents,
      currency,
    }),
    errors: [
      'credits.too_many',
      'package.not_found',
      'package.only',
      'package.amount_out_of_range',
      'quote.changed',
      'payments.not_configured',
      'payments.provider_unavailable',
      'payments.busy',
      'purchase.expired',
      'return_url.refused',
    ],
  },
  'credits.statement': {
    summary: 'The entries of the account, newest first, and what came and went in all.',
    method: 'GET',
    callers: { client: 'balance:read', agency: 'clients:read' },
    input: z.strictObject({
      ...ofClient,
      before: z.coerce.number().pipe(z.int().min(1)).optional().describe('Entries before this number.'),
      limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(25),
    }),
    example: { limit: 25 },
    output: z.strictObject({
      entries: z.array(entry),
      lifetime: z.strictObject({ assigned: millis, used: millis, reversed: millis }),
      next: z.int().nullable().describe('Pass it as `before` for the next page.'),
    }),
    errors: ['client.not_found'],
  },
  'credits.allocate': {
    summary: 'Gives a client credits without a payment, with a reason that stands in its statement.',
    method: 'POST',
    callers: { agency: 'credits:write' },
    repeatable: true,
    input: z.strictObject({ clientId: id('cli'), amountMillis: millisToMove, description: line(200) }),
    example: { clientId: 'cli_example', amountMillis: 25_000, description: 'Invoice #INV-2024-001' },
    output: granted,
    errors: ['client.not_found', 'client.deleted', 'credits.too_many'],
  },
  'credits.recharge': {
    summary: 'Gives a client credits by the number alone.',
    method: 'POST',
    callers: { agency: 'credits:write' },
    repeatable: true,
    input: z.strictObject({ clientId: id('cli'), amountMillis: millisToMove }),
    example: { clientId: 'cli_example', amountMillis: 100_000 },
    output: granted,
    errors: ['client.not_found', 'client.deleted', 'credits.too_many'],
  },
} as const satisfies Record<string, Operation>;
