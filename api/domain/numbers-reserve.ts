import type { Output, Parsed } from '../contract/index.ts';
import { Refusal, refuse } from '../contract/refusal.ts';
import { readInventoryNumber } from '../models/inventory.ts';
import { readHolders } from '../models/number.ts';
import { keepNumber, type Reservation } from '../models/reservation.ts';
import type { ClientScope } from '../models/scope.ts';
import { later, MINUTE_MS } from '../rules/time.ts';
import type { AgencyAccess } from './directory.ts';
import { requireTelephony } from './integrations.ts';
import { requireRoom } from './numbers-limit.ts';
import { type Needs, noPapers, papersFor } from './numbers-needs.ts';
import { displayNumber } from './numbers-phone.ts';
import { soldAt } from './numbers-prices.ts';
import { requireNumbers } from './numbers-view.ts';
import type { Deps } from './ports.ts';

/** How long a client may take to decide how to pay. */
export const KEPT_MS = 15 * MINUTE_MS;

type Wanted = Parsed<'numbers.reserve'>;
type Offered = Pick<Reservation, 'capabilities' | 'locality' | 'region' | 'isInventory' | 'papers'> & { needs: Needs };

/**
 * Keeps a number for a client for a quarter of an hour. It is looked up first, so that what is kept can be had, and is of the kind
 * whose price was named. Refuses with `number.taken` where somebody else has it, or is about to.
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
  await requireRoom(scope, plan, { now });
  const { number, country, type } = wanted;
  if ((await readHolders(scope, [number])).length > 0) refuse('number.taken', { param: 'number' });
  const { needs, ...offered } = await lookUp(scope, wanted, deps);
  const draft = { number, country, type, ...offered, setupMillis, monthlyMillis, money };
  const reservationId = `rsv_${seed}`;
  const kept = await keepNumber(scope, { ...draft, reservationId, expiresAt: later(now, KEPT_MS) }, now);
  if (kept.clientId !== scope.clientId) refuse('number.taken', { param: 'number' });
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
      // One that is being paid already keeps the price at which it was kept.
      setupMillis: kept.setupMillis,
      monthlyMillis: kept.monthlyMillis,
      ...(kept.money ?? money),
      needs,
      taken: false,
    },
  };
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
    // A number that cannot be searched for cannot be had.
    if (error instanceof Refusal && error.code === 'telephony.refused') return [];
    throw error;
  });
  const available = found.find((one) => one.number === number) ?? refuse('number.unavailable', { param: 'number' });
  const { capabilities, locality, region, needsAddress } = available;
  const papers = await papersFor(account, { country, type }, needsAddress, deps);
  return { capabilities, locality, region, isInventory: false, ...papers };
}
