import { removeOldGrantDays } from '../models/grant.ts';
import { removeOldLimits } from '../models/limit.ts';
import { removeOldRequests } from '../models/request.ts';
import { removeExpiredSessions, removeOldProofs } from '../models/session.ts';
import { DAY_MS } from '../rules/time.ts';

/** Removes what is only worth keeping for a while. The database does not do it by itself: the embedded engine knows no expiry. */
export async function removeLeftovers(): Promise<void> {
  const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
  await removeOldRequests(daysAgo(1));
  await removeExpiredSessions(daysAgo(1));
  await removeOldProofs(daysAgo(2));
  await removeOldLimits(new Date());
  await removeOldGrantDays(daysAgo(3));
}
