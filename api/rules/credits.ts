export type CreditLevel = 'enough' | 'low' | 'critical' | 'empty';

/** Shares of what was assigned, in tenths of a percent, below which a balance is low and critical. */
export interface MeterThresholds {
  lowPermille: number;
  criticalPermille: number;
}

/** What a balance means to the person who looks at it. A share of exactly the threshold is not below it. Amounts in milli-credits. */
export function creditLevel(
  { available, assigned }: { available: number; assigned: number },
  { lowPermille, criticalPermille }: MeterThresholds,
): CreditLevel {
  if (available <= 0) return 'empty';
  if (available * 1000 < assigned * criticalPermille) return 'critical';
  return available * 1000 < assigned * lowPermille ? 'low' : 'enough';
}
