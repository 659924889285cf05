import assert from 'node:assert/strict';
import type { ClientState, Hold, Lot } from '../../models/transfer.ts';
import { burn, draw, type Taken } from './lots.ts';

/** Names the hold of a running call. */
export const heldFor = (call: string): string => `call/${call}`;
/** Names the hold of an order. The key is the order's id or, if it was paid with money, the id of its Checkout session. */
export const orderedFor = (key: string): string => `order/${key}`;
/** Names the hold of a disputed purchase. */
export const frozenFor = (dispute: string): string => `dispute/${dispute}`;
export const isFreeze = (id: string): boolean => id.startsWith('dispute/');

/** Tells whether credits are held under this name. */
export const isHeld = ({ holds = [] }: ClientState, name: string): boolean => holds.some(({ id }) => id === name);

/** Counts the holds whose names begin like this. */
export const countHolds = ({ holds = [] }: ClientState, start: 'call/' | 'order/'): number =>
  holds.filter(({ id }) => id.startsWith(start)).length;

/** Sums the credits that are held under this name, in milli-credits. */
export const heldUnder = ({ holds = [] }: ClientState, name: string): number => sumOf(holds.find(({ id }) => id === name)?.lots ?? []);

/** Returns held credits to their lots. */
export function releaseParts(lots: readonly Lot[], parts: Hold['lots']): { lots: Lot[]; millis: number } {
  const heldOf = new Map(parts.map(({ id, millis }) => [id, millis]));
  const back = lots.map((lot) => {
    const millis = heldOf.get(lot.id) ?? 0;
    return { ...lot, remaining: lot.remaining + millis, held: lot.held - millis };
  });
  return { lots: back, millis: sumOf(parts) };
}

/** Replaces the hold of the same name, or removes it if it holds nothing. */
export function withHold(state: ClientState, hold: Hold): ClientState {
  const { holds: before = [], ...others } = state;
  const isKnown = before.some(({ id }) => id === hold.id);
  const after = isKnown ? before.map((one) => (one.id === hold.id ? hold : one)) : [...before, hold];
  const holds = after.filter(({ lots }) => lots.length > 0);
  return { ...others, ...(holds.length > 0 && { holds }) };
}

/**
 * Sets credits aside, in the order in which they would be used.
 * @param from selects the lots; all by default
 */
export function holdFor(state: ClientState, name: string, millis: number, from?: (lot: Lot) => boolean): ClientState {
  const { taken } = burn(state.lots, millis, from);
  const parts = taken.map(({ lot, millis: part }) => ({ id: lot.id, millis: part }));
  const partOf = new Map(parts.map((part) => [part.id, part.millis]));
  const lots = state.lots.map((lot) => {
    const part = partOf.get(lot.id) ?? 0;
    return { ...lot, remaining: lot.remaining - part, held: lot.held + part };
  });
  return withHold({ ...state, available: state.available - millis, held: state.held + millis, lots }, { id: name, lots: parts });
}

/** The result of a charge: from the hold, and from available credits beside it. */
export interface Settled {
  state: ClientState;
  taken: Taken[];
  /** Credits that the hold released. */
  rest: Hold['lots'];
  /** Milli-credits that the client did not have. */
  overrun: number;
}

/**
 * Charges a hold first, in burn order, and then available credits. The unused part of the hold stays in its lots. The shortfall is the
 * overrun, since no balance falls below zero.
 */
export function chargeHeld(state: ClientState, name: string, millis: number): Settled {
  const hold = state.holds?.find(({ id }) => id === name) ?? assert.fail('what is charged is held');
  const heldIn = new Map(hold.lots.map((part) => [part.id, part.millis]));
  const held = sumOf(hold.lots);
  const inHold = state.lots.map((lot) => ({ ...lot, remaining: heldIn.get(lot.id) ?? 0 }));
  const used = draw(inHold, millis);
  const usedOf = new Map(used.taken.map(({ lot, millis: part }) => [lot.id, part]));
  const settled = state.lots.map((lot) => {
    const part = heldIn.get(lot.id) ?? 0;
    return { ...lot, held: lot.held - part, remaining: lot.remaining + part - (usedOf.get(lot.id) ?? 0) };
  });
  const beside = draw(settled, millis - used.millis);
  const charged = used.millis + beside.millis;
  const after = {
    ...state,
    available: state.available + held - charged,
    held: state.held - held,
    used: state.used + charged,
    lots: beside.lots,
  };
  const rest = hold.lots.map(({ id, millis: part }) => ({ id, millis: part - (usedOf.get(id) ?? 0) }));
  const taken = [...used.taken, ...beside.taken];
  return { state: withHold(after, { id: hold.id, lots: [] }), taken, rest, overrun: millis - charged };
}

const sumOf = (parts: Hold['lots']): number => parts.reduce((sum, { millis }) => sum + millis, 0);

/** Returns the part of a hold that the agency has promised and not yet paid, in milli-credits. */
export function promisedIn({ holds = [], lots }: ClientState, name: string): number {
  const hold = holds.find(({ id }) => id === name);
  const prepaid = new Set(lots.filter((lot) => lot.prepaid).map(({ id }) => id));
  return hold ? sumOf(hold.lots.filter(({ id }) => !prepaid.has(id))) : 0;
}
