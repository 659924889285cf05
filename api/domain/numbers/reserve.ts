import type { Output, Parsed } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { readInventoryNumber } from '../../models/inventory.ts';
import { freePlace } from '../../models/number-place.ts';
import { readOrders } from '../../models/order.ts';
import { keepNumber, leaveOldest, type Reservation, readKept, readReserved } from '../../models/reservation.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { HOUR_MS, later, MINUTE_MS } from '../../rules/time.ts';
import type { Plan } from '../directory/plan.ts';
import { agencyTelephonyOf, requireTelephony } from '../integrations/provider-accounts.ts';
import { takenNumbers } from './holders.ts';
import { type Needs, noPapers, papersFor } from './papers.ts';
import { displayNumber } from './phone.ts';
import { soldAt } from './prices.ts';
import { requireNumbers, requirePlace } from './view.ts';

/** Time for a client to decide how to pay. */
export const KEPT_MS = 15 * MINUTE_MS;
/** Longest reservation of one number with renewals, and the pause after it. */
const KEPT_MOST_MS = HOUR_MS;
const REST_MS = HOUR_MS;
/** Numbers without a payment that a client may reserve at once, whatever its plan. */
const KEPT_AT_ONCE = 10;

type Wanted = Parsed<'numbers.reserve'>;
type Offered = Pick<Reservation, 'capabilities' | 'locality' | 'region' | 'isInventory' | 'papers'> & { needs: Needs };

/**
 * Reserves a number for 15 minutes. Looks it up first, so that it can be bought, and at the price of its kind. Refuses with `number.taken`
 * if somebody has it or is buying it.
 */
export async function reserveNumber(
  access: AgencyAccess,
  scope: ClientScope,
  wanted: Wanted,
  { seed, deps }: { seed: string; deps: Deps },
): Promise<Output<'numbers.reserve'>> {
  const { plan } = await requireNumbers(access, scope);
  const price = soldAt(plan, wanted);
  const { setupMillis, monthlyMillis, ...money } = price;
  const now = deps.now();
  const { number, country, type } = wanted;
  const account = await agencyTelephonyOf(scope, deps);
  if ((await takenNumbers(scope, account, [number])).size > 0) refuse('number.taken', { param: 'number' });
  const since = await requireRenewable(scope, number, now);
  const { needs, ...offered } = await lookUp(scope, wanted, deps);
  const draft = { number, country, type, ...offered, setupMillis, monthlyMillis, money, since };
  const reservationId = `rsv_${seed}`;
  const isPlaceNew = await makePlace(scope, plan, number, now);
  const kept = await keepNumber(scope, { ...draft, reservationId, expiresAt: later(now, KEPT_MS) }, now);
  if (kept.clientId !== scope.clientId) {
    if (isPlaceNew) await freePlace(scope, number);
    refuse('number.taken', { param: 'number' });
  }
  await requireFew(scope, number, now);
  return {
    reservationId: kept.reservationId,
    number,
    expiresInSeconds: Math.floor((kept.expiresAt.getTime() - now.getTime()) / 1000),
    offer: {
      number,
      display: await displayNumber(number),
      country,
      type,
      locality: offered.locality,
      region: offered.region,
      capabilities: offered.capabilities,
      // A reservation that is being paid keeps its first price.
      setupMillis: kept.setupMillis,
      monthlyMillis: kept.monthlyMillis,
      ...(kept.money ?? money),
      needs,
      taken: false,
    },
  };
}

/**
 * Refuses with `reservation.too_long` a client that keeps renewing without buying.
 * @returns the start of its reservation
 */
async function requireRenewable(scope: ClientScope, number: string, now: Date): Promise<Date> {
  const before = await readKept(scope, number);
  if (before?.clientId !== scope.clientId || later(before.expiresAt, REST_MS) <= now) return now;
  const { since = now, orderId, expiresAt } = before;
  const isBeingPaid = orderId !== undefined && expiresAt > now;
  if (!isBeingPaid && later(since, KEPT_MOST_MS) <= now) refuse('reservation.too_long', { param: 'number' });
  return since;
}

/**
 * Takes a place of the plan. If none is left, the client's oldest reservation is given up.
 * @returns whether the place is new
 */
async function makePlace(scope: ClientScope, plan: Plan, number: string, now: Date): Promise<boolean> {
  for (;;) {
    try {
      return await requirePlace(scope, plan, number, now);
    } catch (error) {
      const isFull = error instanceof Refusal && error.code === 'plan.limit';
      if (!isFull || !(await giveUpOldest(scope, now, number))) throw error;
    }
  }
}

/**
 * Limits a client's undecided reservations by giving up the oldest. Unpaid orders count too. Counts after the reservation, so that parallel
 * calls cannot exceed the limit. Refuses with `reservation.too_many` if all others wait for money.
 */
async function requireFew(scope: ClientScope, number: string, now: Date): Promise<void> {
  while ((await countUndecided(scope, now)) > KEPT_AT_ONCE) {
    if (await giveUpOldest(scope, now, number)) continue;
    if (await giveUpOldest(scope, now)) refuse('reservation.too_many', { param: 'number', values: { most: KEPT_AT_ONCE } });
    return; // this one is being paid itself
  }
}

async function countUndecided(scope: ClientScope, now: Date): Promise<number> {
  const reserved = await readReserved(scope, now);
  const orders = await readOrders(reserved.flatMap(({ orderId }) => orderId ?? []));
  const paid = new Set(orders.filter(({ state }) => state !== 'open').map(({ _id }) => _id));
  return reserved.filter(({ orderId }) => orderId === undefined || !paid.has(orderId)).length;
}

async function giveUpOldest(scope: ClientScope, now: Date, but?: string): Promise<boolean> {
  const number = await leaveOldest(scope, now, but);
  if (number !== null) await freePlace(scope, number);
  return number !== null;
}

async function lookUp(scope: ClientScope, { number, country, type }: Wanted, deps: Deps): Promise<Offered> {
  const own = await readInventoryNumber(scope, number);
  if (own) {
    if (own.country !== country || own.type !== type) refuse('number.unavailable', { param: 'number' });
    const { capabilities } = own;
    return { capabilities, locality: null, region: null, isInventory: true, papers: { isMet: true, needsAddress: false }, needs: noPapers };
  }
  const account = await requireTelephony(scope, deps);
  const found = await deps.telephony.searchNumbers(account, { country, type, contains: number }).catch((error: unknown) => {
    // A number that cannot be searched for is not for sale.
    if (error instanceof Refusal && error.code === 'telephony.refused') return [];
    throw error;
  });
  const available = found.find((one) => one.number === number) ?? refuse('number.unavailable', { param: 'number' });
  const { capabilities, locality, region, needsAddress } = available;
  const papers = await papersFor(account, { country, type }, needsAddress, deps);
  return { capabilities, locality, region, isInventory: false, ...papers };
}
