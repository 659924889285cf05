import assert from 'node:assert/strict';
import type { PlainCode } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { holdForOrder, settleOrderHold, voidOrderHold } from '../../ledger/transfers/orders.ts';
import { isDeleted } from '../../models/deletion.ts';
import { moveOrder, type Order, type OrderStep } from '../../models/order.ts';
import type { Deps, Fulfilment } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { refusedForGood } from '../journal/alerts.ts';
import { giveBackIfDeleted } from '../payments/settle.ts';
import { type Money, readKnownMoney, readMoney, releaseMoney, takeMoney } from './money.ts';

/**
 * Advances an order by one step.
 * @returns the moved order, or the same one if it waits for its payment
 */
type Step = (order: Order, deps: Deps) => Promise<Order>;

/** The work of each step. Repeating it has no further effect, and the order moves last. */
export const steps: Record<OrderStep, Step> = {
  async placed(order, deps) {
    if (await isDeleted(order)) return undo(order, 'client.deleted');
    if (isFree(order)) return held(order, deps);
    return order.pay === 'credits' ? holdCredits(order, deps) : awaitMoney(order, deps);
  },

  async held(order, deps) {
    if (await isDeleted(order)) return undo(order, 'client.deleted');
    const missing = isPaidOutside(order) ? await whyUnpaid(order, deps) : undefined;
    if (missing !== undefined) return undo(order, missing);
    const outcome = await fulfil(order, deps);
    deps.reached('order.after_fulfil');
    return outcome.delivered ? moveOrder(order, order._id, 'held', { step: 'fulfilled' }) : undo(order, outcome.code);
  },

  async fulfilled(order, deps) {
    // A paid order stays delivered, and goes with everything else that the client has.
    const isUnpaid = isPaidOutside(order) && (await readKnownMoney(order)).stands !== 'taken';
    if (isUnpaid && (await isDeleted(order))) return undo(order, 'client.deleted');
    const paid = isPaidOutside(order) ? await takePayment(order, deps) : { key: order._id };
    if ('code' in paid) return undo(order, paid.code);
    if (!isFree(order)) await settleOrderHold(order, { key: paid.key, millis: order.priceMillis, ...actOf(order, deps) });
    deps.reached('order.after_settle');
    return moveOrder(order, order._id, 'fulfilled', { step: 'settled', state: 'done' });
  },

  async undoing(order, deps) {
    // Runs both even if one fails; a failed one is repeated.
    const [released, paid] = await Promise.allSettled([release(order, deps), isFree(order) ? undefined : releasePayment(order, deps)]);
    if (released.status === 'rejected') throw released.reason;
    if (paid.status === 'rejected') throw paid.reason;
    deps.reached('order.after_undo');
    const isKept = paid.value?.stands === 'taken' && order.code !== 'client.deleted';
    const kept = isKept ? ({ code: 'order.became_credits' } as const) : {};
    return moveOrder(order, order._id, 'undoing', { step: 'undone', state: 'undone', ...kept });
  },

  settled: async (order) => order,
  undone: async (order) => order,
};

/** Turns an order to undoing, with the reason. */
const undo = (order: Order, code: PlainCode): Promise<Order> =>
  moveOrder(order, order._id, order.step, { step: 'undoing', state: 'working', code });

const isFree = ({ priceMillis }: Order): boolean => priceMillis === 0;
const isPaidOutside = (order: Order): boolean => order.pay === 'money' && !isFree(order);

/** The paying member is the actor, even if the step runs later. */
const actOf = ({ memberId }: Order, deps: Deps) => ({ actor: memberId, at: deps.now() });

function held(order: Order, deps: Deps): Promise<Order> {
  deps.reached('order.after_hold');
  return moveOrder(order, order._id, 'placed', { step: 'held', state: 'working' });
}

async function holdCredits(order: Order, deps: Deps): Promise<Order> {
  const { _id: key, priceMillis: millis, takesFree } = order;
  try {
    await holdForOrder(order, { key, millis, takesFree, ...actOf(order, deps) });
  } catch (error) {
    // Final for this order. After any other error it is tried again.
    if (!(error instanceof Refusal && (error.code === 'credits.insufficient' || error.code === 'order.too_many'))) throw error;
    return undo(order, error.code);
  }
  return held(order, deps);
}

async function awaitMoney(order: Order, deps: Deps): Promise<Order> {
  const money = await readMoney(order, deps);
  if (money.stands === 'open') return order;
  return money.stands === 'gone' ? undo(order, money.code) : held(order, deps);
}

/**
 * Secures the money as far as this kind needs before its delivery.
 * @returns why it must not be delivered
 */
async function whyUnpaid(order: Order, deps: Deps): Promise<PlainCode | undefined> {
  const fulfilment = deps.fulfilments[order.kind];
  const money = await readKnownMoney(order);
  if (money.stands === 'gone') return money.code;
  if (money.stands === 'taken' || fulfilment.delivered === 'before payment') return undefined;
  const prevented = await fulfilment.prevented(order, deps);
  if (prevented !== undefined) return prevented;
  const paid = await takePayment(order, deps);
  return 'code' in paid ? paid.code : undefined;
}

/** Delivers. A final refusal of the provider means not delivered; after another error it is tried again. */
async function fulfil(order: Order, deps: Deps): ReturnType<Fulfilment['fulfil']> {
  try {
    return await deps.fulfilments[order.kind].fulfil(order, deps);
  } catch (error) {
    return { delivered: false, code: (await givenUp(error, order, deps)).keptCode };
  }
}

/** Releases. If the provider finally refuses, the rest is left to the agency, which is told. */
async function release(order: Order, deps: Deps): Promise<void> {
  try {
    await deps.fulfilments[order.kind].release(order, deps);
  } catch (error) {
    await refusedForGood(order, error, aboutOf(order), deps);
  }
}

/** @returns the key of the bought credits' hold, or why the money does not come */
async function takePayment(order: Order, deps: Deps): Promise<{ key: string } | { code: PlainCode }> {
  const known = await readKnownMoney(order);
  const money = known.stands === 'taken' ? known : await capture(order, deps);
  if (money.stands === 'gone') return money;
  deps.reached('order.after_capture');
  return { key: money.purchase.sessionId ?? assert.fail('what was paid has a session') };
}

/** Captures the payment. Refuses while the outcome is unknown. */
async function capture(order: Order, deps: Deps): Promise<Extract<Money, { stands: 'taken' | 'gone' }>> {
  try {
    const money = await takeMoney(order, deps);
    return money.stands === 'taken' || money.stands === 'gone' ? money : refuse('payments.provider_unavailable');
  } catch (error) {
    return { stands: 'gone', code: (await givenUp(error, order, deps)).keptCode };
  }
}

/** Returns everything set aside. If money was taken anyway, the client keeps it as credits; a deleted one gets it back. */
async function releasePayment(order: Order, deps: Deps): Promise<Money | undefined> {
  const money = isPaidOutside(order) ? await cancelAuthorisation(order, deps) : undefined;
  const key = money?.stands === 'taken' ? money.purchase.sessionId : order._id;
  if (money?.stands === 'taken') await giveBackIfDeleted(money.purchase, deps);
  try {
    await voidOrderHold(order, { key: key ?? order._id, ...actOf(order, deps) });
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'order.not_found')) throw error; // nothing was held
  }
  return money;
}

/** Cancels an authorisation. One that the agency's key may not cancel expires by itself. */
async function cancelAuthorisation(order: Order, deps: Deps): Promise<Money> {
  try {
    return await releaseMoney(order, deps);
  } catch (error) {
    return { stands: 'gone', code: (await refusedForGood(order, error, aboutOf(order), deps)).keptCode };
  }
}

const aboutOf = ({ _id: orderId, step }: Order) => ({ orderId, step });

/** Returns the refusal that ends an order: a final one, or any after this kind's patience is over. */
async function givenUp(error: unknown, order: Order, deps: Deps): Promise<Refusal> {
  const { patienceMs } = deps.fulfilments[order.kind];
  const isOverdue = patienceMs !== undefined && later(order.createdAt, patienceMs) <= deps.now();
  return error instanceof Refusal && isOverdue ? error : refusedForGood(order, error, aboutOf(order), deps);
}
