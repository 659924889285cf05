import { readFreeHeld, readFreeReturned, returnFree } from '../../ledger/transfers/free-returns.ts';
import { causeOfPlanFree, endFree } from '../../ledger/transfers/grants.ts';
import { readClient } from '../../models/client.ts';
import { endPlanFree } from '../../models/client-plan.ts';
import {
  claimFreeReturn,
  endFreeReturn,
  type FreeReturnRow,
  markFreeReturn,
  noteFreeHeld,
  putOffFreeReturn,
} from '../../models/free-return.ts';
import { type Order, readOrder } from '../../models/order.ts';
import type { Deps } from '../../ports/index.ts';
import { DAY_MS, HOUR_MS, later, MINUTE_MS } from '../../rules/time.ts';
import { nameOfFree } from '../accounts/free-credits.ts';
import { askedBack, byProvider, isOver, type OrderedFree, returnAsked } from '../accounts/free-shares.ts';
import { backOff, type DueWork } from '../due/due.ts';

type FreeDeps = Pick<Deps, 'now' | 'reached'>;

/** The item of a plan's order. */
export interface PlanItem {
  /** Free credits that the plan promised when it was ordered, in milli-credits. Absent for none. */
  freeMillis?: number;
}

/** Pause between two looks at credits that a call or an order holds, in milliseconds. */
const SOON_MS = 10_000;
/** Longer than handling one order may take. */
const LEASE_MS = MINUTE_MS;
/** Time in which used credits may come back with an order that failed, in milliseconds. */
const LOOKS_MS = 7 * DAY_MS;

/** The due work of taking free credits back that a call or an order held when their order's money went back. */
export const dueFreeReturns = (deps: FreeDeps): DueWork<FreeReturnRow> => ({
  name: 'plan.free_return',
  claim: claimFreeReturn,
  leaseMs: LEASE_MS,
  lookAfter: (row) => lookAgain(row, deps),
  putOff: putOffFreeReturn,
  restMs: ({ checks }) => backOff(checks - 1, SOON_MS, HOUR_MS),
  about: ({ _id: orderId }) => ({ orderId }),
});

async function lookAgain(row: FreeReturnRow, deps: FreeDeps): Promise<void> {
  const order = await readOrder(row, row._id);
  const free = order && (await freeOf(order));
  if (!order || !free) return endFreeReturn(row);
  if (isOver(order)) await endPromise(order, free, deps);
  const asked = await returnAsked(order, free, deps);
  if ((await readFreeReturned(order, free.cause)).millis === asked) return endFreeReturn(row);
  if ((await readFreeHeld(order, free.cause)) > 0) return noteFreeHeld(row);
  if (later(row.since, LOOKS_MS) <= deps.now()) await endFreeReturn(row);
}

/** Takes back what is left of a plan's free credits, after its order was undone or all of its money returned. Repeatable. */
export async function takeFreeBack(order: Order, deps: FreeDeps): Promise<void> {
  const free = await freeOf(order);
  if (!free) return;
  await remind(order, deps);
  await endPromise(order, free, deps);
}

/** Takes back the share of a plan's free credits that goes back with a part of its money, or gives it back after that failed. Repeatable. */
export async function takeFreeShare(order: Order, deps: FreeDeps): Promise<void> {
  const free = await freeOf(order);
  if (!free) return;
  const [{ millis: returned }, asked] = await Promise.all([readFreeReturned(order, free.cause), askedBack(order, free)]);
  if (returned === asked && free.shareMillis === asked) return;
  await remind(order, deps);
  await returnAsked(order, free, deps);
}

async function endPromise(order: Order, { name, cause, orderId, millis }: Free, deps: FreeDeps): Promise<void> {
  await endFree(order, { cause, millis, ...byProvider(deps) });
  deps.reached('plan.after_free_end');
  await returnFree(order, { cause, orderId, totalMillis: millis, ...byProvider(deps) });
  deps.reached('plan.after_free_back');
  await endPlanFree(order, name);
}

/** A call or an order may hold some of them: whoever looks after due work takes these once they are free. */
async function remind(order: Order, deps: FreeDeps): Promise<void> {
  const at = deps.now();
  await markFreeReturn(order, order._id, { at, checkAt: later(at, SOON_MS) });
  deps.reached('plan.after_free_mark');
}

/** Free credits that came with an order. */
interface Free extends OrderedFree {
  /** As many as were last noted to go back with a part of the money. */
  shareMillis: number;
}

/** Reads the promise of free credits that came with an order. Those from before its order was stored have the plan's id as their name. */
async function freeOf(order: Order): Promise<Free | undefined> {
  const { subjectId, state, item } = order;
  const client = await readClient(order, order.clientId);
  if (!client || client.deletedAt) return undefined; // what was left of them went back with its account
  const first = client.planFree?.[subjectId];
  const isDelivered = state === 'done' || state === 'refunded';
  const isFormer = isDelivered && first?.isEarned && first.orderId === undefined && (item as PlanItem).freeMillis !== undefined;
  const name = nameOfFree(client, subjectId, order._id) ?? (isFormer ? subjectId : undefined);
  const promise = name === undefined ? undefined : client.planFree?.[name];
  if (name === undefined || !promise) return undefined;
  const shareMillis = client.planFreeShares?.[name]?.millis ?? 0;
  return { name, cause: causeOfPlanFree(order, name), orderId: order._id, millis: promise.millis, shareMillis };
}
