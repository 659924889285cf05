import type { ErrorCode } from '../../contract/index.ts';
import { Refusal } from '../../contract/refusal.ts';
import { readStanding } from '../../ledger/standing.ts';
import { spendableIn } from '../../ledger/transfers/orders.ts';
import { agencyById } from '../../models/agency.ts';
import { type Client, isGone, readClient } from '../../models/client.ts';
import { queueMail } from '../../models/mail.ts';
import { changeNumber, claimRent, type PhoneNumber, putOffRent } from '../../models/number.ts';
import { type Order, readOrder } from '../../models/order.ts';
import { modeOf } from '../../models/scope.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { DAY_MS, HOUR_MS, later, MINUTE_MS } from '../../rules/time.ts';
import { accessTo } from '../directory/directory.ts';
import { lackedBy } from '../directory/open.ts';
import { planOf } from '../directory/plan.ts';
import { backOff, type DueWork, workThrough } from '../due/due.ts';
import { placeOrder } from '../orders/orders.ts';
import { dueMillis } from './month.ts';
import { pauseRent, resumeRent, whenShut } from './pause.ts';
import { displayNumber } from './phone.ts';
import { releaseRow } from './release.ts';

/** How long an unpaid number is kept. */
const GRACE_MS = 7 * DAY_MS;
/** Interval between payment attempts during the grace. */
const RETRY_MS = 6 * HOUR_MS;
/** Longer than one number takes, so that no other process handles it meanwhile. */
const LEASE_MS = 2 * MINUTE_MS;
const BACKOFF_MAX_MS = HOUR_MS;

/** The due work of collecting rents. */
export const dueRents = (deps: Deps): DueWork<PhoneNumber> => ({
  name: 'number.rent',
  claim: claimRent,
  leaseMs: LEASE_MS,
  lookAfter: (row) => lookAfter(row, deps),
  putOff: putOffRent,
  restMs: ({ rentChecks = 1 }) => backOff(rentChecks - 1, LEASE_MS, BACKOFF_MAX_MS),
  about: ({ _id: numberId }) => ({ numberId }),
});

/**
 * Handles all due rents of all agencies.
 * @returns the number of numbers handled
 */
export const collectRents = (deps: Deps, most?: number): Promise<number> => workThrough(dueRents(deps), deps, most);

async function lookAfter(row: PhoneNumber, deps: Deps): Promise<void> {
  if (row.isGoing) return void (await releaseRow(row, deps));
  const client = await readClient(row, row.clientId);
  if (client && isGone(client)) return void (await releaseRow(row, deps));
  const agency = await agencyById(row.agencyId);
  const opened = agency && accessTo(agency, modeOf(row.world));
  if (!opened || opened.scope.world !== row.world) return endAbandonedRent(row, deps);
  const now = deps.now();
  const { paidUntil = row.createdAt } = row;
  const shutSince = whenShut(opened, client, now);
  if (shutSince) return pauseRent(row, shutSince, now);
  // A client with the credits pays; another cannot buy any, and must not lose the number by that.
  const cannotBuy = paidUntil <= now && lackedBy(opened).length > 0;
  if (cannotBuy && (await isShort(opened, row, client))) return pauseRent(row, now, now);
  if (row.pausedAt) return resumeRent(row, row.pausedAt, now);
  if (paidUntil > now) return warnBeforeDue(opened, row, client, paidUntil);
  const order = await payRent(opened, row, deps);
  if (order === 'short') return fallBehind(row, deps);
  // An unfinished order is tried again later; for a finished one the fulfilment has moved the number.
}

/** Ends the rent in an abandoned test world: purchased numbers return to the provider, unless they were taken over. */
async function endAbandonedRent(row: PhoneNumber, deps: Deps): Promise<void> {
  if (row.way === 'bought' && row.providerClaim !== undefined) await releaseRow(row, deps);
  else await changeNumber(row, row._id, {}, { unset: ['rentAt'] });
}

/** Tells whether a client has too few credits for the next month of a number. */
async function isShort({ agency }: AgencyAccess, row: PhoneNumber, client: Client | null): Promise<boolean> {
  const { state } = await readStanding(row);
  return spendableIn(state, planOf(agency, client).freeCreditsBuy === 'everything') < dueMillis(row);
}

/** Warns a client before the due day if its credits are too few. */
async function warnBeforeDue(opened: AgencyAccess, row: PhoneNumber, client: Client | null, paidUntil: Date): Promise<void> {
  if (await isShort(opened, row, client)) await mailClient(row, 'rent_due', paidUntil);
  await changeNumber(row, row._id, { rentsPaid: row.rentsPaid, state: row.state }, { set: { rentAt: paidUntil } });
}

/** Final refusals of an order; the next attempt is another order. */
const isForGood: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['credits.insufficient', 'order.too_many']);

/** Pays a month with one order. After a refusal for lack of credits, each attempt is a new order. */
async function payRent(opened: AgencyAccess, row: PhoneNumber, deps: Deps): Promise<Order | 'short'> {
  const { _id: numberId, number, rentsPaid, rentTries, owedMillis, memberId } = row;
  const orderId = `ord_rent-${numberId}-${rentsPaid + 1}${rentTries === 0 ? '' : `-${rentTries}`}`;
  const display = await displayNumber(number);
  const code = owedMillis === undefined ? 'number_month' : 'number';
  const ware = {
    kind: 'rent' as const,
    name: display,
    named: { code, values: { display } } as const,
    item: { month: rentsPaid + 1 },
    subjectId: numberId,
    priceMillis: dueMillis(row),
  };
  try {
    const order = await placeOrder(opened, row, { orderId, memberId, ware, pay: 'credits' }, deps);
    return order.state === 'undone' ? 'short' : order;
  } catch (error) {
    if (!(error instanceof Refusal) || !isForGood.has(error.code)) throw error;
    const left = await readOrder(row, orderId);
    if (left && left.state !== 'undone') throw error;
    return 'short';
  }
}

/** Starts, continues or ends the grace of an unpaid number. */
async function fallBehind(row: PhoneNumber, deps: Deps): Promise<void> {
  const now = deps.now();
  const { rentsPaid, rentTries, state } = row;
  const graceUntil = row.graceUntil ?? later(now, GRACE_MS);
  if (graceUntil <= now) {
    await mailClient(row, 'number_released', now);
    await releaseRow(row, deps);
    return;
  }
  await mailClient(row, 'rent_past_due', graceUntil);
  if (graceUntil.getTime() - now.getTime() <= DAY_MS) await mailClient(row, 'rent_last_call', graceUntil);
  const next = Math.min(now.getTime() + RETRY_MS, graceUntil.getTime());
  await changeNumber(
    row,
    row._id,
    { rentsPaid, rentTries, state },
    { set: { state: 'past_due', graceUntil, rentTries: rentTries + 1, rentAt: new Date(next) } },
  );
}

/** Mails the client, once for each month, kind and pause. */
async function mailClient(
  row: PhoneNumber,
  kind: 'rent_due' | 'rent_past_due' | 'rent_last_call' | 'number_released',
  at: Date,
): Promise<void> {
  const { _id: numberId, rentsPaid, pausedMs = 0 } = row;
  // After a pause the dates differ, so the client is told again.
  const cause = [kind, numberId, rentsPaid + 1, ...(pausedMs > 0 ? [pausedMs] : [])].join('/');
  await queueMail(row, { kind, memberId: row.memberId, numberId, at, cause });
}
