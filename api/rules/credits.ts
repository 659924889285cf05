export type CreditLevel = 'enough' | 'low' | 'critical' | 'empty';

/** Milli-credits below which a balance is low, unless the agency says otherwise: ten minutes of calls. */
export const LOW_MILLIS = 10_000;

/** Shares of the assigned credits, in tenths of a percent, below which a balance is low or critical. */
export interface MeterThresholds {
  lowPermille: number;
  criticalPermille: number;
  /** The amount below which a balance is low as well, in milli-credits; absent for none. */
  lowMillis?: number;
}

/** Returns the level of a balance. A share equal to the threshold is not below it. Amounts in milli-credits. */
export function creditLevel(
  { available, assigned }: { available: number; assigned: number },
  { lowPermille, criticalPermille, lowMillis = 0 }: MeterThresholds,
): CreditLevel {
  if (available <= 0) return 'empty';
  if (available * 1000 < assigned * criticalPermille) return 'critical';
  return available * 1000 < assigned * lowPermille || available < lowMillis ? 'low' : 'enough';
}
