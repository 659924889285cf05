import assert from 'node:assert/strict';
import type { Lot, LotKind } from '../../models/transfer.ts';

/** More open lots than this would make every entry long; the newest of a kind then take further credits in. */
export const OPEN_LOTS_MAX = 100;

const burnOrder: Record<LotKind, number> = { free: 0, plan: 1, bonus: 2, purchased: 3, allocated: 4 };

/** How much a burn took from one lot. */
export interface Taken {
  lot: Lot;
  millis: number;
}

/** What was taken from which lots, in the order of taking, and the lots that stay open, in their old order. */
export interface Drawn {
  lots: Lot[];
  taken: Taken[];
  millis: number;
}

/**
 * Takes up to so many milli-credits out of lots: free before plan, bonus, purchased, allocated; among these the earliest expiry, then the
 * oldest.
 * @param from which lots, all unless said
 */
export function draw(lots: readonly Lot[], millis: number, from: (lot: Lot) => boolean = () => true): Drawn {
  const taken: Taken[] = [];
  let missing = millis;
  for (const lot of lots.filter(from).toSorted(inBurnOrder)) {
    const part = Math.min(lot.remaining, missing);
    if (part > 0) taken.push({ lot, millis: part });
    missing -= part;
  }
  const partOf = (lot: Lot) => taken.find((one) => one.lot === lot)?.millis ?? 0;
  const left = lots.map((lot) => ({ ...lot, remaining: lot.remaining - partOf(lot) }));
  return { lots: left.filter(isOpen), taken, millis: millis - missing };
}

/** The same, and all of it must be there. */
export function burn(lots: readonly Lot[], millis: number, from?: (lot: Lot) => boolean): Drawn {
  const drawn = draw(lots, millis, from);
  assert.equal(drawn.millis, millis, 'nobody spends more than there is');
  return drawn;
}

/** A lot is listed as long as there is something left of it. */
export const isOpen = (lot: Lot): boolean => lot.remaining + lot.held > 0;

/**
 * Adds a lot. Where there are too many, it joins the newest one that burns like it: nothing of worth is lost but its own name.
 * Only lots with hundreds of different expiry dates could not be joined, and nothing makes such.
 */
export function grant(lots: readonly Lot[], lot: Lot): Lot[] {
  if (lots.length < OPEN_LOTS_MAX) return [...lots, lot];
  const at = lots.findLastIndex((other) => other.kind === lot.kind && other.prepaid === lot.prepaid && other.expiresAt === lot.expiresAt);
  const like = lots[at];
  assert(like, 'a client has too many different open lots');
  return lots.with(at, { ...like, granted: like.granted + lot.granted, remaining: like.remaining + lot.remaining });
}

/** The part of what was taken that fulfils the condition, in milli-credits. */
export const sumTaken = (taken: readonly Taken[], when: (lot: Lot) => boolean): number =>
  taken.reduce((sum, { lot, millis }) => (when(lot) ? sum + millis : sum), 0);

function inBurnOrder(a: Lot, b: Lot): number {
  if (a.kind !== b.kind) return burnOrder[a.kind] - burnOrder[b.kind];
  if (a.expiresAt === b.expiresAt) return 0; // sorting is stable: the older stays first
  if (a.expiresAt === null) return 1;
  if (b.expiresAt === null) return -1;
  return a.expiresAt < b.expiresAt ? -1 : 1;
}
