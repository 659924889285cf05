import assert from 'node:assert/strict';
import type { ErrorCode } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { holdForOrder, settleOrderHold, voidOrderHold } from '../../ledger/transfers/orders.ts';
import { moveOrder, type Order, type OrderStep } from '../../models/order.ts';
import type { Deps, Fulfilment } from '../../ports/index.ts';
import { later } from '../../rules/time.ts';
import { refusedForGood } from '../journal/alerts.ts';
import { type Money, readKnownMoney, readMoney, releaseMoney, takeMoney } from './money.ts';

/** Goes one step on with an order. @returns the order as it is then, or as it was where it has to wait for its payment */
type Step = (order: Order, deps: Deps) => Promise<Order>;

/** What is done at each step. Whatever it does happens once however often it is run, and the order is moved last. */
export const steps: Record<OrderStep, Step> = {
  placed: (order, deps) =>
    isFree(order) ? held(order, deps) : order.pay === 'credits' ? holdCredits(order, deps) : awaitMoney(order, deps),

  async held(order, deps) {
    const missing = isPaidOutside(order) ? await whyUnpaid(order, deps) : undefined;
    if (missing !== undefined) return undo(order, missing);
    const outcome = await fulfil(order, deps);
    deps.reached('order.after_fulfil');
    return outcome.delivered ? moveOrder(order, order._id, 'held', { step: 'fulfilled' }) : undo(order, outcome.code);
  },

  async fulfilled(order, deps) {
    const paid = isPaidOutside(order) ? await take(order, deps) : { key: order._id };
    if ('code' in paid) return undo(order, paid.code);
    if (!isFree(order)) await settleOrderHold(order, { key: paid.key, millis: order.priceMillis, ...actOf(order, deps) });
    deps.reached('order.after_settle');
    return moveOrder(order, order._id, 'fulfilled', { step: 'settled', state: 'done' });
  },

  async undoing(order, deps) {
    // Neither waits for the other; what failed is tried again.
    const [released, paid] = await Promise.allSettled([release(order, deps), isFree(order) ? undefined : releasePayment(order, deps)]);
    if (released.status === 'rejected') throw released.reason;
    if (paid.status === 'rejected') throw paid.reason;
    deps.reached('order.after_undo');
    const kept = paid.value?.stands === 'taken' ? ({ code: 'order.became_credits' } as const) : {};
    return moveOrder(order, order._id, 'undoing', { step: 'undone', state: 'undone', ...kept });
  },

  settled: async (order) => order,
  undone: async (order) => order,
};

/** It will not be delivered, for this reason. */
const undo = (order: Order, code: ErrorCode): Promise<Order> =>
  moveOrder(order, order._id, order.step, { step: 'undoing', state: 'working', code });

const isFree = ({ priceMillis }: Order): boolean => priceMillis === 0;
const isPaidOutside = (order: Order): boolean => order.pay === 'money' && !isFree(order);

/** Who pays does it, at whatever moment it comes about. */
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
    // Refused for this order for ever. After anything else it is asked again.
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

/** Makes as sure of the money as has to be before this kind is delivered. @returns why it is not to be delivered */
async function whyUnpaid(order: Order, deps: Deps): Promise<ErrorCode | undefined> {
  const fulfilment = deps.fulfilments[order.kind];
  const money = await readKnownMoney(order);
  if (money.stands === 'gone') return money.code;
  if (money.stands === 'taken' || fulfilment.delivered === 'before payment') return undefined;
  const prevented = await fulfilment.prevented(order, deps);
  if (prevented !== undefined) return prevented;
  const paid = await take(order, deps);
  return 'code' in paid ? paid.code : undefined;
}

/** What a provider refuses for good is not delivered; what it may do later is asked again. */
async function fulfil(order: Order, deps: Deps): ReturnType<Fulfilment['fulfil']> {
  try {
    return await deps.fulfilments[order.kind].fulfil(order, deps);
  } catch (error) {
    const { code } = await givenUp(error, order, deps);
    return { delivered: false, code };
  }
}

/** What a provider will never take back is left to the agency, which is told of it. */
async function release(order: Order, deps: Deps): Promise<void> {
  try {
    await deps.fulfilments[order.kind].release(order, deps);
  } catch (error) {
    await refusedForGood(order, error, aboutOf(order), deps);
  }
}

/** @returns what the bought credits are held under, or why the money does not come after all */
async function take(order: Order, deps: Deps): Promise<{ key: string } | { code: ErrorCode }> {
  const known = await readKnownMoney(order);
  const money = known.stands === 'taken' ? known : await capture(order, deps);
  if (money.stands === 'gone') return money;
  deps.reached('order.after_capture');
  return { key: money.purchase.sessionId ?? assert.fail('what was paid has a session') };
}

/** Refuses as long as nobody knows whether the money comes. */
async function capture(order: Order, deps: Deps): Promise<Extract<Money, { stands: 'taken' | 'gone' }>> {
  try {
    const money = await takeMoney(order, deps);
    return money.stands === 'taken' || money.stands === 'gone' ? money : refuse('payments.provider_unavailable');
  } catch (error) {
    return { stands: 'gone', code: (await givenUp(error, order, deps)).code };
  }
}

/** Gives back whatever was set aside. Money that was taken all the same stays with the client as credits. */
async function releasePayment(order: Order, deps: Deps): Promise<Money | undefined> {
  const money = isPaidOutside(order) ? await letGo(order, deps) : undefined;
  const key = money?.stands === 'taken' ? money.purchase.sessionId : order._id;
  try {
    await voidOrderHold(order, { key: key ?? order._id, ...actOf(order, deps) });
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'order.not_found')) throw error; // nothing was held
  }
  return money;
}

/** What the agency's key may not let go of runs out by itself. */
async function letGo(order: Order, deps: Deps): Promise<Money> {
  try {
    return await releaseMoney(order, deps);
  } catch (error) {
    return { stands: 'gone', code: (await refusedForGood(order, error, aboutOf(order), deps)).code };
  }
}

const aboutOf = ({ _id: orderId, step }: Order) => ({ orderId, step });

/** What is refused for good ends an order, and so does what was refused for as long as this kind is tried. */
async function givenUp(error: unknown, order: Order, deps: Deps): Promise<Refusal> {
  const { patienceMs } = deps.fulfilments[order.kind];
  const isOverdue = patienceMs !== undefined && later(order.createdAt, patienceMs) <= deps.now();
  return error instanceof Refusal && isOverdue ? error : refusedForGood(order, error, aboutOf(order), deps);
}
