import assert from 'node:assert/strict';
import type { PurchaseCorrection, PurchaseReturns } from '../../models/transfer.ts';
import { feeCents, PLATFORM_FEE_BASIS_POINTS } from '../../rules/money.ts';

/** What a purchase that nothing went back of looks like. */
export const untouched: PurchaseReturns = { refundedCents: 0, lostCents: 0, reversed: 0, reversedFeeCents: 0 };

const corrections: readonly string[] = ['refund.reverse', 'refund.fail', 'dispute.freeze', 'dispute.resolve'];
/** Kinds of transfers that correct a purchase. */
export const isReturn = (kind: string): boolean => corrections.includes(kind);
/** Kinds of transfers that say what they correct: a purchase or an order. */
export const isCorrection = (kind: string): boolean => isReturn(kind) || kind === 'order.refund';
/** Kinds of transfers that belong to a purchase, and in which money may move. */
export const isAboutMoney = (kind: string): boolean => kind === 'credits.purchase' || isReturn(kind);

/**
 * How a purchase stands after a correction. Credits and fee follow from the sum of all money that went back, never from one part of it:
 * the parts' roundings would add up to something else than the whole. Refunds and lost disputes together take back what was paid, once.
 */
export function returnsAfter(before: PurchaseReturns, kind: string, correction: PurchaseCorrection): PurchaseReturns {
  const { refundedCents = before.refundedCents, disputedCents = 0, priceCents, credits } = correction;
  const refunded = {
    // Whoever reports a refund late knows of less than there is; whoever reports that one failed, of more.
    'refund.reverse': Math.max(before.refundedCents, refundedCents),
    'refund.fail': Math.min(before.refundedCents, refundedCents),
  }[kind];
  const lost = kind === 'dispute.resolve' ? disputedCents : 0;
  const after = { refundedCents: refunded ?? before.refundedCents, lostCents: before.lostCents + lost };
  const wentBack = wentBackCents(after, priceCents);
  const isOrderOver = before.isOrderOver || (correction.isOrdered && wentBack === priceCents);
  return {
    ...after,
    reversed: shareOf(credits, wentBack, priceCents),
    reversedFeeCents: feeCents(wentBack, PLATFORM_FEE_BASIS_POINTS),
    ...(isOrderOver && { isOrderOver }),
  };
}

/**
 * The part of what a correction takes back that its order had used, and uses no more; negative where it uses it again. As long as the order is
 * not over that is all of it: the client keeps what the order was for, less and less paid, and owes nothing.
 */
export const unusedBy = (before: PurchaseReturns, after: PurchaseReturns, { isOrdered }: PurchaseCorrection): number =>
  isOrdered && !before.isOrderOver ? after.reversed - before.reversed : 0;

/** The milli-credits that would be taken back if a dispute were lost now. */
export const disputedMillis = (before: PurchaseReturns, correction: PurchaseCorrection): number =>
  returnsAfter(before, 'dispute.resolve', correction).reversed - before.reversed;

/** What went back of the money in all, by refunds or disputes, at most what was paid. */
export const wentBackCents = (
  { refundedCents, lostCents }: Pick<PurchaseReturns, 'refundedCents' | 'lostCents'>,
  priceCents: number,
): number => Math.min(priceCents, refundedCents + lostCents);

/** `floor(credits x part / whole)`. BigInt, because a product of two amounts need not be a safe integer. */
function shareOf(millis: number, partCents: number, wholeCents: number): number {
  assert(partCents >= 0 && partCents <= wholeCents, 'no more goes back than was paid');
  return Number((BigInt(millis) * BigInt(partCents)) / BigInt(wholeCents));
}
