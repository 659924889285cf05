import { refuse } from '../../contract/refusal.ts';
import { changeNumber, type PhoneNumber, readNumber } from '../../models/number.ts';
import type { Fulfilment } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';

/** One month of rent. */
const MONTH_MS = 30 * DAY_MS;
/** How long before the due day the client's credits are checked. */
const NOTICE_MS = 3 * DAY_MS;

/** Marks a number as paid until `paidUntil`. */
export const paidThrough = (paidUntil: Date) => ({ paidUntil, rentAt: later(paidUntil, -NOTICE_MS) });

/** Returns the paid period's end of a number: its first month plus `rentsPaid` more. */
export const paidAfter = (boughtAt: Date, rentsPaid: number): Date => later(boughtAt, MONTH_MS * (rentsPaid + 1));

/** Marks a new number as paid for its first month. Marks nothing without a rent. */
export const firstMonth = (at: Date, monthlyMillis: number) => (monthlyMillis > 0 ? paidThrough(paidAfter(at, 0)) : {});

/** Returns the amount of the next payment in milli-credits: the rent, or the owed price if there is no rent. */
export const dueMillis = ({ owedMillis, monthlyMillis }: Pick<PhoneNumber, 'owedMillis' | 'monthlyMillis'>): number =>
  owedMillis ?? monthlyMillis;

/** Delivers a month of rent by moving the day until which the number is paid. Without a rent it is paid for good. */
export const rentFulfilment: Fulfilment = {
  delivered: 'before payment',
  patienceMs: DAY_MS,

  async fulfil({ _id: rentOrderId, subjectId, item, ...order }, deps) {
    const row = await readNumber(order, subjectId);
    if (!row || row.state === 'released' || row.isGoing) return { delivered: false, code: 'number.not_found' };
    const month = Number(item.month);
    // A second order for the same month delivers nothing.
    const isAnothers = row.rentsPaid === month && row.rentOrderId !== undefined && row.rentOrderId !== rentOrderId;
    if (isAnothers) return { delivered: false, code: 'number.connected' };
    if (row.rentsPaid >= month) return { delivered: true };
    const { paidUntil = deps.now(), state, pausedMs, isGoing, monthlyMillis } = row;
    const paid = monthlyMillis > 0 ? paidThrough(later(paidUntil, MONTH_MS)) : {};
    const set = { state: 'active' as const, rentsPaid: month, rentOrderId, rentTries: 0, ...paid };
    const unset = monthlyMillis > 0 ? (['graceUntil'] as const) : (['graceUntil', 'paidUntil', 'rentAt'] as const);
    const moved = await changeNumber(row, subjectId, { rentsPaid: month - 1, state, pausedMs, isGoing }, { set, unset });
    if (moved === null || moved === 'taken') refuse('server.busy'); // somebody moved it meanwhile, so this is repeated
    return { delivered: true };
  },

  /** Moves the day back by a month. */
  async release({ _id: rentOrderId, subjectId, item, ...order }) {
    const row = await readNumber(order, subjectId);
    const month = Number(item.month);
    if (!row || row.state === 'released' || row.rentOrderId !== rentOrderId || row.rentsPaid !== month) return;
    const { paidUntil, firstMonthEndedAt, createdAt, pausedMs, state } = row;
    const before = paidUntil ? later(paidUntil, -MONTH_MS) : later(firstMonthEndedAt ?? createdAt, pausedMs ?? 0);
    const set = { rentsPaid: month - 1, ...paidThrough(before) };
    const moved = await changeNumber(row, subjectId, { rentsPaid: month, state, pausedMs }, { set });
    if (moved === null || moved === 'taken') refuse('server.busy');
  },
};
