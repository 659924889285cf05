import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { cents, currency, id, millis } from '../values.ts';

/**
 * Where a purchase stands. It only moves forward.
 * open: the page to pay on is open · processing: the buyer is done, the money is on its way · paid: credited ·
 * failed: the payment did not come · expired: the page was left · review: paid, but not what was sold; a person must look.
 * What was paid may go back: part_refunded and refunded · disputed: the buyer's bank asks for it, and what is left of the credits is frozen ·
 * charged_back: the bank took it. From these it returns where a refund fails or a dispute is won.
 */
export const purchaseState = z.enum([
  'open',
  'processing',
  'paid',
  'failed',
  'expired',
  'review',
  'part_refunded',
  'refunded',
  'disputed',
  'charged_back',
]);

export const purchase = z.strictObject({
  purchaseId: id('pur'),
  sessionId: z.string().nullable(),
  state: purchaseState,
  credits: millis,
  priceCents: cents,
  currency,
  checkoutUrl: z.url().nullable().describe('Where to pay, while it is open.'),
  balanceAfter: millis.nullable().describe('What the client had available right after the credits came.'),
});

export const purchaseOperations = {
  'purchases.read': {
    summary: 'Where a purchase stands. Reads it back from Stripe while it is unsettled.',
    method: 'GET',
    callers: { client: 'balance:read', agency: 'clients:read' },
    input: z.strictObject({ purchaseId: id('pur') }),
    example: { purchaseId: 'pur_example' },
    output: purchase,
    errors: ['purchase.not_found'],
  },
  'purchases.cancel': {
    summary:
      'Gives up a purchase that is not paid: its page to pay on closes at once, so that it cannot be paid any more. What was paid by then goes on; the state tells.',
    method: 'POST',
    callers: { client: 'credits:buy' },
    input: z.strictObject({ purchaseId: id('pur') }),
    example: { purchaseId: 'pur_example' },
    output: purchase,
    errors: ['purchase.not_found', 'payments.not_configured', 'payments.provider_unavailable', 'payments.busy'],
  },
} as const satisfies Record<string, Operation>;
