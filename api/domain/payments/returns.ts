import { Refusal, refuse } from '../../contract/refusal.ts';
import {
  freezePurchase,
  loseFreeze,
  readReturns,
  reinstatePurchase,
  releaseFreeze,
  reversePurchase,
} from '../../ledger/transfers/returns.ts';
import { queueMail } from '../../models/mail.ts';
import { moveOrder, readOrder } from '../../models/order.ts';
import { isCredited, type Purchase, type PurchaseState, readPurchase, restatePurchase } from '../../models/purchase.ts';
import type { Deps, Payment } from '../../ports/index.ts';
import type { PaymentSettings } from './prices.ts';
import { clientOfPurchase, settlePurchase } from './settle.ts';

type ReturnDeps = Pick<Deps, 'now' | 'payments' | 'fulfilments' | 'log' | 'reached'>;
type Returns = Awaited<ReturnType<typeof readReturns>>;

/** Attempts, because concurrent changes of the same purchase make each other start anew. */
const TRIES_MAX = 20;

/**
 * Makes a purchase's credits match its payment at Stripe, which is asked now: refunds take back, failed refunds give back, disputes freeze,
 * release or take back, each once. Reports in any order and number end the same. The order that it paid for is over once all money is
 * returned.
 * @returns the purchase after that, or unchanged if it was never paid
 */
export async function settleReturns(unsettled: Purchase, settings: PaymentSettings, deps: ReturnDeps): Promise<Purchase> {
  const purchase = isCredited(unsettled) ? unsettled : await settlePurchase(unsettled, settings, deps);
  if (!isCredited(purchase)) return purchase;
  const paymentId = await paymentOf(purchase, settings, deps);
  let done = { returns: purchase.returns ?? '', returnsSeen: purchase.returnsSeen ?? -1 };
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    // Reads the ledger first: a change at Stripe after the question is found in the next round or by the next report.
    const returns = await readReturns(clientOfPurchase(purchase), purchase._id);
    const payment = (await deps.payments.readPayment(settings, paymentId)) ?? refuse('webhook.not_ready');
    const told = { returns: JSON.stringify([payment.refundedCents, payment.disputes]), returnsSeen: returns.version };
    if (payment.livemode !== (purchase.world === 'live')) return purchase;
    const isThere = returns.refundedCents === payment.refundedCents;
    if (isThere && told.returns === done.returns && told.returnsSeen === done.returnsSeen) {
      if (purchase.orderId !== undefined) await followOrder(purchase, returns, deps);
      if (tries === 0) return purchase;
      await mailRefund(purchase, payment.refundedCents);
      await restatePurchase(purchase, purchase._id, { state: stateOf(purchase, payment, returns), ...told });
      return (await readPurchase(purchase, purchase._id)) ?? purchase;
    }
    await applyReturns({ purchase, paymentId }, payment, returns, deps);
    done = { ...told, returnsSeen: (await readReturns(clientOfPurchase(purchase), purchase._id)).version };
  }
  return refuse('server.busy');
}

/** Tells the buyer of a refund, once for each amount. Before the look is noted, so that a process that dies leaves it to the next. */
async function mailRefund(purchase: Purchase, refundedCents: number): Promise<void> {
  const { _id: purchaseId, memberId } = purchase;
  if (refundedCents === 0) return;
  await queueMail(clientOfPurchase(purchase), { cause: `refund/${purchaseId}/${refundedCents}`, kind: 'refund', memberId, purchaseId });
}

/** Takes back what can be taken back of an order whose money was returned, as a whole or in part. All of it ends the order. Repeatable. */
async function followOrder({ orderId = '', ...scope }: Purchase, returns: Returns, deps: ReturnDeps): Promise<void> {
  if (!returns.isOrderOver) {
    const order = await readOrder(scope, orderId);
    if (order?.state === 'done') await deps.fulfilments[order.kind].takePart?.(order, deps);
    return;
  }
  const order = await moveOrder(scope, orderId, 'settled', { state: 'refunded', code: 'order.money_returned' });
  if (order.state !== 'refunded') refuse('webhook.not_ready'); // it is settled in the ledger, and about to be marked
  deps.reached('returns.after_order');
  await deps.fulfilments[order.kind].takeBack?.(order, deps);
}

/** Returns the payment of a paid purchase, also of one from before payments were stored. */
export async function paymentOf(
  { sessionId = '', paymentId }: Purchase,
  settings: PaymentSettings,
  { payments }: Pick<Deps, 'payments'>,
): Promise<string> {
  if (paymentId !== undefined) return paymentId;
  const session = await payments.readCheckout(settings, sessionId);
  return session?.paymentIntentId ?? refuse('webhook.not_ready');
}

async function applyReturns(
  { purchase, paymentId }: { purchase: Purchase; paymentId: string },
  payment: Payment,
  before: Returns,
  deps: ReturnDeps,
): Promise<void> {
  const { _id: purchaseId, sessionId = '' } = purchase;
  const scope = clientOfPurchase(purchase);
  const about = { purchaseId, sessionId, actor: 'stripe', at: deps.now() };
  deps.reached('returns.before_transfer');
  const { refundedCents } = payment;
  // The cause contains the ledger's known version: of two processes that saw the same, one corrects and the other looks again.
  const step = { ...about, cause: `${paymentId}.${before.version}`, refundedCents };
  if (refundedCents > before.refundedCents) await reversePurchase(scope, step);
  if (refundedCents < before.refundedCents) await reinstatePurchase(scope, step);
  deps.reached('returns.after_refund');
  for (const dispute of payment.disputes) await applyDispute(purchase, { ...about, cause: dispute.id }, dispute, deps);
  deps.reached('returns.after_transfer');
}

async function applyDispute(
  purchase: Purchase,
  about: Parameters<typeof releaseFreeze>[1],
  { state, amountCents: disputedCents, isForeign }: Payment['disputes'][number],
  { log }: ReturnDeps,
): Promise<void> {
  const scope = clientOfPurchase(purchase);
  if (isForeign)
    log.error(
      { agencyId: purchase.agencyId, purchaseId: purchase._id, dispute: about.cause },
      'dispute.other_currency: a dispute names an amount of another currency; all of the purchase counts as disputed, and its amount needs a person',
    );
  try {
    if (state === 'open') await freezePurchase(scope, { ...about, disputedCents });
    else if (state === 'won') await releaseFreeze(scope, about);
    else await loseFreeze(scope, { ...about, disputedCents });
  } catch (error) {
    // A bank that changes a final decision needs a person.
    if (!(error instanceof Refusal && error.code === 'idempotency.mismatch')) throw error;
    const { agencyId, _id: purchaseId } = purchase;
    log.error(
      { agencyId, purchaseId, dispute: about.cause },
      'dispute.end_differs: a dispute that was over has another end now; nothing was changed',
    );
  }
}

function stateOf({ priceCents }: Purchase, { disputes }: Payment, { refundedCents, lostCents }: Returns): PurchaseState {
  if (disputes.some(({ state }) => state === 'open')) return 'disputed';
  if (lostCents > 0) return 'charged_back';
  if (refundedCents >= priceCents) return 'refunded';
  return refundedCents > 0 ? 'part_refunded' : 'paid';
}
