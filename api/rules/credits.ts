export type CreditLevel = 'enough' | 'low' | 'critical' | 'empty';

/** Shares of the assigned credits, in tenths of a percent, below which a balance is low or critical. */
export interface MeterThresholds {
  lowPermille: number;
  criticalPermille: number;
}

/** Returns the level of a balance. A share equal to the threshold is not below it. Amounts in milli-credits. */
export function creditLevel(
  { available, assigned }: { available: number; assigned: number },
  { lowPermille, criticalPermille }: MeterThresholds,
): CreditLevel {
  if (available <= 0) return 'empty';
  if (available * 1000 < assigned * criticalPermille) return 'critical';
  return available * 1000 < assigned * lowPermille ? 'low' : 'enough';
}
