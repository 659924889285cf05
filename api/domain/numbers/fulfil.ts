import type { PlainCode } from '../../contract/index.ts';
import { Refusal } from '../../contract/refusal.ts';
import { readInventoryNumber } from '../../models/inventory.ts';
import { changeNumber, dropProviderClaim, insertNumber, type PhoneNumber, readNumber, readProviderClaims } from '../../models/number.ts';
import { freePlace } from '../../models/number-place.ts';
import type { Order } from '../../models/order.ts';
import { confirmReservation, freeNumber, leaveNumber } from '../../models/reservation.ts';
import { meaningOf } from '../../ports/causes.ts';
import type { Deps, Fulfilment, OwnedNumber, TelephonyAccess } from '../../ports/index.ts';
import { DAY_MS, HOUR_MS, later } from '../../rules/time.ts';
import { agencyTelephonyOf } from '../integrations/provider-accounts.ts';
import { isLeftBehind, providerClaimOf } from './holders.ts';
import { firstMonth } from './month.ts';
import { releaseRow } from './release.ts';
import { announceRoute } from './route.ts';

/** The number in an order. */
export interface NumberItem {
  number: string;
  country: string;
  type: string;
  capabilities: PhoneNumber['capabilities'];
  label?: string;
  /** True if the agency owns it already, so that nothing is bought at the provider. */
  isInventory: boolean;
  bundleSid?: string;
  addressSid?: string;
  /** Monthly rent in milli-credits, as sold. */
  monthlyMillis: number;
}

/** Longer than an order waits for a silent provider. */
const FULFILLING_MS = 25 * HOUR_MS;

/**
 * Delivers a number: it becomes the client's here and the agency's at the provider. The provider knows no idempotency keys, so the purchase
 * carries the order's id and is looked for before anything is bought.
 */
export const numberFulfilment: Fulfilment = {
  delivered: 'before payment',
  patienceMs: DAY_MS,

  async fulfil(order, deps) {
    const item = itemOf(order);
    const code = (await readNumber(order, order.subjectId)) ? undefined : await deliver(order, item, deps);
    if (code !== undefined) return { delivered: false, code };
    await freeNumber(order, item.number, order._id);
    announceRoute();
    return { delivered: true };
  },

  /**
   * Keeps the number, because it may be printed on cards and signs; only its client gives it up. Its first month is no longer paid, so the
   * rent is due at once, with the usual grace and notices. Without a rent its price is due instead, once.
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

/** Returns a final refusal, so that a closed account does not block the number. Throws errors that may pass. */
function refusalForGood(error: unknown): Refusal {
  if (error instanceof Refusal && meaningOf(error)?.lasts === 'definite') return error;
  throw error;
}

/** @returns why the number was not delivered */
async function deliver(order: Order, item: NumberItem, deps: Deps): Promise<PlainCode | undefined> {
  if (await isLeftBehind(order)) return 'agency.test_left';
  const account = await agencyTelephonyOf(order, deps);
  if (!account) return 'telephony.not_configured';
  if (!(await claim(order, item, account, deps))) return 'number.taken';
  const owned = item.isInventory ? await findInventoryNumber(account, order, item, deps) : await obtainNumber(account, order, item, deps);
  // The agency's own number was taken off the offer, or is in its account no more.
  if (!owned) return item.isInventory ? 'number.unavailable' : 'number.taken';
  deps.reached('number.after_buy');
  if ((await insertBought(order, item, owned, account, deps)) !== 'taken') return undefined;
  if (!item.isInventory) await deps.telephony.releaseNumber(account, owned.sid);
  return 'number.taken';
}

const itemOf = ({ item }: Order): NumberItem => item as unknown as NumberItem; // only numbers.buy writes it

/** Claims the number before the purchase, here and among other agencies with the same account. */
async function claim(order: Order, item: NumberItem, account: TelephonyAccess, deps: Deps): Promise<boolean> {
  const providerClaim = providerClaimOf(account, item.number);
  const until = later(deps.now(), FULFILLING_MS);
  if (!(await confirmReservation(order, { number: item.number, orderId: order._id, providerClaim, until }))) return false;
  const [holder] = await readProviderClaims([providerClaim]);
  if (!holder) return true;
  return (await isLeftBehind(holder)) && dropProviderClaim(holder);
}

/** Finds what an earlier attempt bought, or buys the number; undefined if somebody else has it. */
async function obtainNumber(
  account: TelephonyAccess,
  { _id: tag }: Order,
  { number, bundleSid, addressSid }: NumberItem,
  { telephony }: Deps,
): Promise<OwnedNumber | undefined> {
  const before = await telephony.findNumber(account, number);
  // Another tag means that the agency owns it, or somebody else on the same account.
  if (before) return before.label === tag ? before : undefined;
  try {
    return await telephony.buyNumber(account, { number, tag, bundleSid, addressSid });
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'number.taken')) throw error;
    // An earlier attempt of this order may have reached the provider after the look.
    const now = await telephony.findNumber(account, number);
    if (now?.label === tag) return now;
    throw error;
  }
}

/** Finds an inventory number at the provider, because since the offer the agency may have changed accounts or returned it. */
async function findInventoryNumber(
  account: TelephonyAccess,
  order: Order,
  { number }: NumberItem,
  { telephony }: Deps,
): Promise<OwnedNumber | undefined> {
  const isOffered = (await readInventoryNumber(order, number)) !== null;
  return isOffered ? telephony.findNumber(account, number) : undefined;
}

/** Returns the number that an abandoned order bought. */
async function releaseBought(order: Order, deps: Deps): Promise<void> {
  const account = await agencyTelephonyOf(order, deps);
  const bought = account && (await deps.telephony.findNumber(account, itemOf(order).number));
  if (!account || bought?.label !== order._id) return;
  await deps.telephony.releaseNumber(account, bought.sid);
  deps.log.info(
    { agencyId: order.agencyId, orderId: order._id },
    'number.given_back: a number that nobody paid for was given back to the provider',
  );
}

/** Alerts the operators if the purchase began in an account that is no longer connected, because nobody else can look there. */
async function tellIfElsewhere(order: Order, at: string | undefined, deps: Deps): Promise<void> {
  const account = await agencyTelephonyOf(order, deps);
  if (at === undefined || (account && at === providerClaimOf(account, itemOf(order).number))) return;
  deps.log.error(
    { agencyId: order.agencyId, orderId: order._id, at },
    'number.left: a number may have been bought in an account that is not connected any more; one that is named like the order has to be released there',
  );
}

/** Stores the client's number. */
function insertBought(
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
    routeAt: now,
    createdAt: now,
  });
}
