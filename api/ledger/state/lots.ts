import assert from 'node:assert/strict';
import type { Lot, LotKind } from '../../models/transfer.ts';

/** Lots of one kind. More would make every entry long, so further credits join the newest. */
const LOTS_MAX = 100;

/**
 * Version of the rules by which lots are joined and leave. Each transfer names the version of its states, so that older ones replay as they
 * were written. Before 2, lots of all kinds counted together, and purchased lots were joined too. Before 3, a lot left as soon as it was
 * used up.
 */
export const RULES = 3;

/** Sorts behind every date. */
const NEVER = 'never';

const burnOrder: Record<LotKind, number> = { free: 0, plan: 1, bonus: 2, purchased: 3, allocated: 4 };

/** The amount that a burn took from one lot. */
export interface Taken {
  lot: Lot;
  millis: number;
}

/** The amounts taken, in order of taking, and the lots without them, in their previous order. */
export interface Drawn {
  lots: Lot[];
  taken: Taken[];
  millis: number;
}

/**
 * Takes up to `millis` milli-credits out of lots: free before plan, bonus, purchased and allocated; then the earliest expiry, then the
 * oldest.
 * @param from selects the lots; all by default
 */
export function draw(lots: readonly Lot[], millis: number, from: (lot: Lot) => boolean = () => true): Drawn {
  const parts = new Map<Lot, number>();
  let missing = millis;
  for (const lot of lots.filter(from).toSorted(inBurnOrder)) {
    const part = Math.min(lot.remaining, missing);
    if (part > 0) parts.set(lot, part);
    missing -= part;
  }
  const taken = Array.from(parts, ([lot, part]) => ({ lot, millis: part }));
  const left = lots.map((lot) => ({ ...lot, remaining: lot.remaining - (parts.get(lot) ?? 0) }));
  return { lots: left, taken, millis: millis - missing };
}

/** Takes exactly `millis` out of lots, as `draw` does. Asserts that they are there. */
export function burn(lots: readonly Lot[], millis: number, from?: (lot: Lot) => boolean): Drawn {
  const drawn = draw(lots, millis, from);
  assert.equal(drawn.millis, millis, 'nobody spends more than there is');
  return drawn;
}

/** Tells whether anything is left of a lot. */
export const isOpen = (lot: Lot): boolean => lot.remaining + lot.held > 0;

/** Adds the lot of new credits, even if a debt took all of it. Those that are used up leave. */
export const grantNew = (lots: readonly Lot[], lot: Lot, rules: number): Lot[] =>
  rules < 3 ? (lot.remaining === 0 ? [...lots] : grant(lots, lot, rules).lots) : grant(lots.filter(isOpen), lot, rules).lots;

/**
 * Adds a lot. If there are too many of its kind, it joins the newest one that burns alike, if there is one. Purchased lots are never
 * joined: each was paid for, and its refund or dispute concerns that lot alone.
 * @returns the lots, and the id of the lot that got the credits
 */
export function grant(lots: readonly Lot[], lot: Lot, rules = RULES): { lots: Lot[]; id: string } {
  const isFull = rules < 2 ? lots.length >= LOTS_MAX : lot.kind !== 'purchased' && countKind(lots, lot.kind) >= LOTS_MAX;
  const at = isFull
    ? lots.findLastIndex((other) => other.kind === lot.kind && other.prepaid === lot.prepaid && other.expiresAt === lot.expiresAt)
    : -1;
  const like = lots[at];
  if (!like) return { lots: [...lots, lot], id: lot.id };
  const joined = { ...like, granted: like.granted + lot.granted, remaining: like.remaining + lot.remaining };
  return { lots: lots.with(at, joined), id: like.id };
}

const countKind = (lots: readonly Lot[], kind: LotKind): number => lots.reduce((count, lot) => (lot.kind === kind ? count + 1 : count), 0);

/** Sums the taken parts whose lots fulfil the condition, in milli-credits. */
export const sumTaken = (taken: readonly Taken[], when: (lot: Lot) => boolean): number =>
  taken.reduce((sum, { lot, millis }) => (when(lot) ? sum + millis : sum), 0);

function inBurnOrder(a: Lot, b: Lot): number {
  if (a.kind !== b.kind) return burnOrder[a.kind] - burnOrder[b.kind];
  if (a.expiresAt === b.expiresAt) return 0; // sorting is stable: the older one stays first
  return (a.expiresAt ?? NEVER) < (b.expiresAt ?? NEVER) ? -1 : 1;
}
