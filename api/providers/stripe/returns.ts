import type Stripe from 'stripe';
import type { Payment, Period } from '../../ports/index.ts';
import { foundAtStripe, idOf, listAtStripe } from './answers.ts';
import type { Ask } from './clients.ts';

/** Refund states that leave the money with the agency: nothing was returned, or it came back. */
const refundsInVain = new Set(['failed', 'canceled']);

/** Dispute states in which the bank has taken nothing yet. */
const inquiries = new Set(['warning_needs_response', 'warning_under_review', 'warning_closed', 'prevented']);

const closed = ['won', 'lost'] as const;

/** Reads a payment with all of its returns. */
export async function readPayment(ask: Ask, paymentId: string): Promise<Payment | undefined> {
  const payment = await foundAtStripe(
    ask('readPayment', (stripe) => stripe.paymentIntents.retrieve(paymentId)),
    'payment_intent',
  );
  if (!payment) return undefined;
  const about = { payment_intent: paymentId };
  const refunds = await all(refundsOf(ask, about));
  const disputes = await all(disputesOf(ask, about));
  return {
    id: payment.id,
    livemode: payment.livemode,
    metadata: payment.metadata,
    refundedCents: refunds.filter(({ status }) => !refundsInVain.has(status ?? '')).reduce((sum, { amount }) => sum + amount, 0),
    disputes: disputes
      .filter(({ status }) => !inquiries.has(status))
      .map(({ id, status, amount, currency }) => ({
        id,
        state: closed.find((word) => word === status) ?? 'open',
        // A bank's amount in another currency says nothing in ours, and less than is disputed must not stay.
        ...(currency === payment.currency ? { amountCents: amount } : { amountCents: payment.amount_received, isForeign: true as const }),
      })),
  };
}

/** Lists the payments that were refunded, or were to be. One that has several refunds comes several times. */
export async function* listRefunds(ask: Ask, period: Period): AsyncIterable<{ paymentId: string }> {
  for await (const { payment_intent } of refundsOf(ask, createdIn(period)))
    if (payment_intent) yield { paymentId: idOf(payment_intent) ?? '' };
}

/** Lists the disputes with their payments. An inquiry has the day on which it began also when it has become a dispute. */
export async function* listDisputes(ask: Ask, period: Period): AsyncIterable<{ paymentId: string; disputeId: string; createdAt: number }> {
  for await (const { id: disputeId, payment_intent, status, created: createdAt } of disputesOf(ask, createdIn(period)))
    if (payment_intent && !inquiries.has(status)) yield { paymentId: idOf(payment_intent) ?? '', disputeId, createdAt };
}

const createdIn = ({ from, to }: Period) => ({ created: { gte: from, ...(to !== undefined && { lte: to }) } });

const refundsOf = (ask: Ask, about: Stripe.RefundListParams) =>
  listAtStripe<Stripe.Refund>('refund', (paging) => ask('listRefunds', (stripe) => stripe.refunds.list({ ...about, ...paging })));

const disputesOf = (ask: Ask, about: Stripe.DisputeListParams) =>
  listAtStripe<Stripe.Dispute>('dispute', (paging) => ask('listDisputes', (stripe) => stripe.disputes.list({ ...about, ...paging })));

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
