import type { Client } from '../../models/client.ts';
import { changeNumber, type NumberRow } from '../../models/number.ts';
import type { AgencyAccess } from '../../ports/index.ts';
import { HOUR_MS, later } from '../../rules/time.ts';
import { noticeOf } from '../directory/directory.ts';
import { nextPauseSeal } from '../seals/documents.ts';
import { paidThrough } from './month.ts';

/** How often it is looked whether somebody may pay again. */
const AGAIN_MS = HOUR_MS;

/** Since when a client is not let in to pay, because of itself or of its agency. Undefined while it is. */
export function whenShut({ agency }: AgencyAccess, client: Client | null, now: Date): Date | undefined {
  // Nobody notes when a portal is switched off.
  const since = [agency.suspended?.at, client?.disabledAt, noticeOf(agency) === null ? undefined : now];
  return since.filter((one) => one !== undefined).toSorted((a, b) => a.getTime() - b.getTime())[0];
}

/** While nobody may pay for a number, its due day and its grace stand still: nothing is taken, told or released. */
export async function standStill(row: NumberRow, since: Date, now: Date): Promise<void> {
  const { state, rentsPaid, pausedAt, createdAt, firstMonthEndedAt = createdAt } = row;
  // What was bought meanwhile, with money that was under way, runs from then.
  const from = pausedAt ?? (since > firstMonthEndedAt ? since : firstMonthEndedAt);
  await changeNumber(
    row,
    row._id,
    { state, rentsPaid, pausedAt },
    { set: { pausedAt: from, rentAt: later(now, AGAIN_MS), ...nextPauseSeal(row, { pausedAt: from }) } },
  );
}

/** Somebody may pay again: what was left of the month and of the grace goes on. */
export async function goOn(row: NumberRow, pausedAt: Date, now: Date): Promise<void> {
  const { state, rentsPaid, createdAt, paidUntil = createdAt, graceUntil, pausedMs = 0 } = row;
  const ms = now.getTime() - pausedAt.getTime();
  const set = { ...paidThrough(later(paidUntil, ms)), ...(graceUntil && { graceUntil: later(graceUntil, ms) }), pausedMs: pausedMs + ms };
  const sealed = { ...set, ...nextPauseSeal(row, { pausedAt: undefined, pausedMs: set.pausedMs }) };
  await changeNumber(row, row._id, { state, rentsPaid, pausedAt }, { set: sealed, unset: ['pausedAt'] });
}
