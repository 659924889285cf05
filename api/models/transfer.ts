import assert from 'node:assert/strict';
import { model, mongo, Schema } from 'mongoose';
import type { ErrorCode } from '../contract/index.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type World, within } from './scope.ts';

/** A part of one lot that goes back to it. */
export interface ReturnedPart extends Pick<Lot, 'id' | 'kind' | 'prepaid' | 'expiresAt'> {
  millis: number;
}

/** What an order had taken, and from which lots. */
export interface OrderCorrection {
  /** What the order's credits were held under. */
  key: string;
  parts: ReturnedPart[];
}

/** What a correction is about. */
export type Correction = PurchaseCorrection | OrderCorrection;

/** The purchase that a correction is about, as it was sold, and what the provider says of its money. */
export interface PurchaseCorrection {
  sessionId: string;
  /** Milli-credits. */
  credits: number;
  priceCents: number;
  /** The lot that took its credits in, where they were joined with others by the rules of before. */
  joined?: string;
  /** All of its credits were used for the one order that it was bought for. */
  isOrdered?: true;
  /** What all refunds together send back. */
  refundedCents?: number;
  /** What one dispute is about. */
  disputedCents?: number;
}

export type LotKind = 'free' | 'plan' | 'bonus' | 'purchased' | 'allocated';

/** Credits that came together and go together. Amounts in milli-credits: 0 < remaining + held <= granted. */
export interface Lot {
  id: string;
  kind: LotKind;
  granted: number;
  remaining: number;
  held: number;
  /** The agency's minutes paid for these when they were granted; using them debits it no more. */
  prepaid: boolean;
  /** ISO 8601, UTC. */
  expiresAt: string | null;
}

export interface MinutesState {
  /** May be negative: the agency's promises are its own. */
  available: number;
  /** All minutes that the agency ever got. Left out where there were none. */
  granted?: number;
}

/** Credits that are set aside until something is over, and the lots that they are held in. */
export interface Hold {
  /** What they are held for: `call/<id>`, `order/<key>` or `dispute/<id>`. */
  id: string;
  lots: { id: string; millis: number }[];
}

/**
 * `used`, `assigned` and `reversed` are lifetime totals: assigned + debt = available + held + used + reversed. Only open lots and holds are
 * listed. What is optional is left out where there is none, so that the entries of most clients stay short.
 */
export interface ClientState {
  available: number;
  held: number;
  used: number;
  assigned: number;
  /** Taken back after a payment went back. */
  reversed?: number;
  /** Taken back after it was used: owed, and paid by what comes next. */
  debt?: number;
  lots: Lot[];
  holds?: Hold[];
}

/** How much of a purchase went back, all of it cumulative. */
export interface PurchaseReturns {
  /** Sent back by refunds. */
  refundedCents: number;
  /** Taken by lost disputes. Together with the refunds it may be more than was paid; no more than that is reversed. */
  lostCents: number;
  /** Milli-credits taken back for it. */
  reversed: number;
  /** The platform's part that was given back for it. */
  reversedFeeCents: number;
  /** It paid for an order, and all of its money went back once: from then on the order is over, whatever comes back of the money. */
  isOrderOver?: true;
}

export type AccountState = ClientState | MinutesState | PurchaseReturns;

/** What enters (positive) or leaves (negative) one account. On a guarded account it is also a link of the account's chain. */
export interface Posting {
  account: string;
  amount: number;
  /** 1, 2, 3 ... without a gap. This and the rest only on guarded accounts. */
  seq?: number;
  after?: AccountState;
  hash?: string;
}

/** One movement, written by one insert and never changed. */
export interface Transfer {
  /** `<agency>/<world>/<name>/<cause>`: the same cause cannot move anything twice. The name is the kind's own, or one that kinds share. */
  _id: string;
  agencyId: string;
  world: World;
  kind: string;
  /** Business time. */
  at: Date;
  /** Real time, by the clock of the process that wrote it: what the live feed asks for. */
  writtenAt: Date;
  actor: string;
  /** Hash of what was asked for: tells a repetition from other content under the same cause. */
  input: string;
  purchaseId?: string;
  /** By which rules the states in it follow from those before; absent in those of the first ones. */
  rules?: number;
  correction?: Correction;
  /** Why nothing moved. It stays so for this cause. */
  refused?: ErrorCode;
  /** `<account>#<999999999999 - seq>` of each posting that has a seq; absent where there is none. */
  slots?: string[];
  /** The amounts sum to zero per unit. */
  postings: Posting[];
  /** Only a process that has the server's keys can make it. Absent from what was written before there were seals. */
  seal?: string;
}

const posting = new Schema<Posting>(
  { account: String, amount: Number, seq: Number, after: Schema.Types.Mixed, hash: String },
  { _id: false },
);
const schema = new Schema<Transfer>(
  {
    _id: String,
    agencyId: String,
    world: String,
    kind: String,
    at: Date,
    writtenAt: Date,
    actor: String,
    input: String,
    purchaseId: String,
    rules: Number,
    correction: Schema.Types.Mixed,
    refused: String,
    slots: { type: [String], default: undefined },
    postings: [posting],
    seal: String,
  },
  { strict: 'throw', versionKey: false },
);
// Two writers cannot both take entry 42 of an account: the slower one gets E11000, reads again and takes entry 43.
schema.index({ agencyId: 1, slots: 1 }, { unique: true, partialFilterExpression: { slots: { $exists: true } } });
schema.index({ agencyId: 1, purchaseId: 1 }, { partialFilterExpression: { purchaseId: { $exists: true } } });
schema.index({ writtenAt: 1 });
// Corrections are new transfers. Whoever tries to rewrite the past is a bug.
const isFinal = () => {
  throw new Error('A transfer is never changed or deleted.');
};
schema.pre(['updateOne', 'updateMany', 'replaceOne', 'findOneAndUpdate', 'findOneAndReplace'], isFinal);
schema.pre(['findOneAndDelete', 'deleteOne', 'deleteMany'], isFinal);
schema.pre('save', isFinal);
schema.pre('bulkWrite', isFinal);
/** For the models of entries alone. */
export const TransferModel = model('Transfer', schema);

const SEQ_MAX = 999_999_999_999;

/** Counts down, so that an ascending scan of the index meets the newest entry first. */
export const slotOf = (account: string, seq: number): string => `${account}#${String(SEQ_MAX - seq).padStart(12, '0')}`;

/** The entry that a slot stands for. */
export function entryAt(slot: string): { account: string; seq: number } {
  const [account = '', left] = slot.split('#');
  return { account, seq: SEQ_MAX - Number(left) };
}

/**
 * Writes transfers in order, once each, durably; the agencies may differ. Ends at the first that is already there ('exists') or that
 * another writer's entry is in the place of ('moved'): `written` counts the ones before it. After any other error the outcome is unknown.
 */
export async function append(transfers: readonly Transfer[]): Promise<{ written: number; stop?: 'exists' | 'moved' }> {
  for (const transfer of transfers) assert.equal(transfer._id.startsWith(prefixOf(transfer)), true, 'a transfer is named after its scope');
  if (transfers.length === 0) return { written: 0 };
  try {
    await TransferModel.collection.insertMany(transfers as never[], { ordered: true });
    return { written: transfers.length };
  } catch (error) {
    const index = duplicateIndex(error);
    if (index === undefined || !(error instanceof mongo.MongoBulkWriteError)) throw error;
    return { written: error.insertedCount, stop: index === '_id_' ? 'exists' : 'moved' };
  }
}

/** What every id of this scope's transfers begins with. */
export function prefixOf(scope: AgencyScope): string {
  const { agencyId, world } = within(scope);
  return `${agencyId}/${world}/`;
}

/** The ones that are there, of any agency: an id names its own. */
export async function readTransfers(transfers: readonly Pick<Transfer, '_id' | 'agencyId'>[]): Promise<Map<string, Transfer>> {
  const agencyIds = [...new Set(transfers.map((transfer) => transfer.agencyId))];
  const found = await TransferModel.find({ agencyId: { $in: agencyIds }, _id: { $in: transfers.map((transfer) => transfer._id) } })
    .readConcern('majority')
    .lean();
  return new Map(found.map((transfer) => [transfer._id, transfer]));
}

/** Those of one cause, in the order of the kinds; undefined where there is none. */
export async function readNamed(scope: AgencyScope, kinds: readonly string[], cause: string): Promise<(Transfer | undefined)[]> {
  const names = kinds.map((kind) => ({ _id: `${prefixOf(scope)}${kind}/${cause}`, agencyId: scope.agencyId }));
  const found = await readTransfers(names);
  return names.map(({ _id }) => found.get(_id));
}

/** All of them, of every agency, in about the order in which they were written. For the audit, which takes its time. */
export const everyTransfer = (): AsyncIterable<Transfer> =>
  TransferModel.find().maxTimeMS(0).readConcern('majority').lean<Transfer>().cursor({ batchSize: 1000 });

/** What a register needs of a transfer; its postings come without the states after them, which are most of it. */
export type WrittenTransfer = Pick<Transfer, '_id' | 'agencyId' | 'world' | 'writtenAt' | 'seal' | 'postings'>;
const withoutStates = {
  agencyId: 1,
  world: 1,
  writtenAt: 1,
  seal: 1,
  'postings.account': 1,
  'postings.amount': 1,
  'postings.seq': 1,
  'postings.hash': 1,
};

/** What was written from a moment of real time to before another, of any agency, the oldest first, at most `limit`. */
export const readWindow = (from: Date, before: Date, limit: number): Promise<WrittenTransfer[]> =>
  TransferModel.find({ writtenAt: { $gte: from, $lt: before } }, withoutStates)
    .sort({ writtenAt: 1 })
    .limit(limit)
    .readConcern('majority')
    .lean<WrittenTransfer[]>()
    .exec();

export const hasUnsealedTransfers = async (): Promise<boolean> => (await TransferModel.exists({ seal: { $exists: false } })) !== null;
