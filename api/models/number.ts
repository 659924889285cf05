import { model, Schema } from 'mongoose';
import type { Output } from '../contract/index.ts';
import type { SealedSecret } from './agency.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, visibleTo, type World, within } from './scope.ts';

type View = Output<'numbers.list'>['numbers'][number];
type NumberWay = View['way'];
type NumberState = View['state'];

export interface Trunk {
  terminationUri: string;
  host: string;
  port?: number;
  transport: 'udp' | 'tcp' | 'tls';
  username?: string;
  password?: SealedSecret;
}

/** The state of a client's proof that it owns a number. Real time, because it limits guessing. */
interface OwnershipCheck {
  /** A keyed hash. */
  code?: string;
  expiresAt?: Date;
  wrong: number;
  lockedUntil?: Date;
}

/** A phone number of a client. */
export interface PhoneNumber {
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  subject: string;
  /** The member who added it and gets the mails about it. */
  memberId: string;
  number: string;
  country: string;
  type: string;
  label?: string;
  way: NumberWay;
  state: NumberState;
  capabilities: View['capabilities'];
  /** Claims the number among the agency's clients; an unproven number only for its own client. Absent after the release. */
  claim?: string;
  /** Claims the number at the provider, among all agencies. */
  providerClaim?: string;
  accountSid?: string;
  sid?: string;
  /** Monthly rent in milli-credits, as sold. */
  monthlyMillis: number;
  /**
   * Price in milli-credits that is still due, if the money for it was returned and there is no rent. It is collected once, like a first
   * rent.
   */
  owedMillis?: number;
  /** Months paid since the purchase, and attempts to pay the next. */
  rentsPaid: number;
  rentTries: number;
  /** The order that paid the last month. */
  rentOrderId?: string;
  /** Business time. */
  paidUntil?: Date;
  /** When the first month ended early, because its money was returned. */
  firstMonthEndedAt?: Date;
  graceUntil?: Date;
  /** Since when payment is impossible because nobody may sign in; grace days stand still meanwhile. Business time. */
  pausedAt?: Date;
  /** How long grace days stood still in total, in milliseconds. */
  pausedMs?: number;
  /** Time of the next rent check; the checking process moves it ahead first. Business time. */
  rentAt?: Date;
  /** Rent checks since the last progress; absent for none. */
  rentChecks?: number;
  trunk?: Trunk;
  check?: OwnershipCheck;
  agentId?: string;
  /** When the providers are told where its calls go, unless that is done before. Absent: nothing is left to tell. Business time. */
  routeAt?: Date;
  /** How often they were told in vain; absent for never. */
  routeChecks?: number;
  /** True from before the providers are first told until they have forgotten it. Absent in numbers whose calls were never led anywhere. */
  isRouted?: boolean;
  /** True while the number is returned to the provider. It may be gone there, so no rent is collected. */
  isGoing?: boolean;
  createdAt: Date;
  releasedAt?: Date;
  /** Seal of the release. Absent in numbers released before such seals existed. */
  releaseSeal?: string;
  /** Seal of the paused time. */
  pauseSeal?: string;
}

const schema = new Schema<PhoneNumber>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    world: { type: String, required: true },
    clientId: { type: String, required: true },
    subject: { type: String, required: true },
    memberId: { type: String, required: true },
    number: { type: String, required: true },
    country: { type: String, required: true },
    type: { type: String, required: true },
    label: String,
    way: { type: String, required: true },
    state: { type: String, required: true },
    capabilities: { type: Schema.Types.Mixed, required: true },
    claim: String,
    providerClaim: String,
    accountSid: String,
    sid: String,
    monthlyMillis: { type: Number, required: true },
    owedMillis: Number,
    rentsPaid: { type: Number, required: true },
    rentTries: { type: Number, required: true },
    rentOrderId: String,
    paidUntil: Date,
    firstMonthEndedAt: Date,
    graceUntil: Date,
    pausedAt: Date,
    pausedMs: Number,
    rentAt: Date,
    rentChecks: Number,
    trunk: Schema.Types.Mixed,
    check: Schema.Types.Mixed,
    agentId: String,
    routeAt: Date,
    routeChecks: Number,
    isRouted: Boolean,
    isGoing: Boolean,
    createdAt: { type: Date, required: true },
    releasedAt: Date,
    releaseSeal: String,
    pauseSeal: String,
  },
  { strict: 'throw', versionKey: false },
);
schema.index({ agencyId: 1, world: 1, claim: 1 }, { unique: true, partialFilterExpression: { claim: { $exists: true } } });
schema.index({ providerClaim: 1 }, { unique: true, partialFilterExpression: { providerClaim: { $exists: true } } });
schema.index({ agencyId: 1, world: 1, clientId: 1, createdAt: -1 });
schema.index({ rentAt: 1 }, { partialFilterExpression: { rentAt: { $exists: true } } });
schema.index({ routeAt: 1 }, { partialFilterExpression: { routeAt: { $exists: true } } });
/** Only for the models of numbers. */
export const NumberModel = model('PhoneNumber', schema);

/** Numbers that a client shows at most; the oldest fall off. */
const MOST = 500;

/** @returns 'exists' if this id exists, 'taken' if another client has the number */
export async function insertNumber(
  scope: ClientScope,
  row: Omit<PhoneNumber, keyof ClientScope>,
): Promise<'inserted' | 'exists' | 'taken'> {
  try {
    await NumberModel.create([{ ...row, ...within(scope), clientId: scope.clientId, subject: scope.subject }]);
    return 'inserted';
  } catch (error) {
    const index = duplicateIndex(error);
    if (index === '_id_') return 'exists';
    // An insert may violate both indexes, and the engine chooses which one it reports.
    if (index !== undefined) return (await NumberModel.exists({ _id: row._id })) ? 'exists' : 'taken';
    throw error;
  }
}

/** @param scope the agency's, or a client's for its own numbers */
export const readNumber = (scope: AgencyScope | ClientScope, id: string): Promise<PhoneNumber | null> =>
  NumberModel.findOne({ ...visibleTo(scope), _id: id })
    .lean()
    .exec();

/** Reads a client's numbers, newest first. */
export const readNumbers = (scope: ClientScope): Promise<PhoneNumber[]> =>
  NumberModel.find({ ...within(scope), clientId: scope.clientId })
    .sort({ createdAt: -1, _id: -1 })
    .limit(MOST)
    .lean()
    .exec();

/** Reads all numbers of a client that are not released. */
export const readUnreleased = (scope: ClientScope): Promise<PhoneNumber[]> =>
  NumberModel.find({ ...within(scope), clientId: scope.clientId, state: { $ne: 'released' } })
    .lean<PhoneNumber[]>()
    .exec();

/** Reads the numbers of all clients of the agency that have one of these. */
export const readHolders = (scope: AgencyScope, numbers: readonly string[]): Promise<PhoneNumber[]> =>
  NumberModel.find({ ...within(scope), claim: { $in: numbers } })
    .lean()
    .exec();

/** Counts the numbers that count against the plan's limit. */
export const countNumbers = (scope: ClientScope): Promise<number> =>
  NumberModel.countDocuments({ ...within(scope), clientId: scope.clientId, state: { $ne: 'released' } }).exec();

/** Reads the numbers that count against the plan's limit, as dialed. */
export async function heldNumbers(scope: ClientScope): Promise<string[]> {
  const rows = await NumberModel.find({ ...within(scope), clientId: scope.clientId, state: { $ne: 'released' } }, { number: 1 })
    .lean()
    .exec();
  return rows.map(({ number }) => number);
}

type Set = Partial<Omit<PhoneNumber, '_id' | keyof ClientScope>>;
type Unset =
  | 'claim'
  | 'providerClaim'
  | 'agentId'
  | 'routeAt'
  | 'routeChecks'
  | 'isRouted'
  | 'isGoing'
  | 'check'
  | 'trunk'
  | 'rentAt'
  | 'graceUntil'
  | 'paidUntil'
  | 'pausedAt';
/** The number as it was read. A field that was absent must still be absent. */
type From = {
  [Field in 'state' | 'rentsPaid' | 'rentTries' | 'pausedAt' | 'pausedMs' | 'isGoing' | 'agentId' | 'routeAt']?:
    | PhoneNumber[Field]
    | undefined;
};

/**
 * Changes a number that is still as `from` says.
 * @returns the changed number; null if it has changed; 'taken' if another client has the claimed number
 */
export async function changeNumber(
  scope: AgencyScope | ClientScope,
  id: string,
  from: From,
  { set = {}, unset = [] }: { set?: Set; unset?: readonly Unset[] },
): Promise<PhoneNumber | null | 'taken'> {
  const $unset = Object.fromEntries(unset.map((field) => [field, 1]));
  const before = Object.fromEntries(Object.entries(from).map(([field, value]) => [field, value ?? null])); // null matches absent fields
  try {
    return await NumberModel.findOneAndUpdate(
      { ...visibleTo(scope), _id: id, ...before },
      {
        ...(Object.keys(set).length > 0 && { $set: { ...set, ...(set.rentAt && { rentChecks: 0 }) } }),
        ...(unset.length > 0 && { $unset }),
      },
      { returnDocument: 'after' },
    )
      .lean<PhoneNumber>()
      .exec();
  } catch (error) {
    if (duplicateIndex(error) === undefined) throw error;
    return 'taken';
  }
}

/** Removes a number that was inserted in error. */
export async function dropNumber(scope: ClientScope, id: string): Promise<void> {
  await NumberModel.deleteOne({ ...within(scope), clientId: scope.clientId, _id: id });
}

/** Reads the numbers that came with a client's own account. */
export const readImported = (scope: ClientScope): Promise<PhoneNumber[]> =>
  NumberModel.find({ ...within(scope), clientId: scope.clientId, way: 'account', state: { $ne: 'released' } })
    .lean()
    .exec();

/** Iterates over all numbers of all agencies, for the audit. */
export const everyNumber = (): AsyncIterable<PhoneNumber> => NumberModel.find().maxTimeMS(0).lean<PhoneNumber>().cursor({ batchSize: 500 });

/** Reads numbers of any agency by id. */
export const readNumbersNamed = (ids: readonly string[]): Promise<PhoneNumber[]> =>
  NumberModel.find({ _id: { $in: ids } })
    .lean<PhoneNumber[]>()
    .exec();

export const countUnsealedReleases = (): Promise<number> =>
  NumberModel.countDocuments({ state: 'released', releaseSeal: { $exists: false } }).exec();

/**
 * Claims the number whose rent has been due longest, of any agency except `but`, until `leaseUntil`. Without a move it is due again then.
 * Business time.
 */
export const claimRent = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<PhoneNumber | null> =>
  NumberModel.findOneAndUpdate(
    { rentAt: { $lte: now }, agencyId: { $nin: but } },
    { $set: { rentAt: leaseUntil }, $inc: { rentChecks: 1 } },
    { sort: { rentAt: 1 }, returnDocument: 'after' },
  )
    .lean<PhoneNumber>()
    .exec();

/** Puts a claimed rent off. Does nothing if it was moved meanwhile or another process has it. */
export async function putOffRent({ _id, agencyId, world, rentAt }: PhoneNumber, at: Date): Promise<void> {
  await NumberModel.updateOne({ _id, agencyId, world, rentAt: rentAt ?? null }, { $set: { rentAt: at } });
}

/** Claims the number of which the providers have had to be told longest, of any agency except `but`. Business time. */
export const claimRoute = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<PhoneNumber | null> =>
  NumberModel.findOneAndUpdate(
    { routeAt: { $lte: now }, agencyId: { $nin: but } },
    { $set: { routeAt: leaseUntil }, $inc: { routeChecks: 1 } },
    { sort: { routeAt: 1 }, returnDocument: 'after' },
  )
    .lean<PhoneNumber>()
    .exec();

/** Puts a claimed route off. Does nothing if it was settled or chosen anew meanwhile. */
export async function putOffRoute({ _id, agencyId, world, routeAt }: PhoneNumber, at: Date): Promise<void> {
  await NumberModel.updateOne({ _id, agencyId, world, routeAt: routeAt ?? null }, { $set: { routeAt: at } });
}

/** Reads the numbers with these claims at the provider, of all agencies and worlds. */
export const readProviderClaims = (providerClaims: readonly string[]): Promise<PhoneNumber[]> =>
  NumberModel.find({ providerClaim: { $in: providerClaims } })
    .lean<PhoneNumber[]>()
    .exec();

/**
 * Drops the provider claim of a number in an abandoned test world, unless the number is about to be returned to the provider.
 * @returns whether the claim is free now
 */
export async function dropProviderClaim({ _id, agencyId, world }: PhoneNumber): Promise<boolean> {
  const stays = [{ way: { $ne: 'bought' as const } }, { rentAt: { $exists: false } }];
  return (await NumberModel.updateOne({ _id, agencyId, world, $or: stays }, { $unset: { providerClaim: 1 } })).matchedCount === 1;
}

/**
 * Makes purchased numbers of test worlds that the agency has left due at once, unless they were taken over.
 * @param scope the agency's, with its current test world
 */
export async function hurryLeftNumbers({ agencyId, world }: AgencyScope, now: Date): Promise<void> {
  const isLeft = { agencyId, world: { $nin: ['live' as const, world] }, way: 'bought' as const, providerClaim: { $exists: true } };
  await NumberModel.updateMany({ ...isLeft, isGoing: { $exists: false } }, { $set: { rentAt: now } });
}

/**
 * Counts another wrong code before the comparison, so that parallel guesses all count.
 * @returns null if none is left
 */
export const countWrongCode = (id: string, most: number): Promise<PhoneNumber | null> =>
  NumberModel.findOneAndUpdate(
    { _id: id, state: 'pending_verification', 'check.wrong': { $lt: most } },
    { $inc: { 'check.wrong': 1 } },
    { returnDocument: 'after' },
  )
    .lean<PhoneNumber>()
    .exec();
