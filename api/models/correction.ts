import type { Lot } from './transfer.ts';

/** A part of one lot that goes back to it. */
export interface ReturnedPart extends Pick<Lot, 'id' | 'kind' | 'prepaid' | 'expiresAt'> {
  millis: number;
}

/** What an order had taken, and from which lots. */
export interface OrderCorrection {
  /** What the order's credits were held under. */
  key: string;
  parts: ReturnedPart[];
}

/** What a correction is about. */
export type Correction = PurchaseCorrection | OrderCorrection;

/** The purchase that a correction is about, as it was sold, and what the provider says of its money. */
export interface PurchaseCorrection {
  sessionId: string;
  /** Milli-credits. */
  credits: number;
  priceCents: number;
  /** The lot that took its credits in, where they were joined with others by the rules of before. */
  joined?: string;
  /** All of its credits were used for the one order that it was bought for. */
  isOrdered?: true;
  /** What all refunds together send back. */
  refundedCents?: number;
  /** What one dispute is about. */
  disputedCents?: number;
}
