import { z } from 'zod';
import type { Operation } from './operation.ts';
import { type WareCode, wareNames } from './sentences.ts';
import { cents, checkoutUi, currency, id, millis, pageUrl, stripeKey, told } from './values.ts';

/** The client's way to pay for an order. */
export const payment = {
  pay: z
    .enum(['credits', 'money'])
    .default('credits')
    .describe('Money is only reserved until what was ordered is there, then taken; a plan is there once it is taken.'),
  ui: checkoutUi,
  returnUrl: pageUrl.optional().describe('The page to come back to; needed where money is paid.'),
};

/** Each may open a checkout page, where stolen cards could be tried, so the limits equal those of credits. */
export const paymentLimits = [
  { per: ['caller'], count: 10, seconds: 60, shared: true },
  { per: ['address'], count: 60, seconds: 60, shared: true },
  { per: ['agency'], count: 3000, seconds: 60, shared: true },
] as const satisfies Operation['limits'];

/**
 * Where an order stands.
 * open: the page to pay on is open · working: what it costs is set aside, and the provider is asked · done: delivered and paid ·
 * undone: not delivered, and nothing was charged · refunded: delivered, charged and given back.
 */
const orderState = z.enum(['open', 'working', 'done', 'undone', 'refunded']);

export const wareName = z.strictObject({
  code: z.enum(Object.keys(wareNames) as WareCode[]),
  values: z.strictObject({
    plan: z.string().optional().describe("The agency's name for the plan."),
    display: z.string().optional().describe('A phone number in groups, as people read it.'),
    creditsMillis: millis.optional(),
  }),
});

export const order = z.strictObject({
  orderId: id('ord'),
  kind: z.enum(['number', 'knowledge', 'plan', 'rent']),
  name: z.string().describe('What was ordered, in words for people.'),
  named: wareName.nullable().describe("The same by a code, for words of your own. Null where it is somebody's own name."),
  state: orderState,
  priceMillis: millis,
  priceCents: cents.describe('The same in money, at the price of credits in the plan.'),
  currency,
  paidWith: z.enum(['credits', 'money']),
  checkoutUrl: z.url().nullable().describe('Where to pay, while it is open.'),
  checkoutSecret: z.string().nullable().describe('For the embedded page to pay on, while it is open. Null where the page is opened.'),
  stripeKey,
  subjectId: z.string().nullable().describe('The id of what was ordered: a number, a source or a plan.'),
  reason: told.nullable().describe('Why it was undone or refunded.'),
});

export const orderOperations = {
  'orders.read': {
    summary: 'Where an order stands. Goes on with it where it can.',
    method: 'GET',
    callers: { client: 'balance:read', agency: 'clients:read' },
    input: z.strictObject({ orderId: id('ord') }),
    example: { orderId: 'ord_example' },
    output: order,
    errors: ['order.not_found'],
  },
  'orders.cancel': {
    summary:
      'Gives up an order that is not paid: its page to pay on closes, and what was kept for it is free. What was paid by then goes on instead; the state tells.',
    method: 'POST',
    callers: { client: 'credits:buy' },
    input: z.strictObject({ orderId: id('ord') }),
    example: { orderId: 'ord_example' },
    output: order,
    errors: ['order.not_found', 'payments.not_configured', 'payments.provider_unavailable', 'payments.busy'],
  },
} as const satisfies Record<string, Operation>;
