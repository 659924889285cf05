import type { Client } from '../../models/client.ts';
import { changeNumber, type PhoneNumber } from '../../models/number.ts';
import type { AgencyAccess } from '../../ports/index.ts';
import { HOUR_MS, later } from '../../rules/time.ts';
import { noticeWhileOff } from '../directory/open.ts';
import { nextPauseSeal } from '../seals/documents.ts';
import { paidThrough } from './month.ts';

/** Interval between checks whether a paused number can be paid again. */
const AGAIN_MS = HOUR_MS;

/** Returns since when a client cannot sign in to pay, because of itself or its agency. Undefined if it can. */
export function whenShut({ agency }: AgencyAccess, client: Client | null, now: Date): Date | undefined {
  // The time when a portal was switched off is not stored.
  const since = [agency.suspended?.at, client?.disabledAt, noticeWhileOff(agency) === null ? undefined : now];
  return since.filter((one) => one !== undefined).toSorted((a, b) => a.getTime() - b.getTime())[0];
}

/** Stops the due day and the grace of a number that nobody can pay for: nothing is collected, mailed or released. */
export async function pauseRent(row: PhoneNumber, since: Date, now: Date): Promise<void> {
  const { state, rentsPaid, pausedAt, createdAt, firstMonthEndedAt = createdAt } = row;
  // A number that a running payment bought meanwhile starts at its own first month.
  const from = pausedAt ?? (since > firstMonthEndedAt ? since : firstMonthEndedAt);
  await changeNumber(
    row,
    row._id,
    { state, rentsPaid, pausedAt },
    { set: { pausedAt: from, rentAt: later(now, AGAIN_MS), ...nextPauseSeal(row, { pausedAt: from }) } },
  );
}

/** Resumes a paused number with the rest of its month and grace. */
export async function resumeRent(row: PhoneNumber, pausedAt: Date, now: Date): Promise<void> {
  const { state, rentsPaid, createdAt, paidUntil = createdAt, graceUntil, pausedMs = 0 } = row;
  const ms = now.getTime() - pausedAt.getTime();
  const set = { ...paidThrough(later(paidUntil, ms)), ...(graceUntil && { graceUntil: later(graceUntil, ms) }), pausedMs: pausedMs + ms };
  const sealed = { ...set, ...nextPauseSeal(row, { pausedAt: undefined, pausedMs: set.pausedMs }) };
  await changeNumber(row, row._id, { state, rentsPaid, pausedAt }, { set: sealed, unset: ['pausedAt'] });
}
