/** The middle one; of an even number of them the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** The value that so many percent of all do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Ours by the floor's, round by round: what disturbs a round disturbs both. */
export const ratios = (ours: readonly number[], floors: readonly number[]): number[] =>
  ours.map((value, round) => value / (floors[round] ?? Number.NaN));

/** How many rounds must keep a bar for a claim: 6 of 7, and every one where there are fewer. */
export const roundsNeeded = (rounds: number): number => (rounds >= 7 ? rounds - 1 : rounds);

/** Three digits that matter, with the unit that people say. */
export function three(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
