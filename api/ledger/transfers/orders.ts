import assert from 'node:assert/strict';
import { refuse } from '../../contract/refusal.ts';
import { postingOn } from '../../models/entry.ts';
import type { ClientScope } from '../../models/scope.ts';
import { type ClientState, type OrderCorrection, readNamed, type Transfer } from '../../models/transfer.ts';
import { clientOf, minutesOf, usedAt } from '../accounts.ts';
import type { Leg } from '../legs.ts';
import { amountOn } from '../reading.ts';
import { countHolds, isHeld, orderedFor } from '../state/holds.ts';
import { commit } from '../write/commit.ts';
import type { Act } from '../write/act.ts';
import { isPaidFor, orderHoldLegs, orderRefundLegs, orderSettleLegs, orderVoidLegs, partsTaken, spendableIn } from './order-legs.ts';

/** How many orders of one client may be under way at a time; each makes the entries of its account longer. */
const OPEN_ORDERS_MAX = 200;

type Committed = Awaited<ReturnType<typeof commit>>;

interface About extends Act {
  /** What the credits are held under: the order's id or, where they were bought for it, the id of the Checkout session. */
  key: string;
}

/**
 * Sets credits aside for an order, once. Nothing else can take them until it is settled or undone.
 * Refuses with `credits.insufficient` or `order.too_many`, for this order for ever.
 * @param takesFree whether free credits may pay for it
 */
export async function holdForOrder(
  scope: ClientScope,
  { key, millis, takesFree, ...act }: About & { millis: number; takesFree: boolean },
): Promise<void> {
  const client = clientOf(scope);
  await commit(scope, {
    ...act,
    kind: takesFree ? 'order.hold_all' : 'order.hold',
    cause: key,
    content: { client, millis },
    guarded: [client],
    legs: (stateOf) => {
      const state = stateOf(client);
      if (isHeld(state, orderedFor(key))) return 'order.too_many'; // this very transfer is there already, and is found when it is written
      if (countHolds(state, 'order/') >= OPEN_ORDERS_MAX) return 'order.too_many';
      if (spendableIn(state, takesFree) < millis) return 'credits.insufficient';
      return orderHoldLegs(scope, state, key, millis, takesFree ? undefined : isPaidFor);
    },
  });
}

/** The order was delivered: takes what it cost, up to what is held for it, and gives the rest back. Refuses with `call.over` where it was undone. */
export const settleOrderHold = (scope: ClientScope, { key, millis, ...act }: About & { millis: number }): Promise<Committed> =>
  resolve(scope, { key, ...act }, { settled: millis }, (state) => orderSettleLegs(scope, state, key, millis));

/** The order was not delivered: all of it comes back. Refuses with `call.over` where it was settled. */
export const voidOrderHold = (scope: ClientScope, { key, ...act }: About): Promise<Committed> =>
  resolve(scope, { key, ...act }, 'voided', (state) => orderVoidLegs(scope, state, key));

/** Gives back exactly what an order took, once. Refuses with `order.not_done` where it took nothing. */
export async function refundOrderHold(scope: ClientScope, { key, ...act }: About): Promise<Committed> {
  const client = clientOf(scope);
  const parts = (await readPartsTaken(scope, key)) ?? refuse('order.not_done');
  const correction: OrderCorrection = { key, parts };
  const isFree = parts.some(({ prepaid }) => prepaid);
  const millis = parts.reduce((sum, part) => sum + part.millis, 0);
  return commit(scope, {
    ...act,
    kind: 'order.refund',
    cause: key,
    correction,
    content: { client, correction },
    guarded: isFree ? [client, minutesOf(scope)] : [client],
    // Where less was used than comes back, this very transfer is there already, and is found when it is written.
    legs: (stateOf) => (stateOf(client).used < millis ? 'order.not_done' : orderRefundLegs(scope, stateOf(client), parts)),
  });
}

/** What was taken for an order, and from which lots, as the ledger itself has it; undefined where nothing was. */
export async function readPartsTaken(scope: ClientScope, key: string): Promise<OrderCorrection['parts'] | undefined> {
  const held = await readHoldOf(scope, key);
  const [end] = await readNamed(scope, ['order.resolve'], key);
  const millis = end ? amountOn(end, usedAt(scope)) : 0;
  if (!held || millis === 0) return undefined;
  const state = postingOn(held, clientOf(scope)).after as ClientState; // of a client's account
  const hold = state.holds?.find(({ id }) => id === orderedFor(key)) ?? assert.fail('what holds names its hold');
  return partsTaken(state, hold, millis);
}

/** Settled or undone, it is one transfer of one name: each hold is resolved once. */
async function resolve(scope: ClientScope, { key, ...act }: About, end: unknown, legs: (state: ClientState) => Leg[]): Promise<Committed> {
  const client = clientOf(scope);
  const hold = (await readHoldOf(scope, key)) ?? refuse('order.not_found');
  const takesFree = hold.kind === 'order.hold_all';
  return commit(scope, {
    ...act,
    kind: 'order.resolve',
    cause: key,
    content: { client, end },
    mismatch: 'call.over',
    guarded: takesFree ? [client, minutesOf(scope)] : [client],
    // Where it is not held any more, this very transfer is there already, and is found when it is written.
    legs: (stateOf) => (isHeld(stateOf(client), orderedFor(key)) ? legs(stateOf(client)) : 'call.over'),
  });
}

/** The transfer that set credits aside under this key: a hold, or the purchase that brought them. */
async function readHoldOf(scope: ClientScope, key: string): Promise<Transfer | undefined> {
  const found = await readNamed(scope, ['order.hold', 'order.hold_all', 'credits.purchase'], key);
  return found.find(
    (transfer) => transfer && !transfer.refused && isHeld(postingOn(transfer, clientOf(scope)).after as ClientState, orderedFor(key)),
  );
}
