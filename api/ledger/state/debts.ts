import assert from 'node:assert/strict';
import type { ClientState, Hold, Lot, ReturnedPart } from '../../models/transfer.ts';
import { chargeHeld, frozenFor, isFreeze, releaseParts, type Settled, withHold } from './holds.ts';
import { draw, grant, grantNew, isOpen, RULES } from './lots.ts';

/** Adds new credits to a client. They first pay its debt, except free ones. */
export function receiveCredits(state: ClientState, lot: Lot, rules = RULES): ClientState {
  const paid = lot.prepaid ? 0 : Math.min(state.debt ?? 0, lot.granted);
  const remaining = lot.granted - paid;
  const lots = grantNew(state.lots, { ...lot, remaining }, rules);
  const available = state.available + remaining;
  return withTotals({ ...state, available, assigned: state.assigned + lot.granted, lots }, { debt: -paid });
}

/** Adds credits that were bought for one order and sets them aside at once. They pay no debt, because they are never available. */
export function receiveHeld(state: ClientState, lot: Lot, name: string): ClientState {
  const { id, granted: millis } = lot;
  const lots = [...state.lots, { ...lot, remaining: 0, held: millis }]; // never joined with another lot, since it ends with its use
  const received = { ...state, held: state.held + millis, assigned: state.assigned + millis, lots };
  return withHold(received, { id: name, lots: [{ id, millis }] });
}

/** Returns an order's used credits to the lots they came from. They first pay the client's debt, except free ones. */
export function returnParts(state: ClientState, parts: readonly ReturnedPart[], rules = RULES): ClientState {
  let { lots } = state;
  const returnedTo: Hold['lots'] = [];
  for (const { millis, ...like } of parts) {
    const isThere = lots.some(({ id }) => id === like.id);
    // A lot that left and was then recreated is smaller than the amount taken from it before.
    const enlarged = (lot: Lot) => ({
      ...lot,
      granted: Math.max(lot.granted, lot.remaining + lot.held + millis),
      remaining: lot.remaining + millis,
    });
    const now = isThere
      ? { lots: lots.map((lot) => (lot.id === like.id ? enlarged(lot) : lot)), id: like.id }
      : grant(lots, { ...like, granted: millis, remaining: millis, held: 0 }, rules);
    lots = now.lots;
    returnedTo.push({ id: rules < 2 ? like.id : now.id, millis });
  }
  const millis = parts.reduce((sum, part) => sum + part.millis, 0);
  const returned = { ...state, available: state.available + millis, used: state.used - millis, lots };
  return payFrom(returned, returnedTo);
}

/**
 * Takes back credits whose payment was returned. They come from their own lot, then from its part frozen by a dispute, then from other lots
 * that are not free. The client owes the rest; no balance falls below zero.
 */
export function takeBack(state: ClientState, lotId: string, millis: number): ClientState {
  const own = takeFrom(state.lots, millis, (lot) => lot.id === lotId);
  const frozen = takeFrozen({ ...state, lots: own.lots }, lotId, millis - own.millis);
  const others = takeFrom(frozen.state.lots, millis - own.millis - frozen.millis, (lot) => !lot.prepaid);
  const available = state.available - own.millis - others.millis;
  const debt = millis - own.millis - frozen.millis - others.millis;
  return withTotals({ ...frozen.state, available, lots: others.lots }, { reversed: millis, debt });
}

/** Takes available credits of a client that goes, in the order in which they would be used. */
export const takeAvailable = (state: ClientState, millis: number): ClientState =>
  withTotals(
    { ...state, available: state.available - millis, lots: takeFrom(state.lots, millis, () => true).lots.filter(isOpen) },
    { reversed: millis, debt: 0 },
  );

/**
 * Takes unused free credits out of their lot, or gives them back if the amount is negative. Nobody owes used ones, and given back ones pay
 * no debt.
 */
export function takeFree(state: ClientState, lotId: string, millis: number, rules?: number): ClientState {
  const back = (lot: Lot) => (lot.id === lotId ? { ...lot, granted: lot.granted - millis, remaining: lot.remaining - millis } : lot);
  const again: Lot = { id: lotId, kind: 'free', granted: -millis, remaining: -millis, held: 0, prepaid: true, expiresAt: null };
  const isListed = state.lots.some(({ id }) => id === lotId);
  const lots = isListed ? state.lots.map(back).filter(({ granted }) => granted > 0) : grant(state.lots, again, rules).lots;
  return withTotals({ ...state, available: state.available - millis, lots }, { reversed: millis, debt: 0 });
}

/** Takes refunded credits out of the use of the order that they were bought for, so nothing is owed. A negative amount is used again. */
export const takeFromUse = (state: ClientState, millis: number): ClientState =>
  withTotals({ ...state, used: state.used - millis }, { reversed: millis, debt: 0 });

/** Returns credits whose refund failed. They first pay the client's debt. */
export function returnCredits(state: ClientState, lotId: string, millis: number, rules?: number): ClientState {
  const paid = Math.min(state.debt ?? 0, millis);
  const rest = millis - paid;
  const isListed = state.lots.some(({ id }) => id === lotId);
  const again: Lot = { id: lotId, kind: 'purchased', granted: rest, remaining: rest, held: 0, prepaid: false, expiresAt: null };
  const enlarged = (lot: Lot) => (lot.id === lotId ? { ...lot, granted: lot.granted + rest, remaining: lot.remaining + rest } : lot);
  const lots = rest === 0 ? state.lots : isListed ? state.lots.map(enlarged) : grant(state.lots, again, rules).lots;
  return withTotals({ ...state, available: state.available + rest, lots }, { reversed: -millis, debt: -paid });
}

/** Sets aside the remaining credits of a purchase, at most `millis`, while a dispute is open. */
export function freeze(state: ClientState, dispute: string, lotId: string, millis: number): ClientState {
  if (millis === 0) return state;
  const lots = state.lots.map((lot) => (lot.id === lotId ? { ...lot, remaining: lot.remaining - millis, held: lot.held + millis } : lot));
  const frozen = { ...state, available: state.available - millis, held: state.held + millis, lots };
  return withHold(frozen, { id: frozenFor(dispute), lots: [{ id: lotId, millis }] });
}

/** Ends a freeze. The frozen credits are available again, minus the client's debt by then. */
export const unfreeze = (state: ClientState, dispute: string): ClientState => releaseHold(state, frozenFor(dispute));

/** Ends a hold unused. Does nothing if there is no such hold. */
export function releaseHold(state: ClientState, id: string): ClientState {
  const hold = state.holds?.find((one) => one.id === id);
  if (!hold) return state;
  const { lots, millis } = releaseParts(state.lots, hold.lots);
  const released = withHold({ ...state, available: state.available + millis, held: state.held - millis, lots }, { id, lots: [] });
  return payFrom(released, hold.lots);
}

/** Charges a hold. Its unused rest first pays the client's debt. */
export function chargeHold(state: ClientState, name: string, millis: number): Settled {
  const settled = chargeHeld(state, name, millis);
  return { ...settled, state: payFrom(settled.state, settled.rest) };
}

/** Pays debt from credits that a hold releases, as incoming credits do. */
function payFrom(state: ClientState, parts: readonly Hold['lots'][number][]): ClientState {
  let { debt = 0, lots } = state;
  let paid = 0;
  for (const { id, millis } of parts) {
    const part = draw(lots, Math.min(debt, millis), (lot) => lot.id === id && !lot.prepaid);
    lots = part.lots;
    debt -= part.millis;
    paid += part.millis;
  }
  return withTotals({ ...state, available: state.available - paid, lots }, { debt: -paid });
}

/** Takes credits out of the freezes of a lot. */
function takeFrozen(before: ClientState, lotId: string, wanted: number): { state: ClientState; millis: number } {
  let [state, missing] = [before, wanted];
  for (const hold of before.holds ?? []) {
    const part = hold.lots.find(({ id }) => id === lotId);
    if (!isFreeze(hold.id) || !part) continue;
    const millis = Math.min(missing, part.millis);
    const taken = (lot: Lot) => (lot.id === lotId ? { ...lot, granted: lot.granted - millis, held: lot.held - millis } : lot);
    // A freeze has one lot.
    const lots = millis === part.millis ? [] : [{ id: lotId, millis: part.millis - millis }];
    state = withHold({ ...state, held: state.held - millis, lots: state.lots.map(taken) }, { id: hold.id, lots });
    missing -= millis;
  }
  return { state, millis: wanted - missing };
}

/** Takes credits and reduces the granted amount as well, so that the meter shows neither. A lot that is taken as a whole is gone. */
function takeFrom(lots: readonly Lot[], millis: number, from: (lot: Lot) => boolean): { lots: Lot[]; millis: number } {
  const drawn = draw(lots, millis, from);
  const parts = new Map(drawn.taken.map((part) => [part.lot.id, part.millis]));
  const left = drawn.lots.map((lot) => ({ ...lot, granted: lot.granted - (parts.get(lot.id) ?? 0) }));
  return { lots: left.filter(({ granted }) => granted > 0), millis: drawn.millis };
}

function withTotals(state: ClientState, change: { reversed?: number; debt: number }): ClientState {
  const { reversed: reversedBefore = 0, debt: debtBefore = 0, ...others } = state;
  const reversed = reversedBefore + (change.reversed ?? 0);
  const debt = debtBefore + change.debt;
  assert(debt >= 0 && reversed >= 0, 'nobody pays more than is owed');
  return { ...others, ...(reversed > 0 && { reversed }), ...(debt > 0 && { debt }) };
}
