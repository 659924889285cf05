import assert from 'node:assert/strict';
import { type AgencyScope, within } from './scope.ts';
import { type Posting, slotOf, type Transfer, TransferModel } from './transfer.ts';

/** The newest entry of an account as the ledger needs it to append the next. */
export type Head = Pick<Required<Posting>, 'seq' | 'after' | 'hash'>;

/** One guarded account of one agency. */
export interface AccountKey extends AgencyScope {
  account: string;
}

/** How many heads one aggregation reads. Its stages are limited, and so is one answer. */
const HEADS_AT_ONCE = 100;
const NEWEST_FIRST = { agencyId: 1, slots: 1 } as const;

/** The posting that a transfer made on a guarded account. Asks only for what is there. */
export function postingOn(transfer: Transfer, account: string): Required<Posting> {
  const posting = transfer.postings.find((candidate) => candidate.account === account);
  assert(
    posting?.seq !== undefined && posting.after !== undefined && posting.hash !== undefined,
    `${transfer._id} is no entry of ${account}`,
  );
  return posting as Required<Posting>; // just checked
}

/** Entries of one account, newest first: those below `before`, or from the newest on. */
export function readEntries(scope: AgencyScope, account: string, page: { before?: number; limit: number }): Promise<Transfer[]> {
  return TransferModel.find({ ...within(scope), slots: between(account, page) })
    .hint(NEWEST_FIRST)
    .limit(page.limit)
    .readConcern('majority')
    .lean()
    .exec();
}

/** The entries after number `after`, oldest first, at most `limit`. */
export async function readEntriesAfter(scope: AgencyScope, account: string, after: number, limit: number): Promise<Transfer[]> {
  const entries = await readEntries(scope, account, { before: after + limit + 1, limit });
  return entries.filter((transfer) => postingOn(transfer, account).seq > after).reverse();
}

export async function readHead(scope: AgencyScope, account: string): Promise<Head | undefined> {
  const [newest] = await readEntries(scope, account, { limit: 1 });
  return newest && postingOn(newest, account);
}

/** The heads of many accounts of any agencies, in the order asked for; undefined where an account has no entry yet. */
export async function readHeads(keys: readonly AccountKey[]): Promise<(Head | undefined)[]> {
  const heads = new Array<Head | undefined>(keys.length);
  for (let start = 0; start < keys.length; start += HEADS_AT_ONCE) {
    const [first, ...others] = keys.slice(start, start + HEADS_AT_ONCE).map((key, offset) => newestOf(key, start + offset));
    const unions = others.map((pipeline) => ({ $unionWith: { coll: TransferModel.collection.collectionName, pipeline } }));
    const found = await TransferModel.aggregate<{ asked: number; postings: Posting[] }>([...(first ?? []), ...unions]).readConcern(
      'majority',
    );
    for (const { asked, postings } of found) {
      const { seq, after, hash } = postings.find(({ account }) => account === keys[asked]?.account) as Head & Posting; // matched by its slot
      heads[asked] = { seq, after, hash };
    }
  }
  return heads;
}

/** An aggregation cannot say which index, so the filter repeats the condition of the partial one. */
function newestOf({ account, ...scope }: AccountKey, asked: number) {
  return [
    { $match: { ...within(scope), slots: { $exists: true, ...between(account, {}) } } },
    { $limit: 1 as const },
    { $project: { _id: 0 as const, asked: { $literal: asked }, postings: 1 as const } },
  ];
}

/** `$elemMatch`, because without it two slots of one transfer could meet one bound each, and another account would answer. */
function between(account: string, { before }: { before?: number }) {
  assert(/^[\w.-]+$/.test(account), 'an account has no # or $ in its name');
  return {
    $elemMatch: {
      [before === undefined ? '$gte' : '$gt']: before === undefined ? `${account}#` : slotOf(account, before),
      $lt: `${account}$`,
    },
  };
}

/** What processes have written since a moment of real time, for any agency: the slots alone, as most of it interests nobody here. */
export function readWrittenSince(since: Date, limit: number): Promise<Pick<Transfer, 'agencyId' | 'world' | 'slots'>[]> {
  return TransferModel.find({ writtenAt: { $gte: since } }, { _id: 0, agencyId: 1, world: 1, slots: 1 })
    .limit(limit)
    .readConcern('majority')
    .lean<Pick<Transfer, 'agencyId' | 'world' | 'slots'>[]>()
    .exec();
}

/** Which entries of these accounts are there, as `<agency>/<account>#<seq>` and their hashes. */
export async function readHashes(entries: readonly { agencyId: string; account: string; seq: number }[]): Promise<Map<string, string>> {
  const byAgency = new Map<string, string[]>();
  for (const { agencyId, account, seq } of entries) byAgency.set(agencyId, [...(byAgency.get(agencyId) ?? []), slotOf(account, seq)]);
  const asked = [...byAgency].map(([agencyId, slots]) => ({ agencyId, slots: { $in: slots } }));
  const hashes = new Map<string, string>();
  for (let start = 0; start < asked.length; start += HEADS_AT_ONCE) {
    const found = await TransferModel.find({ $or: asked.slice(start, start + HEADS_AT_ONCE) }, { agencyId: 1, postings: 1 })
      .hint(NEWEST_FIRST)
      .readConcern('majority')
      .lean<Pick<Transfer, 'agencyId' | 'postings'>[]>();
    for (const { agencyId, postings } of found)
      for (const { account, seq, hash } of postings) if (hash !== undefined) hashes.set(`${agencyId}/${account}#${seq}`, hash);
  }
  return hashes;
}

/** Every transfer about these purchases, of these agencies, in no order. */
export const readAboutPurchases = (agencyIds: readonly string[], purchaseIds: readonly string[]): Promise<Transfer[]> =>
  TransferModel.find({ agencyId: { $in: agencyIds }, purchaseId: { $in: purchaseIds } })
    .readConcern('majority')
    .lean<Transfer[]>()
    .exec();

/** The sums of accounts that only purchases move: what came and went on each, in its own unit. */
export async function readPurchaseSums(scope: AgencyScope, accounts: readonly string[]): Promise<Map<string, number>> {
  const sums = await TransferModel.aggregate<{ _id: string; sum: number }>([
    { $match: { ...within(scope), purchaseId: { $exists: true } } },
    { $unwind: '$postings' },
    { $match: { 'postings.account': { $in: accounts } } },
    { $group: { _id: '$postings.account', sum: { $sum: '$postings.amount' } } },
  ]).readConcern('majority');
  return new Map(sums.map(({ _id, sum }) => [_id, sum]));
}
