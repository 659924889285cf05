import assert from 'node:assert/strict';
import type { PurchaseCorrection, PurchaseReturns } from '../../models/transfer.ts';
import { feeCents, PLATFORM_FEE_BASIS_POINTS } from '../../rules/money.ts';

/** State of a purchase without any return. */
export const untouched: PurchaseReturns = { refundedCents: 0, lostCents: 0, reversed: 0, reversedFeeCents: 0 };

const corrections: readonly string[] = ['refund.reverse', 'refund.fail', 'dispute.freeze', 'dispute.resolve'];
/** Kinds of transfers that correct a purchase. */
export const isReturn = (kind: string): boolean => corrections.includes(kind);
/** Kinds of transfers that correct a purchase, an order or a grant. */
export const isCorrection = (kind: string): boolean => isReturn(kind) || kind === 'order.refund' || kind === 'free.return';
/** Kinds of transfers that belong to a purchase, and in which money may move. */
export const isAboutMoney = (kind: string): boolean => kind === 'credits.purchase' || isReturn(kind);

/**
 * Returns the state of a purchase after a correction. Credits and fee follow from the total that was returned: rounding each part would add
 * up to another amount. Refunds and lost disputes together take back the price at most once.
 */
export function returnsAfter(before: PurchaseReturns, kind: string, correction: PurchaseCorrection): PurchaseReturns {
  const { refundedCents = before.refundedCents, disputedCents = 0, priceCents, credits } = correction;
  const refunded = {
    // A late report of a refund knows a smaller total, and a late report of a failed refund a larger one.
    'refund.reverse': Math.max(before.refundedCents, refundedCents),
    'refund.fail': Math.min(before.refundedCents, refundedCents),
  }[kind];
  const lost = kind === 'dispute.resolve' ? disputedCents : 0;
  const after = { refundedCents: refunded ?? before.refundedCents, lostCents: before.lostCents + lost };
  const wentBack = wentBackCents(after, priceCents);
  const isOrderOver = before.isOrderOver || (correction.isOrdered && wentBack === priceCents);
  return {
    ...after,
    reversed: shareReturned(credits, wentBack, priceCents),
    reversedFeeCents: feeCents(wentBack, PLATFORM_FEE_BASIS_POINTS),
    ...(isOrderOver && { isOrderOver }),
  };
}

/**
 * Returns the part of a correction that comes out of its order's use; negative if the order uses it again. Until the order is over, that is
 * all of it: the client keeps the goods, pays less for them and owes nothing.
 */
export const unusedBy = (before: PurchaseReturns, after: PurchaseReturns, { isOrdered }: PurchaseCorrection): number =>
  isOrdered && !before.isOrderOver ? after.reversed - before.reversed : 0;

/** Returns the milli-credits that losing a dispute would take back now. */
export const disputedMillis = (before: PurchaseReturns, correction: PurchaseCorrection): number =>
  returnsAfter(before, 'dispute.resolve', correction).reversed - before.reversed;

/** Returns the money that refunds and disputes returned, at most the price. */
export const wentBackCents = (
  { refundedCents, lostCents }: Pick<PurchaseReturns, 'refundedCents' | 'lostCents'>,
  priceCents: number,
): number => Math.min(priceCents, refundedCents + lostCents);

/** Returns `floor(credits x part / whole)`. BigInt, because the product of two amounts may exceed safe integers. */
export function shareReturned(millis: number, partCents: number, wholeCents: number): number {
  assert(partCents >= 0 && partCents <= wholeCents, 'no more goes back than was paid');
  return Number((BigInt(millis) * BigInt(partCents)) / BigInt(wholeCents));
}
