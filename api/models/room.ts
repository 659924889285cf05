import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type World, within } from './scope.ts';
import { type OwnerScope, ownerOf } from './source.ts';

/** What one source takes up. */
export interface Share {
  sourceId: string;
  bytes: number;
  /** 1 where it has a place of the free allowance. */
  free: number;
}

/** A share that was taken or given back a short while ago. */
interface RoomChange extends Share {
  kind: 'take' | 'give';
  /** Real time. */
  at: Date;
}

/**
 * How much room the sources of one owner take up. It is the one place where limits hold: a share is taken in one write, if there is room for it, and
 * before the source is there. What was taken or given lately is named in it, so that the same is not done twice, and so that a share
 * whose source never came is found.
 */
export interface Room {
  _id: string;
  agencyId: string;
  world: World;
  owner: string;
  sources: number;
  bytes: number;
  free: number;
  changes: RoomChange[];
}

export interface RoomLimits {
  sources: number | null;
  bytes: number | null;
  free: number;
}

const change = { _id: false, sourceId: String, kind: String, bytes: Number, free: Number, at: Date };
const schema = new Schema<Room>(
  { _id: String, agencyId: String, world: String, owner: String, sources: Number, bytes: Number, free: Number, changes: [change] },
  { strict: 'throw', versionKey: false },
);
schema.index({ 'changes.at': 1 });
const RoomModel = model('Room', schema);

const at = (scope: OwnerScope) => ({ ...within(scope), _id: [scope.agencyId, scope.world, ownerOf(scope)].join('/') });

type Used = Pick<Room, 'sources' | 'bytes' | 'free'>;

export async function readRoom(scope: OwnerScope): Promise<Used> {
  const room = await RoomModel.findOne(at(scope)).select({ changes: 0 }).lean().exec();
  return { sources: room?.sources ?? 0, bytes: room?.bytes ?? 0, free: room?.free ?? 0 };
}

const sum = (shares: readonly Share[], of: 'bytes' | 'free') => shares.reduce((total, share) => total + share[of], 0);
const ids = (shares: readonly Share[]) => shares.map(({ sourceId }) => sourceId);

/**
 * Takes all of these shares or none. The same ones again are there already; those that were given back meanwhile are not taken a second
 * time. @returns false where there is no room
 */
export async function takeRoom(scope: OwnerScope, shares: readonly Share[], limits: RoomLimits, now: Date): Promise<boolean> {
  const [sources, bytes, free] = [shares.length, sum(shares, 'bytes'), sum(shares, 'free')];
  await openRoom(scope);
  const fits = {
    ...(limits.sources !== null && { sources: { $lte: limits.sources - sources } }),
    ...(limits.bytes !== null && { bytes: { $lte: limits.bytes - bytes } }),
    ...(free > 0 && { free: { $lte: limits.free - free } }),
  };
  const named = (kind?: RoomChange['kind']) => ({ $elemMatch: { ...(kind && { kind }), sourceId: { $in: ids(shares) } } });
  const $push = { changes: { $each: shares.map((share) => ({ ...share, kind: 'take' as const, at: now })) } };
  const taken = await RoomModel.updateOne({ ...at(scope), ...fits, changes: { $not: named() } }, { $inc: { sources, bytes, free }, $push });
  if (taken.modifiedCount === 1) return true;
  return (await RoomModel.exists({ ...at(scope), changes: { ...named('take'), $not: named('give') } }).exec()) !== null;
}

/** Gives the share of one source back, once. */
export async function giveRoom(scope: OwnerScope, share: Share, now: Date): Promise<void> {
  const { sourceId, bytes, free } = share;
  await RoomModel.updateOne(
    { ...at(scope), changes: { $not: { $elemMatch: { kind: 'give', sourceId } } } },
    { $inc: { sources: -1, bytes: -bytes, free: -free }, $push: { changes: { ...share, kind: 'give', at: now } } },
  );
}

/** Counts the share of a source again that was given back although the source is there. */
export async function retakeRoom(scope: OwnerScope, { sourceId, bytes, free }: Share): Promise<void> {
  const given = { kind: 'give', sourceId } as const;
  await RoomModel.updateOne(
    { ...at(scope), changes: { $elemMatch: given } },
    { $inc: { sources: 1, bytes, free }, $pull: { changes: given } },
  );
}

/** Whether the share of one of these was given back: a source that came in after that has no room. */
export const isGivenBack = async (scope: OwnerScope, sourceIds: readonly string[]): Promise<boolean> =>
  (await RoomModel.exists({ ...at(scope), changes: { $elemMatch: { kind: 'give', sourceId: { $in: sourceIds } } } }).exec()) !== null;

async function openRoom(scope: OwnerScope): Promise<void> {
  if (await RoomModel.exists(at(scope)).exec()) return;
  const { _id, ...place } = at(scope);
  try {
    await RoomModel.create([{ _id, ...place, owner: ownerOf(scope), sources: 0, bytes: 0, free: 0, changes: [] }]);
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
  }
}

/** Rooms, of all agencies, that name something from before then. */
export const everyRoomChanged = (before: Date): AsyncIterable<Room> =>
  RoomModel.find({ 'changes.at': { $lt: before } })
    .lean<Room>()
    .cursor();

/** No longer names what was done before then to these sources. */
export async function forgetChanges(room: AgencyScope & { _id: string }, sourceIds: readonly string[], before: Date): Promise<void> {
  await RoomModel.updateOne(
    { ...within(room), _id: room._id },
    { $pull: { changes: { sourceId: { $in: sourceIds }, at: { $lt: before } } } },
  );
}
