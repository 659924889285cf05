import assert from 'node:assert/strict';
import { model, mongo, Schema } from 'mongoose';
import type { PlainCode } from '../contract/index.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type World, within } from './scope.ts';

/** A part of one lot that returns to it. */
export interface ReturnedPart extends Pick<Lot, 'id' | 'kind' | 'prepaid' | 'expiresAt'> {
  millis: number;
}

/** The credits that an order took, by lot. */
export interface OrderCorrection {
  /** The name of the order's hold. */
  key: string;
  parts: ReturnedPart[];
}

/** Free credits that came with an order whose money went back. */
export interface FreeCorrection {
  orderId: string;
  /** The lot of their grant. */
  lot: string;
}

/** The subject of a correction. */
export type Correction = PurchaseCorrection | OrderCorrection | FreeCorrection;

/** The corrected purchase as it was sold, with the provider's report of its money. */
export interface PurchaseCorrection {
  sessionId: string;
  /** Milli-credits. */
  credits: number;
  priceCents: number;
  /** The lot that its credits joined, under former rules. */
  joined?: string;
  /** All of its credits were used for the one order that it was bought for. */
  isOrdered?: true;
  /** The total of all refunds. */
  refundedCents?: number;
  /** The amount of one dispute. */
  disputedCents?: number;
}

export type LotKind = 'free' | 'plan' | 'bonus' | 'purchased' | 'allocated';

/** Credits that arrive and expire together, in milli-credits: remaining + held <= granted. */
export interface Lot {
  id: string;
  kind: LotKind;
  granted: number;
  remaining: number;
  held: number;
  /** The agency's minutes paid for these at the grant; using them debits nothing more. */
  prepaid: boolean;
  /** ISO 8601, UTC. */
  expiresAt: string | null;
}

export interface MinutesState {
  /** May be negative, because the agency promises its own minutes. */
  available: number;
  /** All minutes that the agency ever got. Absent for none. */
  granted?: number;
}

/** Credits set aside for something unfinished, and their lots. */
export interface Hold {
  /** Names its purpose: `call/<id>`, `order/<key>` or `dispute/<id>`. */
  id: string;
  lots: { id: string; millis: number }[];
}

/**
 * `used`, `assigned` and `reversed` are lifetime totals: assigned + debt = available + held + used + reversed. Lists open holds, open lots,
 * and the lots used up since credits last came. Optional fields are absent if empty, so that most entries stay short.
 */
export interface ClientState {
  available: number;
  held: number;
  used: number;
  assigned: number;
  /** Taken back after a payment was returned. */
  reversed?: number;
  /** Taken back after use. The client owes it, and the next credits pay it. */
  debt?: number;
  lots: Lot[];
  holds?: Hold[];
}

/** Returns of a purchase, all cumulative. */
export interface PurchaseReturns {
  /** Returned by refunds. */
  refundedCents: number;
  /** Lost in disputes. Refunds and disputes together may exceed the price; at most the price is reversed. */
  lostCents: number;
  /** Milli-credits taken back. */
  reversed: number;
  /** The platform's fee given back. */
  reversedFeeCents: number;
  /** True if it paid for an order and all of its money was returned once. The order is over from then on, even if money comes back. */
  isOrderOver?: true;
}

export type AccountState = ClientState | MinutesState | PurchaseReturns;

/** An amount that enters (positive) or leaves (negative) one account. On a guarded account it is also a link of the account's chain. */
export interface Posting {
  account: string;
  amount: number;
  /** 1, 2, 3 ... without a gap. Only guarded accounts have this and the following fields. */
  seq?: number;
  after?: AccountState;
  hash?: string;
}

/** One movement, written by one insert and never changed. */
export interface Transfer {
  /** `<agency>/<world>/<name>/<cause>`: the same cause cannot move anything twice. Most kinds use their own name; some share one. */
  _id: string;
  agencyId: string;
  world: World;
  kind: string;
  /** Business time. */
  at: Date;
  /** Real time of the writing process. The live feed queries it. */
  writtenAt: Date;
  actor: string;
  /** Hash of the content. Distinguishes a repetition from other content under the same cause. */
  input: string;
  purchaseId?: string;
  /** Version of the rules that derive its states; absent in the first transfers. */
  rules?: number;
  correction?: Correction;
  /** Why nothing moved. Final for this cause. */
  refused?: PlainCode;
  /** `<account>#<999999999999 - seq>` of each posting with a seq; absent if there is none. */
  slots?: string[];
  /** Amounts sum to zero per unit. */
  postings: Posting[];
  /** Only a process with the server's keys can make it. Absent in transfers written before seals existed. */
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
// Corrections are new transfers. Rewriting an old one is a bug.
const isFinal = () => {
  throw new Error('A transfer is never changed or deleted.');
};
schema.pre(['updateOne', 'updateMany', 'replaceOne', 'findOneAndUpdate', 'findOneAndReplace'], isFinal);
schema.pre(['findOneAndDelete', 'deleteOne', 'deleteMany'], isFinal);
schema.pre('save', isFinal);
schema.pre('bulkWrite', isFinal);
/** Only for the models of entries. */
export const TransferModel = model('Transfer', schema);

const SEQ_MAX = 999_999_999_999;

/** Builds the slot of an entry. Numbers count down, so that an ascending index scan finds the newest entry first. */
export const slotOf = (account: string, seq: number): string => `${account}#${String(SEQ_MAX - seq).padStart(12, '0')}`;

/** Returns the entry of a slot. */
export function entryAt(slot: string): { account: string; seq: number } {
  const [account = '', left] = slot.split('#');
  return { account, seq: SEQ_MAX - Number(left) };
}

/**
 * Writes transfers of any agencies in order, once each, durably. Stops at the first that exists ('exists') or whose place another writer's
 * entry took ('moved'); `written` counts those before it. After any other error the outcome is unknown.
 */
export async function appendTransfers(transfers: readonly Transfer[]): Promise<{ written: number; stop?: 'exists' | 'moved' }> {
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

/** Returns the beginning of all transfer ids of this scope. */
export function prefixOf(scope: AgencyScope): string {
  const { agencyId, world } = within(scope);
  return `${agencyId}/${world}/`;
}

/** Reads those of the transfers that exist, of any agency. */
export async function readTransfers(transfers: readonly Pick<Transfer, '_id' | 'agencyId'>[]): Promise<Map<string, Transfer>> {
  const agencyIds = [...new Set(transfers.map((transfer) => transfer.agencyId))];
  const found = await TransferModel.find({ agencyId: { $in: agencyIds }, _id: { $in: transfers.map((transfer) => transfer._id) } })
    .readConcern('majority')
    .lean();
  return new Map(found.map((transfer) => [transfer._id, transfer]));
}

/** Reads the transfers of one cause, in the order of `kinds`; undefined for each that does not exist. */
export async function readNamed(scope: AgencyScope, kinds: readonly string[], cause: string): Promise<(Transfer | undefined)[]> {
  const names = kinds.map((kind) => ({ _id: `${prefixOf(scope)}${kind}/${cause}`, agencyId: scope.agencyId }));
  const found = await readTransfers(names);
  return names.map(({ _id }) => found.get(_id));
}

/** Iterates over all transfers of all agencies, roughly in the order of writing. For the audit, which may take its time. */
export const everyTransfer = (): AsyncIterable<Transfer> =>
  TransferModel.find().maxTimeMS(0).readConcern('majority').lean<Transfer>().cursor({ batchSize: 1000 });

/** The fields of a transfer that a register needs. The states, which are most of it, are left out. */
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

/** Reads at most `limit` transfers of all agencies written from `from` to before `before`, oldest first. */
export const readWindow = (from: Date, before: Date, limit: number): Promise<WrittenTransfer[]> =>
  TransferModel.find({ writtenAt: { $gte: from, $lt: before } }, withoutStates)
    .sort({ writtenAt: 1 })
    .limit(limit)
    .readConcern('majority')
    .lean<WrittenTransfer[]>()
    .exec();

export const hasUnsealedTransfers = async (): Promise<boolean> => (await TransferModel.exists({ seal: { $exists: false } })) !== null;
