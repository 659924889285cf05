import assert from 'node:assert/strict';
import type { ClientState, Hold, Lot, ReturnedPart } from '../../models/transfer.ts';
import { chargeHeld, frozenFor, isFreeze, releaseParts, type Settled, withHold } from './holds.ts';
import { draw, grant, isOpen, RULES } from './lots.ts';

/** Credits that come in. What the client owes is paid first, though never by free ones, and the rest is a lot. */
export function receiveCredits(state: ClientState, lot: Lot, rules?: number): ClientState {
  const paid = lot.prepaid ? 0 : Math.min(state.debt ?? 0, lot.granted);
  const remaining = lot.granted - paid;
  const lots = remaining === 0 ? state.lots : grant(state.lots, { ...lot, remaining }, rules).lots;
  const available = state.available + remaining;
  return withTotals({ ...state, available, assigned: state.assigned + lot.granted, lots }, { debt: -paid });
}

/** Credits that were paid for one thing, and come already set aside for it. They pay no debt: nothing is available at any moment. */
export function receiveHeld(state: ClientState, lot: Lot, name: string): ClientState {
  const { id, granted: millis } = lot;
  const lots = [...state.lots, { ...lot, remaining: 0, held: millis }]; // never joined with another: it is gone when it is used
  const received = { ...state, held: state.held + millis, assigned: state.assigned + millis, lots };
  return withHold(received, { id: name, lots: [{ id, millis }] });
}

/** Gives back what an order had used, to the lots that it came from. What the client owes is paid first, though never by free credits. */
export function returnParts(state: ClientState, parts: readonly ReturnedPart[], rules = RULES): ClientState {
  let { lots } = state;
  const returnedTo: Hold['lots'] = [];
  for (const { millis, ...like } of parts) {
    const isThere = lots.some(({ id }) => id === like.id);
    // A lot that was used up and came anew is smaller than what had been taken from the one before.
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
 * Takes credits back whose payment went back: out of their own lot, then out of what a dispute has frozen of it, then out of the other lots
 * but for free ones, which nobody paid for. What has been used up by then is owed. Nobody falls below zero.
 */
export function takeBack(state: ClientState, lotId: string, millis: number): ClientState {
  const own = takeFrom(state.lots, millis, (lot) => lot.id === lotId);
  const frozen = takeFrozen({ ...state, lots: own.lots }, lotId, millis - own.millis);
  const others = takeFrom(frozen.state.lots, millis - own.millis - frozen.millis, (lot) => !lot.prepaid);
  const available = state.available - own.millis - others.millis;
  const debt = millis - own.millis - frozen.millis - others.millis;
  return withTotals({ ...frozen.state, available, lots: others.lots }, { reversed: millis, debt });
}

/**
 * Takes credits back whose payment went back out of what an order used: they were bought for it alone, so nothing is owed. A negative number
 * is used by it again.
 */
export const takeFromUse = (state: ClientState, millis: number): ClientState =>
  withTotals({ ...state, used: state.used - millis }, { reversed: millis, debt: 0 });

/** Gives credits back whose payment was not sent back after all. What the client owes is paid first. */
export function returnCredits(state: ClientState, lotId: string, millis: number, rules?: number): ClientState {
  const paid = Math.min(state.debt ?? 0, millis);
  const rest = millis - paid;
  const isOpen = state.lots.some(({ id }) => id === lotId);
  const again: Lot = { id: lotId, kind: 'purchased', granted: rest, remaining: rest, held: 0, prepaid: false, expiresAt: null };
  const enlarged = (lot: Lot) => (lot.id === lotId ? { ...lot, granted: lot.granted + rest, remaining: lot.remaining + rest } : lot);
  const lots = rest === 0 ? state.lots : isOpen ? state.lots.map(enlarged) : grant(state.lots, again, rules).lots;
  return withTotals({ ...state, available: state.available + rest, lots }, { reversed: -millis, debt: -paid });
}

/** Sets aside, for as long as a dispute is open, what is left of a purchase, at most so many milli-credits. */
export function freeze(state: ClientState, dispute: string, lotId: string, millis: number): ClientState {
  if (millis === 0) return state;
  const lots = state.lots.map((lot) => (lot.id === lotId ? { ...lot, remaining: lot.remaining - millis, held: lot.held + millis } : lot));
  const frozen = { ...state, available: state.available - millis, held: state.held + millis, lots };
  return withHold(frozen, { id: frozenFor(dispute), lots: [{ id: lotId, millis }] });
}

/** Ends a freeze: exactly what was set aside is available again, but for what the client owes by then. */
export const unfreeze = (state: ClientState, dispute: string): ClientState => releaseHold(state, frozenFor(dispute));

/** Ends a hold with nothing used of it. Where there is none of that name, nothing changes. */
export function releaseHold(state: ClientState, id: string): ClientState {
  const hold = state.holds?.find((one) => one.id === id);
  if (!hold) return state;
  const { lots, millis } = releaseParts(state.lots, hold.lots);
  const released = withHold({ ...state, available: state.available + millis, held: state.held - millis, lots }, { id, lots: [] });
  return payFrom(released, hold.lots);
}

/** Charges what was held for; what is left of the hold pays what is owed. */
export function chargeHold(state: ClientState, name: string, millis: number): Settled {
  const settled = chargeHeld(state, name, millis);
  return { ...settled, state: payFrom(settled.state, settled.rest) };
}

/** What comes back out of a hold pays what is owed, as what comes in does. */
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

/** Out of the freezes of a lot. */
function takeFrozen(state: ClientState, lotId: string, wanted: number): { state: ClientState; millis: number } {
  const hold = state.holds?.find(({ id, lots }) => isFreeze(id) && lots.some((part) => part.id === lotId));
  const [part] = hold?.lots ?? [];
  const millis = Math.min(wanted, part?.millis ?? 0);
  if (!hold || !part || millis === 0) return { state, millis: 0 };
  const lots = state.lots
    .map((lot) => (lot.id === lotId ? { ...lot, granted: lot.granted - millis, held: lot.held - millis } : lot))
    .filter(isOpen);
  const left = millis === part.millis ? [] : [{ ...part, millis: part.millis - millis }];
  const next = takeFrozen(withHold({ ...state, held: state.held - millis, lots }, { id: hold.id, lots: left }), lotId, wanted - millis);
  return { state: next.state, millis: millis + next.millis };
}

/** What is taken back was never granted: the meter shows neither. */
function takeFrom(lots: readonly Lot[], millis: number, from: (lot: Lot) => boolean): { lots: Lot[]; millis: number } {
  const drawn = draw(lots, millis, from);
  const parts = new Map(drawn.taken.map((part) => [part.lot.id, part.millis]));
  return { lots: drawn.lots.map((lot) => ({ ...lot, granted: lot.granted - (parts.get(lot.id) ?? 0) })), millis: drawn.millis };
}

function withTotals(state: ClientState, change: { reversed?: number; debt: number }): ClientState {
  const { reversed: reversedBefore = 0, debt: debtBefore = 0, ...others } = state;
  const reversed = reversedBefore + (change.reversed ?? 0);
  const debt = debtBefore + change.debt;
  assert(debt >= 0 && reversed >= 0, 'nobody pays more than is owed');
  return { ...others, ...(reversed > 0 && { reversed }), ...(debt > 0 && { debt }) };
}
