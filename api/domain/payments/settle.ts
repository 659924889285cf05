import { standingAfter } from '../../ledger/standing.ts';
import { creditPurchase } from '../../ledger/transfers/grants.ts';
import { voidOrderHold } from '../../ledger/transfers/orders.ts';
import { isDeleted } from '../../models/deletion.ts';
import { queueMail } from '../../models/mail.ts';
import { isGivenUp, readOrder } from '../../models/order.ts';
import { beginGiveBack, isCredited, movePurchase, type Purchase, type PurchaseState, readPurchase } from '../../models/purchase.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { CheckoutSession, Deps } from '../../ports/index.ts';
import type { PaymentSettings } from './prices.ts';

type SettleDeps = Pick<Deps, 'now' | 'payments' | 'log' | 'reached'>;

/** Tells whether a purchase is credited or under review. Stripe is not asked about its session again. */
export const isSettled = (purchase: Pick<Purchase, 'state'>): boolean => isCredited(purchase) || purchase.state === 'review';

/**
 * Settles a purchase by its Checkout session at Stripe, which is asked now. Webhook, asking page and janitor all end here, in any order and
 * number at once.
 */
export async function settlePurchase(purchase: Purchase, settings: PaymentSettings, deps: SettleDeps): Promise<Purchase> {
  if (isSettled(purchase) || purchase.sessionId === undefined) return purchase;
  const session = await deps.payments.readCheckout(settings, purchase.sessionId);
  return session ? settleBy(purchase, session, deps) : purchase;
}

/** Settles a purchase by a session that was just read. */
export async function settleBy(purchase: Purchase, session: CheckoutSession, deps: SettleDeps): Promise<Purchase> {
  if (isSettled(purchase)) return purchase;
  const verdict = judgeSession(purchase, session);
  const { _id: purchaseId, agencyId } = purchase;
  const moved =
    verdict.state === 'paid'
      ? await creditPaid(purchase, session, deps)
      : await movePurchase(purchase, purchaseId, verdict.state, paymentIn(session));
  if (moved?.state === 'review') {
    deps.log.error(
      { agencyId, purchaseId, sessionId: session.id, differs: verdict.differs },
      'purchase.differs: paid, but not what was sold: nothing credited',
    );
  }
  return moved ?? (await readPurchase(purchase, purchaseId)) ?? purchase;
}

/**
 * Credits a purchase. Repeating a step has no further effect, and the state comes last: whoever finds the purchase unpaid repeats all
 * steps.
 */
async function creditPaid(purchase: Purchase, session: CheckoutSession, deps: SettleDeps): Promise<Purchase | null> {
  const { _id: purchaseId, memberId, credits, priceCents, currency, orderId } = purchase;
  const scope = clientOfPurchase(purchase);
  const at = deps.now();
  // First, so that nobody takes the credits of money that goes back.
  await giveBackIfDeleted(purchase, deps);
  deps.reached('purchase.before_transfer');
  const paid = { paymentStatus: 'paid', sessionId: session.id, purchaseId, millis: credits, priceCents, currency } as const;
  const credited = await creditPurchase(scope, { ...paid, isHeld: orderId !== undefined, actor: memberId, at });
  deps.reached('purchase.after_transfer');
  // If nothing will be delivered for them, the client may spend them.
  const { state } = (await isTooLate(purchase))
    ? standingAfter(scope, (await voidOrderHold(scope, { key: session.id, actor: memberId, at })).transfer)
    : credited;
  // The deletion may have begun meanwhile.
  await giveBackIfDeleted(purchase, deps);
  await queueMail(scope, { cause: `receipt/${purchaseId}`, kind: 'receipt', memberId, purchaseId, at });
  const paidFor = await movePurchase(purchase, purchaseId, 'paid', { balanceAfter: state.available, ...paymentIn(session) });
  deps.reached('purchase.after_state');
  return paidFor;
}

/** Marks what a deleted client paid, and will get nothing for, to go back. */
export async function giveBackIfDeleted(purchase: Purchase, deps: Pick<Deps, 'now' | 'reached'>): Promise<void> {
  if (!(await isDeleted(clientOfPurchase(purchase)))) return;
  await beginGiveBack(purchase, deps.now());
  deps.reached('giveback.after_mark');
}

/** Tells whether the order that a purchase pays for is given up. */
export async function isTooLate(purchase: Purchase): Promise<boolean> {
  const order = purchase.orderId === undefined ? null : await readOrder(purchase, purchase.orderId);
  return order !== null && isGivenUp(order);
}

const paymentIn = ({ paymentIntentId }: CheckoutSession) => (paymentIntentId === null ? {} : { paymentId: paymentIntentId });

/** Returns the client that gets the credits. */
export const clientOfPurchase = ({ agencyId, world, clientId, subject }: Purchase): ClientScope => ({ agencyId, world, clientId, subject });

/**
 * Judges a session for its purchase. Only `paid` counts as paid, and only for the offered item at its price then. Another amount, a coupon,
 * another currency or a foreign session needs a person.
 */
export function judgeSession(purchase: Purchase, session: CheckoutSession): { state: PurchaseState; differs: string[] } {
  const isDone = session.status === 'complete' || session.paymentStatus === 'paid';
  if (!isDone) return { state: session.status === 'expired' ? 'expired' : 'open', differs: [] };
  const differs = differences(purchase, session);
  if (differs.length > 0) return { state: 'review', differs };
  if (session.paymentStatus === 'paid') return { state: 'paid', differs };
  return { state: session.paymentFailed ? 'failed' : 'processing', differs };
}

function differences(purchase: Purchase, session: CheckoutSession): string[] {
  const { metadata } = session;
  const same = {
    session: session.id === purchase.sessionId,
    amount: session.amountTotalCents === purchase.priceCents,
    currency: session.currency?.toUpperCase() === purchase.currency,
    mode: session.livemode === (purchase.world === 'live'),
    agency: metadata.wl_agency === purchase.agencyId && metadata.wl_world === purchase.world,
    purchase: metadata.wl_purchase === purchase._id && session.clientReferenceId === purchase._id,
    payment: session.paymentStatus !== 'no_payment_required',
  };
  return Object.entries(same).flatMap(([name, isSame]) => (isSame ? [] : [name]));
}
