import { postingOn, readAboutPurchases, readEntries } from '../models/entry.ts';
import type { ClientScope } from '../models/scope.ts';
import { prefixOf, readTransfers, type Transfer } from '../models/transfer.ts';
import { clientOf } from './accounts.ts';
import { causeOf } from './reading.ts';
import { readStanding, readStandingAt, type Standing, standingAfter } from './standing.ts';
import type { ClientKind } from './state/effects.ts';

/** A purchase, order, call or gift: the entry that began it and all that followed from that, oldest first. */
export interface Thing {
  /** The external id of its event: of the Checkout session, the order, the call or the attempt. */
  cause: string;
  first: Transfer;
  transfers: Transfer[];
}

/** Names of the transfers that may follow each kind that begins a thing, under the same cause; null for kinds that follow something. */
const followedBy: Record<ClientKind, readonly string[] | null> = {
  'signup.grant': [],
  'credits.allocate': [],
  'credits.recharge': [],
  'credits.purchase': ['order.resolve'],
  'order.hold': ['order.resolve', 'order.refund'],
  'order.hold_all': ['order.resolve', 'order.refund'],
  'call.hold': ['hold.resolve', 'call.late'],
  'usage.record': [],
  'free.return': [],
  'account.close': [],
  'hold.resolve': null,
  'order.resolve': null,
  'order.refund': null,
  'refund.reverse': null,
  'refund.fail': null,
  'dispute.freeze': null,
  'dispute.resolve': null,
};
const followersOf = ({ kind }: Transfer) => followedBy[kind as ClientKind]; // it moves a client

/** Entries that are read for each thing of a page. Most things leave two, so a page is rarely short. */
const ENTRIES_PER_THING = 3;

/** A page of things, newest first, as the account stood after entry `asOf.seq`. */
export interface ThingsPage {
  things: Thing[];
  asOf: Standing;
  /** The number of the entry before which the next page begins; null at the end. */
  next: number | null;
}

/**
 * Reads a page of what moved a client's credits. A thing stands where it began, whenever it ended, so no page repeats or leaves out one. The
 * number of queries does not depend on the number of entries.
 * @param asOf the number of the newest entry that counts; that of the newest one by default
 */
export async function readThings(
  scope: ClientScope,
  { before, asOf, limit }: { before?: number | undefined; asOf?: number | undefined; limit: number },
): Promise<ThingsPage> {
  const account = clientOf(scope);
  const below = Math.min(before ?? Number.POSITIVE_INFINITY, (asOf ?? Number.POSITIVE_INFINITY) + 1);
  const entries = await readEntries(scope, account, {
    limit: limit * ENTRIES_PER_THING,
    ...(Number.isFinite(below) && { before: below }),
  });
  const [newest] = entries;
  const standing = await standingOf(scope, { newest: before === undefined ? newest : undefined, asOf });
  const begun = entries.filter((transfer) => isBeginning(scope, transfer)).slice(0, limit);
  const last = (begun.length === limit ? begun : entries).at(-1);
  const lastSeq = last ? postingOn(last, account).seq : 1;
  const followers = await readFollowers(scope, begun);
  const things = begun.map((first): Thing => {
    const counted = (followers.get(first._id) ?? []).filter((transfer) => seqOn(account, transfer) <= standing.seq);
    const transfers = [first, ...counted.toSorted((a, b) => seqOn(account, a) - seqOn(account, b))];
    return { cause: causeOf(first), first, transfers };
  });
  return { things, asOf: standing, next: lastSeq > 1 ? lastSeq : null };
}

/** The account is read from the newest entry of the page itself, so that both show one moment. */
function standingOf(scope: ClientScope, { newest, asOf }: { newest: Transfer | undefined; asOf: number | undefined }) {
  if (newest) return standingAfter(scope, newest);
  return asOf === undefined ? readStanding(scope) : readStandingAt(scope, asOf);
}

/** Tells whether an entry begins a thing. A call that is reported after its hold expired belongs to that hold. */
const isBeginning = (scope: ClientScope, transfer: Transfer): boolean =>
  followersOf(transfer) !== null && !transfer._id.startsWith(`${prefixOf(scope)}call.late/`);

/** Reads the entries that began the things of these entries, by the ids of those that began none. */
export async function readBeginnings(scope: ClientScope, entries: readonly Transfer[]): Promise<Map<string, Transfer>> {
  const followers = entries.filter((transfer) => !isBeginning(scope, transfer));
  const { agencyId } = scope;
  const named = followers.flatMap((transfer) => beginningsOf(scope, transfer).map((_id) => ({ follower: transfer._id, agencyId, _id })));
  const purchaseIds = followers.flatMap(({ purchaseId = [] }) => purchaseId);
  const [byName, about] = await Promise.all([
    readTransfers(named),
    purchaseIds.length === 0 ? [] : readAboutPurchases([agencyId], [...new Set(purchaseIds)]),
  ]);
  const sales = new Map(about.filter(({ kind }) => kind === 'credits.purchase').map((sale) => [sale.purchaseId, sale]));
  const beginnings = new Map<string, Transfer>();
  for (const { _id, purchaseId } of followers) {
    const sale = sales.get(purchaseId);
    if (sale) beginnings.set(_id, sale);
  }
  for (const { follower, _id } of named) {
    const beginning = byName.get(_id);
    if (beginning && beginning.refused === undefined) beginnings.set(follower, beginning);
  }
  return beginnings;
}

/** Returns the ids that the beginning of this entry's thing may have: the same cause, with a name that its own may follow. */
function beginningsOf(scope: ClientScope, transfer: Transfer): string[] {
  const prefix = prefixOf(scope);
  return Object.entries(followedBy)
    .filter(([, names]) => names?.some((name) => transfer._id.startsWith(`${prefix}${name}/`)))
    .map(([name]) => `${prefix}${name}/${causeOf(transfer)}`);
}

/** The entry's number in the account; endless for a transfer that does not move it, such as a refusal. */
const seqOn = (account: string, { postings }: Transfer): number =>
  postings.find((posting) => posting.account === account)?.seq ?? Number.POSITIVE_INFINITY;

/** Reads what followed from the beginnings of things, by their ids. */
async function readFollowers(scope: ClientScope, begun: readonly Transfer[]): Promise<Map<string, Transfer[]>> {
  const { agencyId } = scope;
  const names = begun.flatMap((first) =>
    (followersOf(first) ?? []).map((name) => ({ first: first._id, agencyId, _id: `${prefixOf(scope)}${name}/${causeOf(first)}` })),
  );
  const byPurchase = new Map(begun.flatMap((first) => (first.purchaseId === undefined ? [] : [[first.purchaseId, first._id] as const])));
  const [named, about] = await Promise.all([
    readTransfers(names),
    byPurchase.size === 0 ? [] : readAboutPurchases([agencyId], [...byPurchase.keys()]),
  ]);
  const followers = new Map<string, Transfer[]>();
  const follow = (first: string, transfer: Transfer) => followers.set(first, [...(followers.get(first) ?? []), transfer]);
  for (const { first, _id } of names) {
    const transfer = named.get(_id);
    if (transfer) follow(first, transfer);
  }
  for (const transfer of about) {
    const first = byPurchase.get(transfer.purchaseId ?? '');
    if (first !== undefined && first !== transfer._id) follow(first, transfer);
  }
  return followers;
}
