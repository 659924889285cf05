/** Returns the middle value, or the mean of the two middle values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** Returns the value that this percentage of all values does not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Divides our figures by the floor's, round by round, because a disturbance affects both in a round. */
export const ratios = (ours: readonly number[], floors: readonly number[]): number[] =>
  ours.map((value, round) => value / (floors[round] ?? Number.NaN));

/** Returns how many rounds must meet a bar: 6 of 7, or all of fewer. */
export const roundsNeeded = (rounds: number): number => (rounds >= 7 ? rounds - 1 : rounds);

/** Writes a figure with three significant digits. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
