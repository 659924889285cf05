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

/** How far the client's proof goes that a number is its own. Real time, for it guards against guessing. */
interface OwnershipCheck {
  /** A keyed hash. */
  code?: string;
  expiresAt?: Date;
  wrong: number;
  lockedUntil?: Date;
}

/** A phone number of a client. */
export interface NumberRow {
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  subject: string;
  /** Who brought it, and gets the mails about it. */
  memberId: string;
  number: string;
  country: string;
  type: string;
  label?: string;
  way: NumberWay;
  state: NumberState;
  capabilities: View['capabilities'];
  /** Claims the number among the agency's clients. What nobody has proven is claimed for its client alone. Absent once it is released. */
  claim?: string;
  /** Claims it at the provider among all agencies. */
  providerClaim?: string;
  accountSid?: string;
  sid?: string;
  /** Rent as it was sold, in milli-credits. */
  monthlyMillis: number;
  /** What it cost, in milli-credits, where there is no rent and the money for it went back: it is due once, like a first rent. */
  owedMillis?: number;
  /** How many months were paid since it was bought, and how often the next one was tried. */
  rentsPaid: number;
  rentTries: number;
  /** Which order paid the last of them. */
  rentOrderId?: string;
  /** Business time. */
  paidUntil?: Date;
  /** When the first month ended, where the money for it went back before it was over. */
  firstMonthEndedAt?: Date;
  graceUntil?: Date;
  /** Since when nobody is let in to pay, as long as that is so: the days that count stand still. Business time. */
  pausedAt?: Date;
  /** By how much they were moved on for that, in milliseconds. */
  pausedMs?: number;
  /** When the rent is looked after next; whoever does moves it ahead first. Business time. */
  rentAt?: Date;
  /** How often the rent was looked after since it moved on; absent: never. */
  rentChecks?: number;
  trunk?: Trunk;
  check?: OwnershipCheck;
  agentId?: string;
  /** Whether it is being given back to the provider: it may be gone there, so that no rent is taken any more. */
  isGoing?: boolean;
  createdAt: Date;
  releasedAt?: Date;
  /** Of its release. Absent from what was released before there were such seals. */
  releaseSeal?: string;
  /** Of how long its rent stood still. */
  pauseSeal?: string;
}

const schema = new Schema<NumberRow>(
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
/** For the models of numbers alone. */
export const NumberModel = model('PhoneNumber', schema);

/** What a client shows of its numbers at most; released ones fall off the end. */
const MOST = 500;

/** @returns 'exists' where this very id is there already, 'taken' where somebody has the number */
export async function insertNumber(scope: ClientScope, row: Omit<NumberRow, keyof ClientScope>): Promise<'inserted' | 'exists' | 'taken'> {
  try {
    await NumberModel.create([{ ...row, ...within(scope), clientId: scope.clientId, subject: scope.subject }]);
    return 'inserted';
  } catch (error) {
    const index = duplicateIndex(error);
    if (index === '_id_') return 'exists';
    // Both may be hit at once, and which one is told is the engine's to choose.
    if (index !== undefined) return (await NumberModel.exists({ _id: row._id })) ? 'exists' : 'taken';
    throw error;
  }
}

/** @param scope the agency's, or a client's for its own numbers alone */
export const readNumber = (scope: AgencyScope | ClientScope, id: string): Promise<NumberRow | null> =>
  NumberModel.findOne({ ...visibleTo(scope), _id: id })
    .lean()
    .exec();

/** Newest first. */
export const readNumbers = (scope: ClientScope): Promise<NumberRow[]> =>
  NumberModel.find({ ...within(scope), clientId: scope.clientId })
    .sort({ createdAt: -1, _id: -1 })
    .limit(MOST)
    .lean()
    .exec();

/** Those of all clients of the agency that have one of these numbers. */
export const readHolders = (scope: AgencyScope, numbers: readonly string[]): Promise<NumberRow[]> =>
  NumberModel.find({ ...within(scope), claim: { $in: numbers } })
    .lean()
    .exec();

/** What counts against the plan's limit. */
export const countNumbers = (scope: ClientScope): Promise<number> =>
  NumberModel.countDocuments({ ...within(scope), clientId: scope.clientId, state: { $ne: 'released' } }).exec();

/** Those that count against the plan's limit, as they are dialed. */
export async function heldNumbers(scope: ClientScope): Promise<string[]> {
  const rows = await NumberModel.find({ ...within(scope), clientId: scope.clientId, state: { $ne: 'released' } }, { number: 1 })
    .lean()
    .exec();
  return rows.map(({ number }) => number);
}

type Set = Partial<Omit<NumberRow, '_id' | keyof ClientScope>>;
type Unset = 'claim' | 'providerClaim' | 'agentId' | 'isGoing' | 'check' | 'trunk' | 'rentAt' | 'graceUntil' | 'paidUntil' | 'pausedAt';
/** How a number was when it was read. What it had not, it still must not have. */
type From = { [Field in 'state' | 'rentsPaid' | 'rentTries' | 'pausedAt' | 'pausedMs' | 'isGoing']?: NumberRow[Field] | undefined };

/**
 * Changes a number if it is still as `from` says.
 * @returns the number as it is then; null where it is not so any more; 'taken' where somebody else has the number that it claims
 */
export async function changeNumber(
  scope: AgencyScope | ClientScope,
  id: string,
  from: From,
  { set = {}, unset = [] }: { set?: Set; unset?: readonly Unset[] },
): Promise<NumberRow | null | 'taken'> {
  const $unset = Object.fromEntries(unset.map((field) => [field, 1]));
  const before = Object.fromEntries(Object.entries(from).map(([field, value]) => [field, value ?? null])); // null finds what is absent
  try {
    return await NumberModel.findOneAndUpdate(
      { ...visibleTo(scope), _id: id, ...before },
      {
        ...(Object.keys(set).length > 0 && { $set: { ...set, ...(set.rentAt && { rentChecks: 0 }) } }),
        ...(unset.length > 0 && { $unset }),
      },
      { returnDocument: 'after' },
    )
      .lean<NumberRow>()
      .exec();
  } catch (error) {
    if (duplicateIndex(error) === undefined) throw error;
    return 'taken';
  }
}

/** Takes back an insertion that should not have been. */
export async function dropNumber(scope: ClientScope, id: string): Promise<void> {
  await NumberModel.deleteOne({ ...within(scope), clientId: scope.clientId, _id: id });
}

/** The numbers that came with a client's own account. */
export const readImported = (scope: ClientScope): Promise<NumberRow[]> =>
  NumberModel.find({ ...within(scope), clientId: scope.clientId, way: 'account', state: { $ne: 'released' } })
    .lean()
    .exec();

/** All of them, of every agency. For the audit. */
export const everyNumber = (): AsyncIterable<NumberRow> => NumberModel.find().maxTimeMS(0).lean<NumberRow>().cursor({ batchSize: 500 });

/** Numbers of any agency by their ids. */
export const readNumbersNamed = (ids: readonly string[]): Promise<NumberRow[]> =>
  NumberModel.find({ _id: { $in: ids } })
    .lean<NumberRow[]>()
    .exec();

export const countUnsealedReleases = (): Promise<number> =>
  NumberModel.countDocuments({ state: 'released', releaseSeal: { $exists: false } }).exec();

/**
 * Takes the number whose rent has been due longest, of any agency but these, for one process alone until `leaseUntil`. What is not moved by
 * then is due again. Business time.
 */
export const claimRent = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<NumberRow | null> =>
  NumberModel.findOneAndUpdate(
    { rentAt: { $lte: now }, agencyId: { $nin: but } },
    { $set: { rentAt: leaseUntil }, $inc: { rentChecks: 1 } },
    { sort: { rentAt: 1 }, returnDocument: 'after' },
  )
    .lean<NumberRow>()
    .exec();

/** Has a claimed rent looked after again later. Does nothing where it was moved meanwhile, or somebody else has it. */
export async function putOffRent({ _id, agencyId, world, rentAt }: NumberRow, at: Date): Promise<void> {
  await NumberModel.updateOne({ _id, agencyId, world, rentAt: rentAt ?? null }, { $set: { rentAt: at } });
}

/** Who has these numbers at the provider, whatever their agencies and their worlds. */
export const readProviderClaims = (providerClaims: readonly string[]): Promise<NumberRow[]> =>
  NumberModel.find({ providerClaim: { $in: providerClaims } })
    .lean<NumberRow[]>()
    .exec();

/**
 * Takes away the claim of a number in a test world that was left behind, unless it is about to go back to the provider.
 * @returns whether it is free now
 */
export async function dropProviderClaim({ _id, agencyId, world }: NumberRow): Promise<boolean> {
  const stays = [{ way: { $ne: 'bought' as const } }, { rentAt: { $exists: false } }];
  return (await NumberModel.updateOne({ _id, agencyId, world, $or: stays }, { $unset: { providerClaim: 1 } })).matchedCount === 1;
}

/**
 * Has the numbers looked after at once that were bought in test worlds which their agency has left, unless somebody took them over.
 * @param scope the agency's, with the test world of now
 */
export async function hurryLeftNumbers({ agencyId, world }: AgencyScope, now: Date): Promise<void> {
  const isLeft = { agencyId, world: { $nin: ['live' as const, world] }, way: 'bought' as const, providerClaim: { $exists: true } };
  await NumberModel.updateMany({ ...isLeft, isGoing: { $exists: false } }, { $set: { rentAt: now } });
}

/** Counts one more wrong code before it is compared, so that guesses made at once count each. @returns null where none is left */
export const countWrongCode = (id: string, most: number): Promise<NumberRow | null> =>
  NumberModel.findOneAndUpdate(
    { _id: id, state: 'pending_verification', 'check.wrong': { $lt: most } },
    { $inc: { 'check.wrong': 1 } },
    { returnDocument: 'after' },
  )
    .lean<NumberRow>()
    .exec();
