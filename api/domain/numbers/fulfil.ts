import type { ErrorCode } from '../../contract/index.ts';
import { Refusal } from '../../contract/refusal.ts';
import { readInventoryNumber } from '../../models/inventory.ts';
import { changeNumber, dropProviderClaim, insertNumber, type NumberRow, readNumber, readProviderClaims } from '../../models/number.ts';
import { freePlace } from '../../models/number-place.ts';
import type { Order } from '../../models/order.ts';
import { confirmReservation, freeNumber, leaveNumber } from '../../models/reservation.ts';
import { meaningOf } from '../../ports/causes.ts';
import type { Deps, Fulfilment, OwnedNumber, TelephonyAccess } from '../../ports/index.ts';
import { DAY_MS, HOUR_MS, later } from '../../rules/time.ts';
import { agencyTelephonyOf } from '../directory/provider-accounts.ts';
import { isLeftBehind, providerClaimOf } from './holders.ts';
import { firstMonth } from './month.ts';
import { releaseRow } from './release.ts';

/** What an order for a number says of it. */
export interface NumberItem {
  number: string;
  country: string;
  type: string;
  capabilities: NumberRow['capabilities'];
  label?: string;
  /** Whether it is the agency's already, and nothing is bought at the provider. */
  isInventory: boolean;
  bundleSid?: string;
  addressSid?: string;
  /** Rent as it was sold, in milli-credits. */
  monthlyMillis: number;
}

/** Longer than an order waits for a provider that does not answer. */
const FULFILLING_MS = 25 * HOUR_MS;

/**
 * A number is delivered when it is the client's here and the agency's at the provider. The provider knows no idempotency key, so what is
 * bought carries the order's id, and is looked for before anything is bought.
 */
export const numberFulfilment: Fulfilment = {
  delivered: 'before payment',
  patienceMs: DAY_MS,

  async fulfil(order, deps) {
    const item = itemOf(order);
    const code = (await readNumber(order, order.subjectId)) ? undefined : await deliver(order, item, deps);
    if (code !== undefined) return { delivered: false, code };
    await freeNumber(order, item.number, order._id);
    return { delivered: true };
  },

  /**
   * The number stays: it may stand on cards and doors, and only its client gives it up. But its first month is not paid any more, so the rent
   * is due at once, with the grace and the notices of any rent. Where there is no rent, what it cost is due in its place, once.
   */
  async takeBack(order, deps) {
    const [row, now] = [await readNumber(order, order.subjectId), deps.now()];
    if (row?.state !== 'active' || row.isGoing || row.rentsPaid > 0 || row.firstMonthEndedAt) return;
    if (row.paidUntil && row.paidUntil <= now) return;
    const owed = row.monthlyMillis > 0 ? {} : { owedMillis: order.priceMillis };
    const set = { ...owed, paidUntil: now, firstMonthEndedAt: now, rentAt: now, pausedMs: 0 };
    await changeNumber(row, row._id, { state: row.state, rentsPaid: 0 }, { set, unset: ['pausedAt'] });
  },

  async release(order, deps) {
    const item = itemOf(order);
    const row = await readNumber(order, order.subjectId);
    if (row) await releaseRow(row, deps);
    const refused = row || item.isInventory ? undefined : await releaseBought(order, deps).catch(refusalForGood);
    const kept = await leaveNumber(order, item.number, order._id, deps.now());
    if (!row) await freePlace(order, item.number);
    if (!row && !item.isInventory) await tellIfElsewhere(order, kept?.providerClaim, deps);
    if (refused) throw refused;
  },
};

/** An account that is closed to us does not keep the number from others. Throws whatever may still go well later. */
function refusalForGood(error: unknown): Refusal {
  if (error instanceof Refusal && meaningOf(error)?.lasts === 'definite') return error;
  throw error;
}

/** @returns why there is no number */
async function deliver(order: Order, item: NumberItem, deps: Deps): Promise<ErrorCode | undefined> {
  if (await isLeftBehind(order)) return 'agency.test_left';
  const account = await agencyTelephonyOf(order, deps);
  if (!account) return 'telephony.not_configured';
  if (!(await claim(order, item, account, deps))) return 'number.taken';
  const owned = item.isInventory ? await ownedAlready(account, order, item, deps) : await bringAbout(account, order, item, deps);
  if (!owned) return 'number.taken';
  deps.reached('number.after_buy');
  if ((await enter(order, item, owned, account, deps)) !== 'taken') return undefined;
  if (!item.isInventory) await deps.telephony.releaseNumber(account, owned.sid);
  return 'number.taken';
}

const itemOf = ({ item }: Order): NumberItem => item as unknown as NumberItem; // written by numbers.buy alone

/** Makes sure that nobody else gets the number meanwhile: neither here nor in another agency that has the same account. */
async function claim(order: Order, item: NumberItem, account: TelephonyAccess, deps: Deps): Promise<boolean> {
  const providerClaim = providerClaimOf(account, item.number);
  const until = later(deps.now(), FULFILLING_MS);
  if (!(await confirmReservation(order, { number: item.number, orderId: order._id, providerClaim, until }))) return false;
  const [holder] = await readProviderClaims([providerClaim]);
  if (!holder) return true;
  return (await isLeftBehind(holder)) && dropProviderClaim(holder);
}

/** What an attempt before this one bought, or a new purchase; undefined where somebody else has the number. */
async function bringAbout(
  account: TelephonyAccess,
  { _id: tag }: Order,
  { number, bundleSid, addressSid }: NumberItem,
  { telephony }: Deps,
): Promise<OwnedNumber | undefined> {
  const before = await telephony.findNumber(account, number);
  // With another tag it is the agency's own, or somebody else's on the same account.
  if (before) return before.label === tag ? before : undefined;
  return telephony.buyNumber(account, { number, tag, bundleSid, addressSid });
}

/** The agency may have connected another account since it offered the number, or given it back there: the provider is asked, not our list. */
async function ownedAlready(
  account: TelephonyAccess,
  order: Order,
  { number }: NumberItem,
  { telephony }: Deps,
): Promise<OwnedNumber | undefined> {
  const isOffered = (await readInventoryNumber(order, number)) !== null;
  return isOffered ? telephony.findNumber(account, number) : undefined;
}

/** What was bought for an order that is over. */
async function releaseBought(order: Order, deps: Deps): Promise<void> {
  const account = await agencyTelephonyOf(order, deps);
  const bought = account && (await deps.telephony.findNumber(account, itemOf(order).number));
  if (!account || bought?.label !== order._id) return;
  await deps.telephony.releaseNumber(account, bought.sid);
  deps.log.info({ agencyId: order.agencyId, orderId: order._id }, 'a number that nobody paid for was given back to the provider');
}

/** The account in which it was begun to be bought may not be the one that is connected by now: nobody else can look there. */
async function tellIfElsewhere(order: Order, at: string | undefined, deps: Deps): Promise<void> {
  const account = await agencyTelephonyOf(order, deps);
  if (at === undefined || (account && at === providerClaimOf(account, itemOf(order).number))) return;
  deps.log.error(
    { agencyId: order.agencyId, orderId: order._id, at },
    'a number may have been bought in an account that is not connected any more; one that is named like the order has to be released there',
  );
}

/** Writes the client's number. */
function enter(
  order: Order,
  item: NumberItem,
  { sid }: Pick<OwnedNumber, 'sid'>,
  account: TelephonyAccess,
  deps: Deps,
): ReturnType<typeof insertNumber> {
  const { number, country, type, capabilities, label, monthlyMillis, isInventory } = item;
  const now = deps.now();
  return insertNumber(order, {
    _id: order.subjectId,
    memberId: order.memberId,
    number,
    country,
    type,
    ...(label !== undefined && { label }),
    way: isInventory ? 'inventory' : 'bought',
    state: 'active',
    capabilities,
    claim: number,
    providerClaim: providerClaimOf(account, number),
    accountSid: account.accountSid,
    sid,
    monthlyMillis,
    rentsPaid: 0,
    rentTries: 0,
    ...firstMonth(now, monthlyMillis),
    createdAt: now,
  });
}
