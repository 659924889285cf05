import assert from 'node:assert/strict';
import { type AgencyScope, within } from './scope.ts';
import { type Posting, slotOf, type Transfer, TransferModel } from './transfer.ts';

/** The newest entry of an account, with the fields needed to append the next. */
export type Head = Pick<Required<Posting>, 'seq' | 'after' | 'hash'>;

/** One guarded account of one agency. */
export interface AccountKey extends AgencyScope {
  account: string;
}

/** Heads that one aggregation reads, because stages and answers have size limits. */
const HEADS_AT_ONCE = 100;
const NEWEST_FIRST = { agencyId: 1, slots: 1 } as const;

/** Returns the posting of a transfer on a guarded account. Asserts that it exists. */
export function postingOn(transfer: Transfer, account: string): Required<Posting> {
  const posting = transfer.postings.find((candidate) => candidate.account === account);
  assert(
    posting?.seq !== undefined && posting.after !== undefined && posting.hash !== undefined,
    `${transfer._id} is no entry of ${account}`,
  );
  return posting as Required<Posting>; // just checked
}

/** Reads entries of one account, newest first, below number `before` or from the newest. */
export function readEntries(scope: AgencyScope, account: string, page: { before?: number; limit: number }): Promise<Transfer[]> {
  return TransferModel.find({ ...within(scope), slots: between(account, page) })
    .hint(NEWEST_FIRST)
    .limit(page.limit)
    .readConcern('majority')
    .lean()
    .exec();
}

/** Reads at most `limit` entries after number `after`, oldest first. */
export async function readEntriesAfter(scope: AgencyScope, account: string, after: number, limit: number): Promise<Transfer[]> {
  const entries = await readEntries(scope, account, { before: after + limit + 1, limit });
  return entries.filter((transfer) => postingOn(transfer, account).seq > after).reverse();
}

export async function readHead(scope: AgencyScope, account: string): Promise<Head | undefined> {
  const [newest] = await readEntries(scope, account, { limit: 1 });
  return newest && postingOn(newest, account);
}

/** Reads the heads of accounts of any agencies, in the given order; undefined for an account without entries. */
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

/** Builds the query for one head. An aggregation cannot name its index, so the filter repeats the condition of the partial index. */
function newestOf({ account, ...scope }: AccountKey, asked: number) {
  return [
    { $match: { ...within(scope), slots: { $exists: true, ...between(account, {}) } } },
    { $limit: 1 as const },
    { $project: { _id: 0 as const, asked: { $literal: asked }, postings: 1 as const } },
  ];
}

/** Uses `$elemMatch`, because otherwise two slots of one transfer could each meet one bound, and another account would match. */
function between(account: string, { before }: { before?: number }) {
  assert(/^[\w.-]+$/.test(account), 'an account has no # or $ in its name');
  return {
    $elemMatch: {
      [before === undefined ? '$gte' : '$gt']: before === undefined ? `${account}#` : slotOf(account, before),
      $lt: `${account}$`,
    },
  };
}

/** Reads the slots of the transfers that any process has written since a moment of real time, for all agencies. */
export function readWrittenSince(since: Date, limit: number): Promise<Pick<Transfer, 'agencyId' | 'world' | 'slots'>[]> {
  return TransferModel.find({ writtenAt: { $gte: since } }, { _id: 0, agencyId: 1, world: 1, slots: 1 })
    .limit(limit)
    .readConcern('majority')
    .lean<Pick<Transfer, 'agencyId' | 'world' | 'slots'>[]>()
    .exec();
}

/** The entries of a transfer with the states after them. */
export type WrittenState = Pick<Transfer, 'agencyId' | 'world' | 'kind' | 'at' | 'postings'>;

/** Iterates over the entries that any process has written since a moment of real time, for all agencies. */
export const readStatesWrittenSince = (since: Date): AsyncIterable<WrittenState> =>
  TransferModel.find({ writtenAt: { $gte: since } }, { agencyId: 1, world: 1, kind: 1, at: 1, postings: 1 })
    .sort({ writtenAt: 1 })
    .readConcern('majority')
    .lean<WrittenState>()
    .cursor({ batchSize: 500 });

/** Reads the hashes of existing entries, by `<agency>/<account>#<seq>`. */
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

/** Reads every transfer about these purchases, unordered. */
export const readAboutPurchases = (agencyIds: readonly string[], purchaseIds: readonly string[]): Promise<Transfer[]> =>
  TransferModel.find({ agencyId: { $in: agencyIds }, purchaseId: { $in: purchaseIds } })
    .readConcern('majority')
    .lean<Transfer[]>()
    .exec();

/** Sums the postings on accounts that only purchases move, each in its unit. */
export async function readPurchaseSums(scope: AgencyScope, accounts: readonly string[]): Promise<Map<string, number>> {
  const sums = await TransferModel.aggregate<{ _id: string; sum: number }>([
    { $match: { ...within(scope), purchaseId: { $exists: true } } },
    { $unwind: '$postings' },
    { $match: { 'postings.account': { $in: accounts } } },
    { $group: { _id: '$postings.account', sum: { $sum: '$postings.amount' } } },
  ]).readConcern('majority');
  return new Map(sums.map(({ _id, sum }) => [_id, sum]));
}
