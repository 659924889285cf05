/** Policy of an agency for running out of minutes. Without a floor its minutes become negative, because it promises them itself. */
export type MinutesPolicy = { kind: 'unlimited' } | { kind: 'floor'; floorMillis: number } | { kind: 'no_grant' };

/**
 * Tells whether minutes may be set aside or given away. With `floor` they may not fall below it. With `no_grant` free credits need minutes,
 * while calls continue. Minutes that fall no further are always allowed.
 * @param after milli-credits that would remain
 */
export function mayFall(policy: MinutesPolicy, purpose: 'grant' | 'call', { before, after }: { before: number; after: number }): boolean {
  if (after >= before || policy.kind === 'unlimited') return true;
  if (policy.kind === 'no_grant') return purpose === 'call' || after >= 0;
  return after >= policy.floorMillis;
}
