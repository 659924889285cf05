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
import { countHolds, holdFor, isHeld, orderedFor } from '../state/holds.ts';
import { draw } from '../state/lots.ts';
import type { Act } from '../write/act.ts';
import { commit } from '../write/commit.ts';

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

/**
 * Gives back exactly what an order took, once. Refuses with `order.not_done` where it took nothing, and where its credits were bought for it:
 * those go back with their money, and would come back twice.
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

/** Credits that may pay for an order where free ones may not. */
export const isPaidFor = ({ prepaid }: Pick<Lot, 'prepaid'>): boolean => !prepaid;

/** What orders can be paid with out of these lots, in milli-credits. @param takesFree whether free credits may pay for them */
export const spendableIn = ({ lots }: Pick<ClientState, 'lots'>, takesFree: boolean): number =>
  lots.reduce((sum, lot) => (takesFree || isPaidFor(lot) ? sum + lot.remaining : sum), 0);

/** Sets credits aside for an order. The agency's minutes have nothing to do with it. */
export const orderHoldLegs = (scope: ClientScope, before: ClientState, key: string, millis: number, from?: (lot: Lot) => boolean): Leg[] =>
  legs(...changeOf(scope, before, holdFor(before, orderedFor(key), millis, from)));

/** Nothing was delivered: all of it comes back. */
export const orderVoidLegs = (scope: ClientScope, before: ClientState, key: string): Leg[] =>
  legs(...changeOf(scope, before, releaseHold(before, orderedFor(key))));

/**
 * Takes what an order cost out of what is held for it. The agency had paid for free credits with its minutes when it gave them. Spent on
 * something else than calls, they are its promise instead, and the minutes come back.
 */
export function orderSettleLegs(scope: ClientScope, before: ClientState, key: string, millis: number): Leg[] {
  const { state, taken, overrun } = chargeHold(before, orderedFor(key), millis);
  assert.equal(overrun, 0, 'an order costs no more than is held for it');
  const free = sumOf(taken.filter(({ lot }) => lot.prepaid));
  return legs(...changeOf(scope, before, state), [minutesOf(scope), free], [issuedBy(scope), -free]);
}

/** Gives back what an order took, and takes the minutes for the free credits among it again. */
export function orderRefundLegs(scope: ClientScope, before: ClientState, parts: readonly ReturnedPart[]): Leg[] {
  const free = sumOf(parts.filter(({ prepaid }) => prepaid));
  return legs(...changeOf(scope, before, returnParts(before, parts)), [minutesOf(scope), -free], [issuedBy(scope), free]);
}

/** What a client's account gains by credits that were paid for one order, and are set aside for it as they come. */
export function heldPurchaseMoves(scope: ClientScope, before: ClientState, sessionId: string, millis: number) {
  const id = lotId('credits.purchase', sessionId);
  const lot: Lot = { id, kind: 'purchased', granted: millis, remaining: millis, held: 0, prepaid: false, expiresAt: null };
  return changeOf(scope, before, receiveHeld(before, lot, orderedFor(sessionId)));
}

/** The lots that so much of a hold was taken from, as they were when it was held. */
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
