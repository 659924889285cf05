import { refuse } from '../../contract/refusal.ts';
import { changeNumber, type NumberRow, readNumber } from '../../models/number.ts';
import type { Fulfilment } from '../../ports/index.ts';
import { DAY_MS, later } from '../../rules/time.ts';

/** A month of rent. */
const MONTH_MS = 30 * DAY_MS;
/** How long before the rent is due it is looked whether there are enough credits for it. */
const NOTICE_MS = 3 * DAY_MS;

/** What a number is marked with that is paid until then. */
export const paidThrough = (paidUntil: Date) => ({ paidUntil, rentAt: later(paidUntil, -NOTICE_MS) });

/** Until when a number is paid that was bought then, with the month that came with it and so many more. */
export const paidAfter = (boughtAt: Date, rentsPaid: number): Date => later(boughtAt, MONTH_MS * (rentsPaid + 1));

/** Until when a number is paid that is bought now, and when its rent is looked after. Nothing where there is no rent. */
export const firstMonth = (at: Date, monthlyMillis: number) => (monthlyMillis > 0 ? paidThrough(paidAfter(at, 0)) : {});

/** What the next payment for a number takes, in milli-credits: its rent, or what it cost where that is owed and there is no rent. */
export const dueMillis = ({ owedMillis, monthlyMillis }: Pick<NumberRow, 'owedMillis' | 'monthlyMillis'>): number =>
  owedMillis ?? monthlyMillis;

/** A month of rent is delivered by moving the day that the number is paid until. Without rent it is paid for good. */
export const rentFulfilment: Fulfilment = {
  delivered: 'before payment',
  patienceMs: DAY_MS,

  async fulfil({ _id: rentOrderId, subjectId, item, ...order }, deps) {
    const row = await readNumber(order, subjectId);
    if (!row || row.state === 'released' || row.isGoing) return { delivered: false, code: 'number.not_found' };
    const month = Number(item.month);
    // Of two orders for one month the second delivers nothing.
    const isAnothers = row.rentsPaid === month && row.rentOrderId !== undefined && row.rentOrderId !== rentOrderId;
    if (isAnothers) return { delivered: false, code: 'number.connected' };
    if (row.rentsPaid >= month) return { delivered: true };
    const { paidUntil = deps.now(), state, pausedMs, isGoing, monthlyMillis } = row;
    const paid = monthlyMillis > 0 ? paidThrough(later(paidUntil, MONTH_MS)) : {};
    const set = { state: 'active' as const, rentsPaid: month, rentOrderId, rentTries: 0, ...paid };
    const unset = monthlyMillis > 0 ? (['graceUntil'] as const) : (['graceUntil', 'paidUntil', 'rentAt'] as const);
    const moved = await changeNumber(row, subjectId, { rentsPaid: month - 1, state, pausedMs, isGoing }, { set, unset });
    if (moved === null || moved === 'taken') refuse('server.busy'); // somebody moved it meanwhile: it is looked at again
    return { delivered: true };
  },

  /** The number is paid until the day before again. */
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
