import { forEach } from '../domain/due/due.ts';
import { removeOldGrantDays } from '../models/grant.ts';
import { removeOldLimits } from '../models/limit.ts';
import { removeOldRequests } from '../models/request.ts';
import { removeExpiredSessions, removeOldProofs } from '../models/session.ts';
import type { Deps } from '../ports/index.ts';
import { DAY_MS } from '../rules/time.ts';
import { PROOF_MEMORY_MS } from '../security/proofs.ts';

/** Deletes documents that are only kept for a while, because the embedded engine has no expiry. */
export async function removeLeftovers(deps: Pick<Deps, 'draining' | 'log'>): Promise<void> {
  const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
  const removals = {
    requests: () => removeOldRequests(daysAgo(1)),
    sessions: () => removeExpiredSessions(daysAgo(1)),
    proofs: () => removeOldProofs(new Date(Date.now() - PROOF_MEMORY_MS)),
    limits: () => removeOldLimits(new Date()),
    grants: () => removeOldGrantDays(daysAgo(3)),
  };
  await forEach(Object.entries(removals), { name: 'leftovers', about: ([collection]) => ({ collection }), deps }, ([, remove]) => remove());
}
