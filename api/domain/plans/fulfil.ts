import type { PlainCode } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { agencyById, inMode } from '../../models/agency.ts';
import { type Client, type HeldPlan, readClient } from '../../models/client.ts';
import { claimPlan, movePlan } from '../../models/client-plan.ts';
import { isGivenUp, moveOrder, type Order, readOrder } from '../../models/order.ts';
import { modeOf } from '../../models/scope.ts';
import type { Deps, Fulfilment } from '../../ports/index.ts';
import { DAY_MS } from '../../rules/time.ts';
import { giveWaiting, requireClient } from '../accounts/clients.ts';
import { promiseWithPlan } from '../accounts/free-credits.ts';
import { accessTo } from '../directory/directory.ts';
import { planOf, plansOf } from '../directory/plan.ts';
import { sealedPlan } from '../seals/documents.ts';
import { type PlanItem, takeFreeBack, takeFreeShare } from './free-returns.ts';

/** Attempts, because concurrent changes of the client make this one start anew. */
const TRIES_MAX = 20;

/** Delivers a plan by moving the client to it. */
export const planFulfilment: Fulfilment = {
  // No provider takes part.
  delivered: 'after payment',
  patienceMs: DAY_MS,

  async prevented(order) {
    const found = await readMovable(order);
    return typeof found === 'string' ? found : undefined;
  },

  async fulfil(order, deps) {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const client = await readMovable(order);
      if (typeof client === 'string') return { delivered: false, code: client };
      if (client.planOrderId === order._id) return deliver(order, deps);
      const replaced = heldBy(client);
      // Stored first, so that an undo finds it. If the client moves meanwhile, it is stored anew.
      await moveOrder(order, order._id, order.step, { replaced });
      if (await movePlan(order, replaced, sealedPlan(order, broughtBy(order)))) return deliver(order, deps);
    }
    return refuse('server.busy');
  },

  release: takeBack,
  takeBack,

  takePart: takeFreeShare,
};

/** Takes a plan and what is left of its free credits back, after its order was undone or all of its money returned. Repeatable. */
async function takeBack(order: Order, deps: Pick<Deps, 'now' | 'reached'>): Promise<void> {
  await takeFreeBack(order, deps);
  await restorePlan(order);
}

/** Brings what the plan gives beside its prices. Repeating it has no further effect. */
async function deliver(order: Order, deps: Deps): Promise<{ delivered: true }> {
  const { freeMillis } = order.item as PlanItem; // written by `planItem`
  deps.reached('plan.after_move');
  const found = freeMillis ? await agencyById(order.agencyId) : null;
  if (found && freeMillis) {
    const client = await requireClient(order, order.clientId);
    await promiseWithPlan(client, order.subjectId, { millis: freeMillis, isEarned: order.priceMillis > 0, orderId: order._id });
    deps.reached('plan.after_promise');
    await giveWaiting(accessTo(found, modeOf(order.world)), await requireClient(order, order.clientId), deps);
  }
  return { delivered: true };
}

/** Returns a client to the plan before an order, unless it has another plan by now. */
async function restorePlan(order: Order): Promise<void> {
  for (let undone: Order | null = order; undone; ) {
    const before = await planBefore(undone);
    if (!(await movePlan(undone, broughtBy(undone), sealedPlan(undone, before)))) return;
    // The order that brought that plan may have been undone meanwhile.
    undone = await orderOver(undone, before);
  }
}

/** Reads the client, or returns why the order cannot move it to the plan. Only one order at a time may move it to one plan. */
async function readMovable(order: Order): Promise<Client | PlainCode> {
  // First, so that the client is read with what an order before this one brought.
  const isClaimed = await claim(order);
  const [found, client] = await Promise.all([agencyById(order.agencyId), readClient(order, order.clientId)]);
  const agency = found && inMode(found, modeOf(order.world));
  if (!agency || !client || plansOf(agency).every(({ id }) => id !== order.subjectId)) return 'plan.not_found';
  if (client.planOrderId === order._id) return client;
  return !isClaimed || planOf(agency, client).id === order.subjectId ? 'plan.current' : client;
}

/**
 * Claims the plan for this order, so that no money is taken for another order of it meanwhile. The claim counts until the order is delivered
 * or given up.
 * @returns false if another order has it
 */
async function claim(order: Order): Promise<boolean> {
  const { _id: orderId, subjectId: planId } = order;
  const before = (await readClient(order, order.clientId))?.planClaims?.[planId] ?? null;
  if (before === orderId) return true;
  const holder = before === null ? null : await readOrder(order, before);
  return holder?.step !== 'held' && claimPlan(order, { planId, orderId, before });
}

/** Returns the plan before an order, skipping plans whose orders are undone by now. Without a stored one, the agency's first plan. */
async function planBefore(order: Order): Promise<HeldPlan> {
  let before = order.replaced ?? {};
  for (let over = await orderOver(order, before); over; over = await orderOver(order, before)) before = over.replaced ?? {};
  return before;
}

/** Reads the order that brought a plan, if that order no longer counts. */
async function orderOver(scope: Order, { planOrderId }: HeldPlan): Promise<Order | null> {
  const order = planOrderId === undefined ? null : await readOrder(scope, planOrderId);
  return order && (order.state === 'refunded' || isGivenUp(order)) ? order : null;
}

const broughtBy = ({ subjectId, _id }: Order): HeldPlan => ({ planId: subjectId, planOrderId: _id });

const heldBy = ({ planId, planOrderId }: Client): HeldPlan => ({
  ...(planId !== undefined && { planId }),
  ...(planOrderId !== undefined && { planOrderId }),
});
