import { model, Schema } from 'mongoose';
import type { Output, PlainCode } from '../contract/index.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, type World, within } from './scope.ts';

type Seen = Output<'knowledge.add'>['sources'][number];
type SourceState = NonNullable<Seen>['state'];
export type SourceKind = NonNullable<Seen>['kind'];

/** Whose knowledge it is: a client's, or the agency's own. */
export type OwnerScope = AgencyScope | ClientScope;

/** One piece of knowledge, and one knowledge base at the provider. */
export interface Source {
  _id: string;
  agencyId: string;
  world: World;
  /** The client's id, or `agency` for the agency's own. */
  owner: string;
  /** The account in the ledger of a client's source. */
  subject?: string;
  memberId?: string;
  kind: SourceKind;
  name: string;
  url?: string;
  type?: string;
  bytes: number;
  receivedBytes: number;
  /** SHA-256 of the content, or of the address. */
  hash: string;
  /** The hash, while the content is there: so that it is not there twice. */
  held?: string;
  state: SourceState;
  code?: PlainCode;
  /** What it is sold for, in milli-credits, and whether the free allowance pays. */
  priceMillis: number;
  free: boolean;
  /** How many were added with it, itself among them. */
  together: number;
  /** Whether all of those are set aside: from then on it goes its way alone. */
  isAdmitted: boolean;
  /** Which try it is; each has an order and a name at the provider of its own. */
  attempt: number;
  /** How often the provider was asked to make its base: from the second time on it may be there. */
  sends: number;
  /** When the provider was first asked to, in this try; absent before. Business time. */
  sendingAt?: Date;
  baseId?: string;
  /** When the provider took it. Business time. */
  takenAt?: Date;
  /** Whether the provider ever said that it is ready. */
  wasReady: boolean;
  agentIds: string[];
  /** When its removal began. Business time. */
  doomedAt?: Date;
  /** How often it was looked after since its last step, and when it is next. Business time. */
  checks: number;
  checkAt: Date;
  createdAt: Date;
}

const text = { type: String, required: true } as const;
const count = { type: Number, required: true } as const;
const flag = { type: Boolean, required: true } as const;
const schema = new Schema<Source>(
  {
    _id: text,
    agencyId: text,
    world: text,
    owner: text,
    subject: String,
    memberId: String,
    kind: text,
    name: text,
    url: String,
    type: String,
    bytes: count,
    receivedBytes: count,
    hash: text,
    held: String,
    state: text,
    code: String,
    priceMillis: count,
    free: flag,
    together: count,
    isAdmitted: flag,
    attempt: count,
    sends: count,
    sendingAt: Date,
    baseId: String,
    takenAt: Date,
    wasReady: flag,
    agentIds: [String],
    doomedAt: Date,
    checks: count,
    checkAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false },
);
schema.index({ agencyId: 1, world: 1, owner: 1, createdAt: -1 });
// The same content is not there twice, whoever adds it at the same moment.
schema.index({ agencyId: 1, world: 1, owner: 1, held: 1 }, { unique: true, partialFilterExpression: { held: { $exists: true } } });
schema.index({ state: 1, checkAt: 1 });
/** For the models of sources alone. */
export const SourceModel = model('Source', schema);

export const AGENCY_OWN = 'agency';

export const ownerOf = (scope: OwnerScope): string => ('clientId' in scope ? scope.clientId : AGENCY_OWN);

/** The filter of everything that one owner has. */
export const owned = (scope: OwnerScope) => ({ ...within(scope), owner: ownerOf(scope) });

/** Stores sources, once each. @returns false where the same content is there by now; those before it are stored. */
export async function insertSources(scope: OwnerScope, sources: readonly Omit<Source, 'agencyId' | 'world' | 'owner'>[]): Promise<boolean> {
  for (const source of sources) {
    try {
      await SourceModel.create([{ ...source, ...owned(scope) }]);
    } catch (error) {
      const index = duplicateIndex(error);
      if (index === undefined) throw error;
      if (index !== '_id_') return false;
    }
  }
  return true;
}

export const listSources = (scope: OwnerScope): Promise<Source[]> =>
  SourceModel.find(owned(scope)).sort({ createdAt: -1, _id: 1 }).lean().exec();

/** @param scope the agency's, which has all of them, or a client's for its own alone */
export const readSource = (scope: OwnerScope, id: string): Promise<Source | null> =>
  SourceModel.findOne({ ...within(scope), ...('clientId' in scope && { owner: scope.clientId }), _id: id })
    .lean()
    .exec();

/** @param scope the agency's, which has its own alone, or a client's */
export const readOwnSource = (scope: OwnerScope, id: string): Promise<Source | null> =>
  SourceModel.findOne({ ...owned(scope), _id: id })
    .lean()
    .exec();

export const readSources = (scope: OwnerScope, ids: readonly string[]): Promise<Source[]> =>
  SourceModel.find({ ...owned(scope), _id: { $in: ids } })
    .lean()
    .exec();

/** Which of these contents are there. */
export async function heldHashes(scope: OwnerScope, hashes: readonly string[]): Promise<Set<string>> {
  const found = await SourceModel.find({ ...owned(scope), held: { $in: hashes } })
    .select({ held: 1 })
    .lean()
    .exec();
  return new Set(found.flatMap(({ held }) => held ?? []));
}

type Change = Partial<Omit<Source, '_id' | 'agencyId' | 'world' | 'owner'>>;

/**
 * Takes a source one step further, if it still stands where it was read: state, try and whether it is admitted.
 * @returns the source as it is then, or null where somebody else was quicker
 */
export const moveSource = (
  source: Source,
  $set: Change,
  dropped: readonly ('held' | 'code' | 'baseId' | 'sendingAt' | 'type')[] = [],
): Promise<Source | null> => {
  const { _id, state, attempt, isAdmitted, createdAt } = source;
  const $unset = Object.fromEntries(dropped.map((field) => [field, 1] as const));
  // One of the same id may have been taken away, and stored anew by another run of the attempt: that is not the one that was read.
  const asRead = { ...within(source), _id, state, attempt, isAdmitted, createdAt };
  return SourceModel.findOneAndUpdate(asRead, { $set, $unset }, { returnDocument: 'after' }).lean().exec();
};

/** Notes that another `length` bytes came, if it waits for exactly these. @returns the source as it is now */
export async function receivePart(source: Source, offset: number, length: number, checkAt: Date): Promise<Source | null> {
  const { _id, attempt } = source;
  const waiting = { ...within(source), _id, attempt, state: 'uploading', receivedBytes: offset } as const;
  await SourceModel.updateOne(waiting, { $inc: { receivedBytes: length }, $set: { checkAt } });
  return readSource(within(source), _id);
}

/** Counts that the provider is asked at `now`. Business time. @returns how often it was asked before */
export async function countSend(source: Source, now: Date): Promise<number> {
  const before = await SourceModel.findOneAndUpdate(
    { ...within(source), _id: source._id },
    { $inc: { sends: 1 }, $min: { sendingAt: now } },
    { returnDocument: 'before' },
  )
    .lean()
    .orFail()
    .exec();
  return before.sends;
}

export async function deleteSource(source: Source): Promise<void> {
  await SourceModel.deleteOne({ ...within(source), _id: source._id, state: 'removing' });
}

/** Takes the source that has been due longest, of any agency but these, for one process alone until `leaseUntil`. Business time. */
export const claimDueSource = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<Source | null> =>
  SourceModel.findOneAndUpdate(
    { agencyId: { $nin: but }, state: { $in: ['uploading', 'checking', 'processing', 'removing'] }, checkAt: { $lte: now } },
    { $set: { checkAt: leaseUntil }, $inc: { checks: 1 } },
    { sort: { checkAt: 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();

/** Has a claimed source looked after again later. Does nothing where it went a step further meanwhile. */
export async function putOffSource(claimed: Source, checkAt: Date): Promise<void> {
  await SourceModel.updateOne(
    { ...within(claimed), _id: claimed._id, state: claimed.state, checkAt: claimed.checkAt },
    { $set: { checkAt } },
  );
}

/** The bases that an agent of a client may use: the client's and the agency's own. */
export const readBases = (scope: AgencyScope, clientId: string): Promise<Pick<Source, 'baseId' | 'agentIds' | 'state'>[]> =>
  SourceModel.find({ ...within(scope), owner: { $in: [clientId, AGENCY_OWN] }, baseId: { $exists: true } })
    .select({ baseId: 1, agentIds: 1, state: 1 })
    .lean()
    .exec();

/** Notes the base of a source that goes its way and has none. @returns false where it has one, or was removed meanwhile */
export async function noteBase(
  { _id, state, attempt, ...scope }: Source,
  taken: Pick<Source, 'checks' | 'checkAt'> & { baseId: string; takenAt: Date },
): Promise<boolean> {
  const waiting = { ...within(scope), _id, state, attempt, baseId: { $exists: false } };
  return (await SourceModel.updateOne(waiting, { $set: taken })).modifiedCount === 1;
}

/** Notes whether an agent uses a source. @returns the source as it is then, or null where it is not ready any more */
export const noteAgent = (source: Source, agentId: string, uses: boolean): Promise<Source | null> =>
  SourceModel.findOneAndUpdate(
    { ...within(source), _id: source._id, ...(uses && { state: 'ready' }) },
    uses ? { $addToSet: { agentIds: agentId } } : { $pull: { agentIds: agentId } },
    { returnDocument: 'after' },
  )
    .lean()
    .exec();

/** How many bases the provider keeps for the agency and its clients. */
export const countBases = (scope: AgencyScope): Promise<number> =>
  SourceModel.countDocuments({ ...within(scope), baseId: { $exists: true } }).exec();
