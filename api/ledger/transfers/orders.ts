import assert from 'node:assert/strict';
import { refuse } from '../../contract/refusal.ts';
import { postingOn } from '../../models/entry.ts';
import type { ClientScope } from '../../models/scope.ts';
import {
  type ClientState,
  type Hold,
  type Lot,
  type OrderCorrection,
  type ReturnedPart,
  readNamed,
  type Transfer,
} from '../../models/transfer.ts';
import { clientOf, issuedBy, minutesOf, usedAt } from '../accounts.ts';
import { type Leg, legs } from '../legs.ts';
import { amountOn } from '../reading.ts';
import { changeOf } from '../state/changes.ts';
import { chargeHold, receiveHeld, releaseHold, returnParts } from '../state/debts.ts';
import { lotId } from '../state/effects.ts';
import { countHolds, heldUnder, holdFor, isHeld, orderedFor } from '../state/holds.ts';
import { draw } from '../state/lots.ts';
import type { Act } from '../write/act.ts';
import { commit } from '../write/commit.ts';

/** Orders of one client that may be under way at once. Each makes the account's entries longer. */
const OPEN_ORDERS_MAX = 200;

type Committed = Awaited<ReturnType<typeof commit>>;

interface About extends Act {
  /** Names the hold: the order's id or, if its credits were bought for it, the id of the Checkout session. */
  key: string;
}

/**
 * Sets credits aside for an order, once. Nothing else can take them until the order is settled or undone.
 * Refuses for good with `credits.insufficient` or `order.too_many`.
 * @param takesFree whether free credits may pay
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
      if (isHeld(state, orderedFor(key))) return 'order.too_many'; // the same transfer exists already; writing this one finds it
      if (countHolds(state, 'order/') >= OPEN_ORDERS_MAX) return 'order.too_many';
      if (spendableIn(state, takesFree) < millis) return 'credits.insufficient';
      return orderHoldLegs(scope, state, key, millis, takesFree ? undefined : isPaidFor);
    },
  });
}

/** Settles a delivered order: takes its cost, at most its hold, and returns the rest. Refuses with `call.over` if the order was undone. */
export const settleOrderHold = (scope: ClientScope, { key, millis, ...act }: About & { millis: number }): Promise<Committed> =>
  resolve(scope, { key, ...act }, { settled: millis }, (state) => orderSettleLegs(scope, state, key, millis));

/** Returns the whole hold of an order that was not delivered. Refuses with `call.over` if the order was settled. */
export const voidOrderHold = (scope: ClientScope, { key, ...act }: About): Promise<Committed> =>
  resolve(scope, { key, ...act }, 'voided', (state) => orderVoidLegs(scope, state, key));

/**
 * Returns exactly the credits that an order took, once. Refuses with `order.not_done` if it took nothing. Also refuses if its credits were
 * bought for it: those return with their money, and would return twice.
 */
export async function refundOrderHold(scope: ClientScope, { key, ...act }: About): Promise<Committed> {
  const client = clientOf(scope);
  const [sale] = await readNamed(scope, ['credits.purchase'], key);
  if (sale) refuse('order.not_done');
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
    // If less is used than comes back, the same transfer exists already; writing this one finds it.
    legs: (stateOf) => (stateOf(client).used < millis ? 'order.not_done' : orderRefundLegs(scope, stateOf(client), parts)),
  });
}

/** Reads from the ledger which lots an order took credits from; undefined if it took none. */
export async function readPartsTaken(scope: ClientScope, key: string): Promise<OrderCorrection['parts'] | undefined> {
  const held = await readHoldOf(scope, key);
  const [end] = await readNamed(scope, ['order.resolve'], key);
  const millis = end ? amountOn(end, usedAt(scope)) : 0;
  if (!held || millis === 0) return undefined;
  const state = postingOn(held, clientOf(scope)).after as ClientState; // of a client's account
  const hold = state.holds?.find(({ id }) => id === orderedFor(key)) ?? assert.fail('what holds names its hold');
  return partsTaken(state, hold, millis);
}

/** Ends an order's hold. Settling and undoing share one name, so that a hold is resolved once. */
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
    // If nothing is held any more, the same transfer exists already; writing this one finds it.
    legs: (stateOf) => (isHeld(stateOf(client), orderedFor(key)) ? legs(stateOf(client)) : 'call.over'),
  });
}

/** Reads the transfer that set credits aside under this key: a hold, or the purchase that brought them. */
async function readHoldOf(scope: ClientScope, key: string): Promise<Transfer | undefined> {
  const found = await readNamed(scope, ['order.hold', 'order.hold_all', 'credits.purchase'], key);
  return found.find(
    (transfer) => transfer && !transfer.refused && isHeld(postingOn(transfer, clientOf(scope)).after as ClientState, orderedFor(key)),
  );
}

/** Tells whether a lot may pay for an order that free credits may not pay for. */
export const isPaidFor = ({ prepaid }: Pick<Lot, 'prepaid'>): boolean => !prepaid;

/**
 * Returns the milli-credits in these lots that can pay for orders.
 * @param takesFree whether free credits may pay
 */
export const spendableIn = ({ lots }: Pick<ClientState, 'lots'>, takesFree: boolean): number =>
  lots.reduce((sum, lot) => (takesFree || isPaidFor(lot) ? sum + lot.remaining : sum), 0);

/** Returns the available milli-credits that only calls can use. */
export const callsOnlyIn = (state: Pick<ClientState, 'lots'>, takesFree: boolean): number =>
  spendableIn(state, true) - spendableIn(state, takesFree);

/** Sets credits aside for an order. The agency's minutes do not move. */
export const orderHoldLegs = (scope: ClientScope, before: ClientState, key: string, millis: number, from?: (lot: Lot) => boolean): Leg[] =>
  legs(...changeOf(scope, before, holdFor(before, orderedFor(key), millis, from)));

/** Returns the whole hold of an undelivered order. */
export const orderVoidLegs = (scope: ClientScope, before: ClientState, key: string): Leg[] =>
  legs(...changeOf(scope, before, releaseHold(before, orderedFor(key))));

/**
 * Takes an order's cost out of its hold. The agency paid for free credits with minutes when it granted them. Spent on an order they become
 * its promise instead, so the minutes return.
 */
export function orderSettleLegs(scope: ClientScope, before: ClientState, key: string, millis: number): Leg[] {
  // A call may take other credits as well, but they were not promised to this order.
  assert(millis <= heldUnder(before, orderedFor(key)), 'an order costs no more than is held for it');
  const { state, taken } = chargeHold(before, orderedFor(key), millis);
  const free = sumOf(taken.filter(({ lot }) => lot.prepaid));
  return legs(...changeOf(scope, before, state), [minutesOf(scope), free], [issuedBy(scope), -free]);
}

/** Returns an order's credits, and debits the minutes for the free ones among them again. */
export function orderRefundLegs(scope: ClientScope, before: ClientState, parts: readonly ReturnedPart[]): Leg[] {
  const free = sumOf(parts.filter(({ prepaid }) => prepaid));
  return legs(...changeOf(scope, before, returnParts(before, parts)), [minutesOf(scope), -free], [issuedBy(scope), free]);
}

/** Adds credits that were bought for one order and sets them aside for it at once. */
export function heldPurchaseMoves(scope: ClientScope, before: ClientState, sessionId: string, millis: number) {
  const id = lotId('credits.purchase', sessionId);
  const lot: Lot = { id, kind: 'purchased', granted: millis, remaining: millis, held: 0, prepaid: false, expiresAt: null };
  return changeOf(scope, before, receiveHeld(before, lot, orderedFor(sessionId)));
}

/** Returns the lots that `millis` of a hold came from, as they were when it was made. */
export function partsTaken({ lots }: ClientState, hold: Hold, millis: number): ReturnedPart[] {
  const heldIn = new Map(hold.lots.map((part) => [part.id, part.millis]));
  const inHold = lots.map((lot) => ({ ...lot, remaining: heldIn.get(lot.id) ?? 0 }));
  return draw(inHold, millis).taken.map(({ lot: { id, kind, prepaid, expiresAt }, millis: part }) => ({
    id,
    kind,
    prepaid,
    expiresAt,
    millis: part,
  }));
}

const sumOf = (parts: readonly { millis: number }[]): number => parts.reduce((sum, { millis }) => sum + millis, 0);
