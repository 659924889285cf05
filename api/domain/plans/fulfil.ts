import type { PlainCode } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { shareReturned } from '../../ledger/state/returns.ts';
import { returnFree } from '../../ledger/transfers/free-returns.ts';
import { causeOfPlanFree, endFree } from '../../ledger/transfers/grants.ts';
import { agencyById, inMode } from '../../models/agency.ts';
import { type Client, type HeldPlan, type PlanPromise, readClient } from '../../models/client.ts';
import { claimPlan, endPlanFree, movePlan } from '../../models/client-plan.ts';
import { isGivenUp, moveOrder, type Order, readOrder } from '../../models/order.ts';
import { modeOf } from '../../models/scope.ts';
import type { Deps, Fulfilment } from '../../ports/index.ts';
import { DAY_MS } from '../../rules/time.ts';
import { giveWaiting, requireClient } from '../accounts/clients.ts';
import { nameOfFree, promiseWithPlan } from '../accounts/free-credits.ts';
import { accessTo } from '../directory/directory.ts';
import { planOf, plansOf } from '../directory/plan.ts';
import { sealedPlan } from '../seals/documents.ts';

/** Attempts, because concurrent changes of the client make this one start anew. */
const TRIES_MAX = 20;

/** The item of a plan's order. */
export interface PlanItem {
  /** Free credits that the plan promised when it was ordered, in milli-credits. Absent for none. */
  freeMillis?: number;
}

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

  async takePart(order, share, deps) {
    const { name, promise } = (await promiseOf(order)) ?? {};
    if (!name || !promise) return;
    const totalMillis = shareReturned(promise.millis, share.back, share.paid);
    await returnFree(order, { cause: causeOfPlanFree(order, name), orderId: order._id, totalMillis, ...actOf(deps) });
  },
};

/** Takes a plan and what is left of its free credits back, after its order was undone or all of its money returned. Repeatable. */
async function takeBack(order: Order, deps: Pick<Deps, 'now' | 'reached'>): Promise<void> {
  const { name, promise } = (await promiseOf(order)) ?? {};
  if (name && promise) {
    const [{ millis }, cause] = [promise, causeOfPlanFree(order, name)];
    await endFree(order, { cause, millis, ...actOf(deps) });
    deps.reached('plan.after_free_end');
    await returnFree(order, { cause, orderId: order._id, totalMillis: millis, ...actOf(deps) });
    deps.reached('plan.after_free_back');
    await endPlanFree(order, name);
  }
  await restorePlan(order);
}

/** The provider of payments is the actor, as it is of all that follows from returned money. */
const actOf = ({ now }: Pick<Deps, 'now'>) => ({ actor: 'stripe', at: now() });

/** Reads the promise of free credits that came with an order. Those from before its order was stored have the plan's id as their name. */
async function promiseOf(order: Order): Promise<{ name: string; promise: PlanPromise } | undefined> {
  const { subjectId, state, item } = order;
  const client = await readClient(order, order.clientId);
  if (!client || client.deletedAt) return undefined; // what was left of them went back with its account
  const first = client.planFree?.[subjectId];
  const isDelivered = state === 'done' || state === 'refunded';
  const isFormer = isDelivered && first?.isEarned && first.orderId === undefined && (item as PlanItem).freeMillis !== undefined;
  const name = nameOfFree(client, subjectId, order._id) ?? (isFormer ? subjectId : undefined);
  const promise = name === undefined ? undefined : client.planFree?.[name];
  return name !== undefined && promise ? { name, promise } : undefined;
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
