import assert from 'node:assert/strict';
import type { ErrorCode } from '../contract/index.ts';
import { Refusal, refuse } from '../contract/refusal.ts';
import { moveOrder, type Order, type OrderStep } from '../models/order.ts';
import { alertOfProvider } from './alerts.ts';
import { describeCause, meaningOf } from './causes.ts';
import { holdForOrder, settleOrderHold, voidOrderHold } from './orders-holds.ts';
import { type Fulfilment, fulfilments } from './orders-kinds.ts';
import { readKnownMoney, readMoney, releaseMoney, takeMoney } from './orders-payment.ts';
import type { Deps } from './ports.ts';

/** Goes one step on with an order. @returns the order as it is then, or as it was where it has to wait for its payment */
type Step = (order: Order, deps: Deps) => Promise<Order>;

/** What is done at each step. Whatever it does happens once however often it is run, and the order is moved last. */
export const steps: Record<OrderStep, Step> = {
  placed: (order, deps) =>
    isFree(order) ? held(order, deps) : order.pay === 'credits' ? holdCredits(order, deps) : awaitMoney(order, deps),

  async held(order, deps) {
    const money = order.pay === 'money' && !isFree(order) ? await readKnownMoney(order) : undefined;
    if (money?.stands === 'gone') return undo(order, money.code);
    const outcome = await fulfil(order, deps);
    deps.reached('order.after_fulfil');
    return outcome.delivered ? moveOrder(order, order._id, 'held', { step: 'fulfilled' }) : undo(order, outcome.code);
  },

  async fulfilled(order, deps) {
    const key = isFree(order) || order.pay === 'credits' ? order._id : await take(order, deps);
    if (typeof key !== 'string') return undo(order, key.code);
    if (!isFree(order)) await settleOrderHold(order, { key, millis: order.priceMillis, ...actOf(order, deps) });
    deps.reached('order.after_settle');
    return moveOrder(order, order._id, 'fulfilled', { step: 'settled', state: 'done' });
  },

  async undoing(order, deps) {
    if (!isFree(order)) await release(order, deps);
    await fulfilments[order.kind].release(order, deps);
    deps.reached('order.after_undo');
    return moveOrder(order, order._id, 'undoing', { step: 'undone', state: 'undone' });
  },

  settled: async (order) => order,
  undone: async (order) => order,
};

/** What a provider refuses for good is not delivered; what it may do later is asked again. */
async function fulfil(order: Order, deps: Deps): ReturnType<Fulfilment['fulfil']> {
  try {
    return await fulfilments[order.kind].fulfil(order, deps);
  } catch (error) {
    if (!(error instanceof Refusal && meaningOf(error)?.lasts === 'definite')) throw error;
    const { _id: orderId, agencyId } = order;
    deps.log.info({ orderId, agencyId, code: error.code, cause: describeCause(error.cause) }, 'order.refused: the provider does not do it');
    await alertOfProvider(order, error, deps);
    return { delivered: false, code: error.code };
  }
}

const isFree = ({ priceMillis }: Order): boolean => priceMillis === 0;

/** Who pays does it, at whatever moment it comes about. */
const actOf = ({ memberId }: Order, deps: Deps) => ({ actor: memberId, at: deps.now() });

/** It will not be delivered, for this reason. */
const undo = (order: Order, code: ErrorCode): Promise<Order> =>
  moveOrder(order, order._id, order.step, { step: 'undoing', state: 'working', code });

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

/** @returns what the bought credits are held under, or why the money does not come after all */
async function take(order: Order, deps: Deps): Promise<string | { code: ErrorCode }> {
  const money = await takeMoney(order, deps);
  if (money.stands === 'gone') return money;
  if (money.stands !== 'taken') return refuse('payments.provider_unavailable');
  deps.reached('order.after_capture');
  return money.purchase.sessionId ?? assert.fail('what was paid has a session');
}

/** Gives back whatever was set aside. Money that was taken all the same stays with the client as credits. */
async function release(order: Order, deps: Deps): Promise<void> {
  const money = order.pay === 'money' ? await releaseMoney(order, deps) : undefined;
  const key = money?.stands === 'taken' ? money.purchase.sessionId : order._id;
  try {
    await voidOrderHold(order, { key: key ?? order._id, ...actOf(order, deps) });
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'order.not_found')) throw error; // nothing was held
  }
}
