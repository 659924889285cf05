import { model, type QueryFilter, Schema, type UpdateQuery } from 'mongoose';
import type { Output, PlainCode } from '../contract/index.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, type World, within } from './scope.ts';

type SeenSource = NonNullable<Output<'knowledge.add'>['sources'][number]>;
export type SourceKind = SeenSource['kind'];

/**
 * Where a source stands.
 * offered: it is stored, and its credits are not yet known to be set aside · uploading: its bytes are awaited · checking: its bytes are examined ·
 * processing: the provider takes and reads it · ready: agents can use it · failed, quarantined: it costs nothing and can be tried again ·
 * removing: it is deleted, here and at the provider.
 */
export type SourceState = 'offered' | SeenSource['state'];

/** The owner of knowledge: a client, or the agency itself. */
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
  /** The hash, as long as nobody else may add the same content. */
  held?: string;
  state: SourceState;
  code?: PlainCode;
  /** Price in milli-credits, and whether the free allowance pays. */
  priceMillis: number;
  free: boolean;
  /** How many sources the same request adds, this one included. */
  batchSize: number;
  /** Counts the tries from 1; each has an order and a name at the provider of its own. */
  attempt: number;
  /** How often the provider was asked to make its base: from the second time on it may be there. */
  sends: number;
  /** When the provider was first asked to, in this try; absent before. Business time. */
  sendingAt?: Date;
  /** Until then a process may be asking for its base, so its removal waits; absent where none is. Business time. */
  sendingUntil?: Date;
  baseId?: string;
  /** When the provider took it. Business time. */
  takenAt?: Date;
  /** True once the provider has reported it ready. */
  wasReady: boolean;
  agentIds: string[];
  /** When its removal began. Business time. */
  doomedAt?: Date;
  /** How often it was claimed in its state, and when it is due next. Business time. */
  checks: number;
  checkAt: Date;
  createdAt: Date;
}

/**
 * The form that is stored. It is older than the state `offered`, and versions of the API that know no other run beside this one:
 * `state` is what clients see, and a source that they see uploading or checking is offered until it `isAdmitted`.
 */
interface StoredSource extends Omit<Source, 'state' | 'batchSize'> {
  state: SeenSource['state'];
  isAdmitted: boolean;
  together: number;
}

const text = { type: String, required: true } as const;
const count = { type: Number, required: true } as const;
const flag = { type: Boolean, required: true } as const;
const schema = new Schema<StoredSource>(
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
    sendingUntil: Date,
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
// Two requests at the same moment cannot add the same content twice.
schema.index({ agencyId: 1, world: 1, owner: 1, held: 1 }, { unique: true, partialFilterExpression: { held: { $exists: true } } });
schema.index({ state: 1, checkAt: 1 });
/** For the models of sources alone. */
export const SourceModel = model('Source', schema);

export const AGENCY_OWN = 'agency';

export const ownerOf = (scope: OwnerScope): string => ('clientId' in scope ? scope.clientId : AGENCY_OWN);

/** The filter of everything that one owner has. */
export const ownedBy = (scope: OwnerScope) => ({ ...within(scope), owner: ownerOf(scope) });

/** The state as clients see it: an offered source waits for its bytes, or for its check. */
export const seenState = ({ state, bytes, receivedBytes }: Pick<Source, 'state' | 'bytes' | 'receivedBytes'>): SeenSource['state'] =>
  state !== 'offered' ? state : receivedBytes < bytes ? 'uploading' : 'checking';

function fromStored({ isAdmitted, together, ...source }: StoredSource): Source {
  const isOffered = !isAdmitted && (source.state === 'uploading' || source.state === 'checking');
  return { ...source, state: isOffered ? 'offered' : source.state, batchSize: together };
}

type SourceFilter = QueryFilter<StoredSource>;

const fromFound = (found: StoredSource | null): Source | null => found && fromStored(found);

const findSource = async (filter: SourceFilter): Promise<Source | null> => fromFound(await SourceModel.findOne(filter).lean().exec());

/** @returns the source as it is then */
const changeSource = async (filter: SourceFilter, update: UpdateQuery<StoredSource>): Promise<Source | null> =>
  fromFound(await SourceModel.findOneAndUpdate(filter, update, { returnDocument: 'after' }).lean().exec());

/** The filter of the sources that stand in one state. */
function standingIn(state: SourceState) {
  if (state === 'offered') return { isAdmitted: false, state: { $in: ['uploading', 'checking'] } } as const;
  return state === 'uploading' || state === 'checking' ? { isAdmitted: true, state } : { state };
}

/** Returns the fields to store with a state. A source that fails or is removed before its start stays unadmitted. */
function entering(source: Pick<Source, 'state' | 'bytes' | 'receivedBytes'>): Partial<StoredSource> {
  const state = seenState(source);
  if (source.state === 'offered') return { state, isAdmitted: false };
  return state === 'uploading' || state === 'checking' || state === 'processing' ? { state, isAdmitted: true } : { state };
}

type NewSource = Omit<Source, 'agencyId' | 'world' | 'owner' | 'state'> & { state: 'offered' | 'removing' };

/** Stores sources, once each. @returns false where the owner has the same content by now; the sources before it are stored */
export async function insertSources(scope: OwnerScope, sources: readonly NewSource[]): Promise<boolean> {
  for (const { batchSize: together, ...source } of sources) {
    try {
      await SourceModel.create([{ ...source, ...ownedBy(scope), together, isAdmitted: false, state: seenState(source) }]);
    } catch (error) {
      const index = duplicateIndex(error);
      if (index === undefined) throw error;
      if (index !== '_id_') return false;
    }
  }
  return true;
}

export async function listSources(scope: OwnerScope): Promise<Source[]> {
  const found = await SourceModel.find(ownedBy(scope)).sort({ createdAt: -1, _id: 1 }).lean().exec();
  return found.map(fromStored);
}

/** @param scope the agency's, which has all of them, or a client's for its own alone */
export const readSource = (scope: OwnerScope, id: string): Promise<Source | null> =>
  findSource({ ...within(scope), ...('clientId' in scope && { owner: scope.clientId }), _id: id });

/** @param scope the agency's, which has its own alone, or a client's */
export const readOwnSource = (scope: OwnerScope, id: string): Promise<Source | null> => findSource({ ...ownedBy(scope), _id: id });

export async function readSources(scope: OwnerScope, ids: readonly string[]): Promise<Source[]> {
  const found = await SourceModel.find({ ...ownedBy(scope), _id: { $in: ids } })
    .lean()
    .exec();
  return found.map(fromStored);
}

/** @returns those of these hashes whose content the owner has */
export async function heldHashes(scope: OwnerScope, hashes: readonly string[]): Promise<Set<string>> {
  const found = await SourceModel.find({ ...ownedBy(scope), held: { $in: hashes } })
    .select({ held: 1 })
    .lean()
    .exec();
  return new Set(found.flatMap(({ held }) => held ?? []));
}

/** Fields that a move may change besides the state. `undefined` removes a field. */
export type SourceChange = Partial<Pick<Source, 'receivedBytes' | 'attempt' | 'sends' | 'wasReady' | 'checks' | 'checkAt' | 'doomedAt'>> & {
  [Field in 'type' | 'held' | 'code' | 'baseId' | 'sendingAt' | 'sendingUntil']?: Source[Field] | undefined;
};

/**
 * Moves a source from the state in which it was read to another, in one write. Only `domain/knowledge/states.ts` calls it.
 * @returns the source as it is then, or null where it is gone, or another process moved it first
 */
export function moveSource(source: Source, to: SourceState, change: SourceChange): Promise<Source | null> {
  const { _id, state, attempt, createdAt } = source;
  const changes = Object.entries(change);
  const $set = {
    ...Object.fromEntries(changes.filter(([, value]) => value !== undefined)),
    ...entering({ ...source, ...change, state: to }),
  };
  const $unset = Object.fromEntries(changes.filter(([, value]) => value === undefined).map(([field]) => [field, 1] as const));
  // A source of the same id may have been removed and stored anew by another run of the request: that is not the one that was read.
  const asRead = { ...within(source), _id, attempt, createdAt, ...standingIn(state) };
  return changeSource(asRead, { $set, $unset });
}

/**
 * Counts another `length` bytes, if exactly these are awaited in the state in which the source was read. What is offered is not awaited longer
 * because of them. Business time.
 * @returns the source as it is then
 */
export async function receivePart(source: Source, offset: number, length: number, checkAt: Date): Promise<Source | null> {
  const { _id, attempt, state } = source;
  const waiting = { ...within(source), _id, attempt, receivedBytes: offset, ...standingIn(state) };
  await SourceModel.updateOne(waiting, { $inc: { receivedBytes: length }, ...(state === 'uploading' && { $set: { checkAt } }) });
  return readSource(within(source), _id);
}

/**
 * Counts that the provider is asked for the base of a source that is still to be sent. Business time.
 * @returns the source as it was before, or null where it moved on
 */
export async function beginSend({ _id, attempt, ...scope }: Source, now: Date, sendingUntil: Date): Promise<Source | null> {
  const found = await SourceModel.findOneAndUpdate(
    { ...within(scope), _id, attempt, state: 'processing' },
    { $inc: { sends: 1 }, $min: { sendingAt: now }, $set: { sendingUntil } },
    { returnDocument: 'before' },
  )
    .lean()
    .exec();
  return fromFound(found);
}

/** Lets the removal of a source go on that was begun while it was sent. */
export async function endSend({ _id, ...scope }: Source, sendingUntil: Date): Promise<void> {
  await SourceModel.updateOne({ ...within(scope), _id, sendingUntil }, { $unset: { sendingUntil: 1 } });
}

/** Notes the base of a source that is sent and has none. Business time. @returns the source as it is then, or null where it has one, or moved on */
export const noteBase = ({ _id, attempt, ...scope }: Source, baseId: string, takenAt: Date): Promise<Source | null> =>
  changeSource(
    { ...within(scope), _id, state: 'processing', attempt, baseId: { $exists: false } },
    { $set: { baseId, takenAt, checks: 0 }, $unset: { sendingUntil: 1 } },
  );

export async function deleteSource(source: Source): Promise<void> {
  await SourceModel.deleteOne({ ...within(source), _id: source._id, state: 'removing' });
}

/** Claims the source that has been due longest, of any agency but these, for one process alone until `leaseUntil`. Business time. */
export async function claimDueSource(now: Date, leaseUntil: Date, but: readonly string[]): Promise<Source | null> {
  const found = await SourceModel.findOneAndUpdate(
    { agencyId: { $nin: but }, state: { $in: ['uploading', 'checking', 'processing', 'removing'] }, checkAt: { $lte: now } },
    { $set: { checkAt: leaseUntil }, $inc: { checks: 1 } },
    { sort: { checkAt: 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();
  return fromFound(found);
}

/** Has a claimed source come again at `checkAt`. Does nothing where it moved on meanwhile. */
export async function putOffSource(claimed: Source, checkAt: Date): Promise<void> {
  await SourceModel.updateOne(
    { ...within(claimed), _id: claimed._id, ...standingIn(claimed.state), checkAt: claimed.checkAt },
    { $set: { checkAt } },
  );
}

/** The bases that an agent of a client may use: the client's and the agency's own. */
export const readBases = (scope: AgencyScope, clientId: string): Promise<Pick<StoredSource, 'baseId' | 'agentIds' | 'state'>[]> =>
  SourceModel.find({ ...within(scope), owner: { $in: [clientId, AGENCY_OWN] }, baseId: { $exists: true } })
    .select({ baseId: 1, agentIds: 1, state: 1 })
    .lean()
    .exec();

/** Notes whether an agent uses a source. @returns the source as it is then, or null where it is gone, or not ready any more */
export const noteAgent = (source: Source, agentId: string, uses: boolean): Promise<Source | null> =>
  changeSource(
    { ...within(source), _id: source._id, ...(uses && { state: 'ready' }) },
    uses ? { $addToSet: { agentIds: agentId } } : { $pull: { agentIds: agentId } },
  );

/** How many bases the provider keeps for the agency and its clients. */
export const countBases = (scope: AgencyScope): Promise<number> =>
  SourceModel.countDocuments({ ...within(scope), baseId: { $exists: true } }).exec();
