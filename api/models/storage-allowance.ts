import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type World, within } from './scope.ts';
import { type OwnerScope, ownerOf } from './source.ts';

/** The storage that one source uses. */
export interface Share {
  sourceId: string;
  bytes: number;
  /** 1 if it uses a place of the free allowance. */
  free: number;
}

/** A share that was recently taken or returned. */
interface StorageChange extends Share {
  kind: 'take' | 'give';
  /** Real time. */
  at: Date;
}

/**
 * The storage that one owner's sources use. Limits are enforced only here: a share is taken in one write, if there is space, before its
 * source is stored. Recent changes name their sources, so that none happens twice and shares without a source are found.
 */
export interface StorageAllowance {
  _id: string;
  agencyId: string;
  world: World;
  owner: string;
  sources: number;
  bytes: number;
  free: number;
  changes: StorageChange[];
}

export interface StorageLimits {
  sources: number | null;
  bytes: number | null;
  free: number;
}

const change = { _id: false, sourceId: String, kind: String, bytes: Number, free: Number, at: Date };
const schema = new Schema<StorageAllowance>(
  { _id: String, agencyId: String, world: String, owner: String, sources: Number, bytes: Number, free: Number, changes: [change] },
  { strict: 'throw', versionKey: false },
);
schema.index({ 'changes.at': 1 });
const StorageAllowanceModel = model('Room', schema);

const at = (scope: OwnerScope) => ({ ...within(scope), _id: [scope.agencyId, scope.world, ownerOf(scope)].join('/') });

type Used = Pick<StorageAllowance, 'sources' | 'bytes' | 'free'>;

export async function readUsedStorage(scope: OwnerScope): Promise<Used> {
  const allowance = await StorageAllowanceModel.findOne(at(scope)).select({ changes: 0 }).lean().exec();
  return { sources: allowance?.sources ?? 0, bytes: allowance?.bytes ?? 0, free: allowance?.free ?? 0 };
}

const sum = (shares: readonly Share[], of: 'bytes' | 'free') => shares.reduce((total, share) => total + share[of], 0);
const ids = (shares: readonly Share[]) => shares.map(({ sourceId }) => sourceId);

/**
 * Takes all of these shares or none. Repeating it changes nothing; shares that were returned meanwhile are not taken again.
 * @returns false if there is too little space
 */
export async function takeStorage(scope: OwnerScope, shares: readonly Share[], limits: StorageLimits, now: Date): Promise<boolean> {
  const [sources, bytes, free] = [shares.length, sum(shares, 'bytes'), sum(shares, 'free')];
  await openAllowance(scope);
  const fits = {
    ...(limits.sources !== null && { sources: { $lte: limits.sources - sources } }),
    ...(limits.bytes !== null && { bytes: { $lte: limits.bytes - bytes } }),
    ...(free > 0 && { free: { $lte: limits.free - free } }),
  };
  const named = (kind?: StorageChange['kind']) => ({ $elemMatch: { ...(kind && { kind }), sourceId: { $in: ids(shares) } } });
  const $push = { changes: { $each: shares.map((share) => ({ ...share, kind: 'take' as const, at: now })) } };
  const taken = await StorageAllowanceModel.updateOne(
    { ...at(scope), ...fits, changes: { $not: named() } },
    { $inc: { sources, bytes, free }, $push },
  );
  if (taken.modifiedCount === 1) return true;
  return (await StorageAllowanceModel.exists({ ...at(scope), changes: { ...named('take'), $not: named('give') } }).exec()) !== null;
}

/** Returns the share of one source, once. */
export async function returnStorage(scope: OwnerScope, share: Share, now: Date): Promise<void> {
  const { sourceId, bytes, free } = share;
  await StorageAllowanceModel.updateOne(
    { ...at(scope), changes: { $not: { $elemMatch: { kind: 'give', sourceId } } } },
    { $inc: { sources: -1, bytes: -bytes, free: -free }, $push: { changes: { ...share, kind: 'give', at: now } } },
  );
}

/** Takes the share of an existing source again, after it was returned in error. */
export async function retakeStorage(scope: OwnerScope, { sourceId, bytes, free }: Share): Promise<void> {
  const given = { kind: 'give', sourceId } as const;
  await StorageAllowanceModel.updateOne(
    { ...at(scope), changes: { $elemMatch: given } },
    { $inc: { sources: 1, bytes, free }, $pull: { changes: given } },
  );
}

/** Tells whether a share of these sources was returned: a source stored after that has no space. */
export const isGivenBack = async (scope: OwnerScope, sourceIds: readonly string[]): Promise<boolean> =>
  (await StorageAllowanceModel.exists({ ...at(scope), changes: { $elemMatch: { kind: 'give', sourceId: { $in: sourceIds } } } }).exec()) !==
  null;

async function openAllowance(scope: OwnerScope): Promise<void> {
  if (await StorageAllowanceModel.exists(at(scope)).exec()) return;
  const { _id, ...place } = at(scope);
  try {
    await StorageAllowanceModel.create([{ _id, ...place, owner: ownerOf(scope), sources: 0, bytes: 0, free: 0, changes: [] }]);
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
  }
}

/** Iterates over all agencies' rooms with changes before `before`. */
export const everyAllowanceChanged = (before: Date): AsyncIterable<StorageAllowance> =>
  StorageAllowanceModel.find({ 'changes.at': { $lt: before } })
    .lean<StorageAllowance>()
    .cursor();

/** Deletes these sources' changes before `before`. */
export async function forgetChanges(allowance: AgencyScope & { _id: string }, sourceIds: readonly string[], before: Date): Promise<void> {
  await StorageAllowanceModel.updateOne(
    { ...within(allowance), _id: allowance._id },
    { $pull: { changes: { sourceId: { $in: sourceIds }, at: { $lt: before } } } },
  );
}
