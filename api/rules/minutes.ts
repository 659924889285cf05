/** What happens when an agency has no minutes left. Without a floor it goes below zero: its promises are its own. */
export type MinutesPolicy = { kind: 'unlimited' } | { kind: 'floor'; floorMillis: number } | { kind: 'no_grant' };

/**
 * Whether minutes may be set aside or given away. With `floor`, neither where they would fall below it; with `no_grant`, no free credits that
 * the agency has not got, while calls go on. What falls no further is always allowed.
 * @param after the milli-credits that would be left
 */
export function mayFall(policy: MinutesPolicy, purpose: 'grant' | 'call', { before, after }: { before: number; after: number }): boolean {
  if (after >= before || policy.kind === 'unlimited') return true;
  if (policy.kind === 'no_grant') return purpose === 'call' || after >= 0;
  return after >= policy.floorMillis;
}
