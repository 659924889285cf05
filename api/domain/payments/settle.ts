import { standingAfter } from '../../ledger/standing.ts';
import { creditPurchase } from '../../ledger/transfers/grants.ts';
import { voidOrderHold } from '../../ledger/transfers/orders.ts';
import { queueMail } from '../../models/mail.ts';
import { isGivenUp, readOrder } from '../../models/order.ts';
import { isCredited, movePurchase, type Purchase, type PurchaseState, readPurchase } from '../../models/purchase.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { CheckoutSession, Deps } from '../../ports/index.ts';
import type { PaymentSettings } from './prices.ts';

type SettleDeps = Pick<Deps, 'now' | 'payments' | 'log' | 'reached'>;

/** Credited or under review: Stripe is not asked about its session again. */
export const isSettled = (purchase: Pick<Purchase, 'state'>): boolean => isCredited(purchase) || purchase.state === 'review';

/**
 * Brings a purchase to where its Checkout session stands at Stripe, which is asked now. Every way in ends here, in any order and any
 * number at once: the webhook, the page that asks, and whatever looks for purchases that were left open.
 */
export async function settlePurchase(purchase: Purchase, settings: PaymentSettings, deps: SettleDeps): Promise<Purchase> {
  if (isSettled(purchase) || purchase.sessionId === undefined) return purchase;
  const session = await deps.payments.readCheckout(settings, purchase.sessionId);
  return session ? settleBy(purchase, session, deps) : purchase;
}

/** The same by a session that was read back already. */
export async function settleBy(purchase: Purchase, session: CheckoutSession, deps: SettleDeps): Promise<Purchase> {
  if (isSettled(purchase)) return purchase;
  const verdict = judge(purchase, session);
  const { _id: purchaseId, agencyId } = purchase;
  const moved =
    verdict.state === 'paid'
      ? await credit(purchase, session, deps)
      : await movePurchase(purchase, purchaseId, verdict.state, paymentIn(session));
  if (moved?.state === 'review') {
    deps.log.error(
      { agencyId, purchaseId, sessionId: session.id, differs: verdict.differs },
      'paid, but not what was sold: nothing credited',
    );
  }
  return moved ?? (await readPurchase(purchase, purchaseId)) ?? purchase;
}

/** Each step happens once however often it is run, and the state comes last: whoever finds it unpaid goes through all of them again. */
async function credit(purchase: Purchase, session: CheckoutSession, deps: SettleDeps): Promise<Purchase | null> {
  const { _id: purchaseId, memberId, credits, priceCents, currency, orderId } = purchase;
  const scope = clientOfPurchase(purchase);
  const at = deps.now();
  deps.reached('purchase.before_transfer');
  const paid = { paymentStatus: 'paid', sessionId: session.id, purchaseId, millis: credits, priceCents, currency } as const;
  const credited = await creditPurchase(scope, { ...paid, isHeld: orderId !== undefined, actor: memberId, at });
  deps.reached('purchase.after_transfer');
  // Where nothing is delivered for them any more they are the client's to spend.
  const { state } = (await isTooLate(purchase))
    ? standingAfter(scope, (await voidOrderHold(scope, { key: session.id, actor: memberId, at })).transfer)
    : credited;
  await queueMail(scope, { cause: `receipt/${purchaseId}`, kind: 'receipt', memberId, purchaseId, at });
  const paidFor = await movePurchase(purchase, purchaseId, 'paid', { balanceAfter: state.available, ...paymentIn(session) });
  deps.reached('purchase.after_state');
  return paidFor;
}

/** Whether the order that a purchase pays for is given up. */
export async function isTooLate(purchase: Purchase): Promise<boolean> {
  const order = purchase.orderId === undefined ? null : await readOrder(purchase, purchase.orderId);
  return order !== null && isGivenUp(order);
}

const paymentIn = ({ paymentIntentId }: CheckoutSession) => (paymentIntentId === null ? {} : { paymentId: paymentIntentId });

/** The client whose credits they are. */
export const clientOfPurchase = ({ agencyId, world, clientId, subject }: Purchase): ClientScope => ({ agencyId, world, clientId, subject });

/**
 * What a session means for its purchase. Only the word `paid` is paid, and only for what was sold at the price of then: another amount,
 * a coupon, another currency or somebody else's session is for a person to look at.
 */
export function judge(purchase: Purchase, session: CheckoutSession): { state: PurchaseState; differs: string[] } {
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
