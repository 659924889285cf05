import { model, Schema } from 'mongoose';
import type { TokenScope } from '../contract/operation.ts';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, type World, within } from './scope.ts';

/** A signed-in page, or a page that the agency's own server vouched for. */
export interface Session {
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  memberId: string;
  scopes: TokenScope[];
  /** Fingerprint of the refresh token and thumbprint of the page's key. Absent for sessions that the agency's server creates. */
  refresh?: { fingerprint: string; jkt: string };
  /** Keyed hash of the address that signed in. Absent for sessions that the agency's server creates. */
  from?: string;
  /** The browser and system that signed in, as they name themselves. Absent where they are unknown, or were not asked then. */
  browser?: string;
  /** When its token was last renewed. Absent: not since it began, or since that is noted. Real time. */
  usedAt?: Date;
  createdAt: Date;
  /** Real time, not business time. */
  expiresAt: Date;
  endedAt?: Date;
}

const schema = new Schema<Session>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    world: { type: String, required: true },
    clientId: { type: String, required: true },
    memberId: { type: String, required: true },
    scopes: [String],
    refresh: { _id: false, type: { fingerprint: String, jkt: String } },
    from: String,
    browser: String,
    usedAt: Date,
    createdAt: Date,
    expiresAt: Date,
    endedAt: Date,
  },
  { strict: 'throw', versionKey: false },
);
schema.index({ 'refresh.fingerprint': 1 }, { unique: true, partialFilterExpression: { 'refresh.fingerprint': { $exists: true } } });
schema.index({ agencyId: 1, world: 1, clientId: 1 });
schema.index({ expiresAt: 1 });
schema.index({ endedAt: 1 }, { partialFilterExpression: { endedAt: { $exists: true } } });
const SessionModel = model('Session', schema);

export async function insertSession(scope: ClientScope, session: Omit<Session, 'agencyId' | 'world' | 'clientId'>): Promise<void> {
  await SessionModel.create([{ ...session, ...within(scope), clientId: scope.clientId }]);
}

/** Longer than any process takes to cut off the streams of an ended session. */
const WATCHED_MS = 60_000;

const live = () => ({ endedAt: { $exists: false }, expiresAt: { $gt: new Date() } });

export const findSessionByRefresh = (scope: AgencyScope, fingerprint: string): Promise<Session | null> =>
  SessionModel.findOne({ ...within(scope), 'refresh.fingerprint': fingerprint, ...live() })
    .lean()
    .exec();

/** Finds the session of a refresh token, also an ended one. */
export const findSessionOfPast = (scope: AgencyScope, fingerprint: string): Promise<Session | null> =>
  SessionModel.findOne({ ...within(scope), 'refresh.fingerprint': fingerprint })
    .lean()
    .exec();

/** Notes that a page of a session is in use. */
export async function noteUse(scope: AgencyScope, sid: string, usedAt: Date): Promise<void> {
  await SessionModel.updateOne({ ...within(scope), _id: sid }, { $set: { usedAt } });
}

/** Finds a session of the client, also an ended one, with this device or from this address. */
export const findSessionFrom = (scope: ClientScope, { jkt, from }: { jkt: string; from: string }): Promise<Session | null> =>
  SessionModel.findOne({ ...within(scope), clientId: scope.clientId, $or: [{ 'refresh.jkt': jkt }, { from }] })
    .lean()
    .exec();

export async function isSessionAlive(scope: AgencyScope, sid: string): Promise<boolean> {
  return (await SessionModel.exists({ ...within(scope), _id: sid, ...live() }).exec()) !== null;
}

export const listSessions = (scope: ClientScope, memberId: string, limit: number): Promise<Session[]> =>
  SessionModel.find({ ...within(scope), clientId: scope.clientId, memberId, ...live() })
    .sort({ createdAt: -1 })
    .limit(limit)
    .lean()
    .exec();

/**
 * Ends the client's sessions, or only one member's, or one.
 * @returns their number
 */
export async function endSessions(scope: ClientScope, only: { memberId?: string; _id?: string } = {}): Promise<number> {
  const result = await SessionModel.updateMany(
    { ...within(scope), clientId: scope.clientId, ...only, ...live() },
    { $set: { endedAt: new Date() } },
  );
  return result.modifiedCount;
}

/**
 * Ends the client's sessions that the agency's server created.
 * @returns their number
 */
export async function endMintedSessions(scope: ClientScope): Promise<number> {
  const minted = { ...within(scope), clientId: scope.clientId, refresh: { $exists: false }, ...live() };
  return (await SessionModel.updateMany(minted, { $set: { endedAt: new Date() } })).modifiedCount;
}

/**
 * Ends a member's sessions except one.
 * @returns their number
 */
export async function endOtherSessions(scope: ClientScope, memberId: string, kept: string): Promise<number> {
  const others = { ...within(scope), clientId: scope.clientId, memberId, _id: { $ne: kept }, ...live() };
  return (await SessionModel.updateMany(others, { $set: { endedAt: new Date() } })).modifiedCount;
}

/**
 * Ends the oldest sign-ins of a member beyond the newest `most`, and deletes those that ended before.
 * @returns their number
 */
export async function endOldestSignIns(scope: ClientScope, memberId: string, most: number): Promise<number> {
  const signIns = { ...within(scope), clientId: scope.clientId, memberId, refresh: { $exists: true } };
  const oldest = await SessionModel.find({ ...signIns, ...live() }, { _id: 1 })
    .sort({ createdAt: -1 })
    .skip(most)
    .lean()
    .exec();
  if (oldest.length === 0) return 0;
  const now = new Date();
  // Open streams of the session look for its end for a while.
  await SessionModel.deleteMany({ ...signIns, expiresAt: { $lt: new Date(now.getTime() - WATCHED_MS) } });
  await SessionModel.updateMany(
    { ...within(scope), _id: { $in: oldest.map(({ _id }) => _id) } },
    { $set: { endedAt: now, expiresAt: now } },
  );
  return oldest.length;
}

/** Tells whether a session was opened after `since`. Real time. */
export async function wasOpenedSince(scope: ClientScope, sid: string, since: Date): Promise<boolean> {
  const filter = { ...within(scope), clientId: scope.clientId, _id: sid, createdAt: { $gte: since } };
  return (await SessionModel.exists(filter).exec()) !== null;
}

export async function hasSession(scope: ClientScope, memberId: string, sid: string): Promise<boolean> {
  return (await SessionModel.exists({ ...within(scope), clientId: scope.clientId, memberId, _id: sid }).exec()) !== null;
}

/**
 * Reads which of these sessions, of any agency, ended since `since`. A process asks once for all its open streams, and only for them: any
 * agency may end any number of its own at once.
 */
export async function endedAmong(sids: readonly string[], since: Date): Promise<string[]> {
  const ended = await SessionModel.find({ _id: { $in: sids }, endedAt: { $gte: since } }, { _id: 1 })
    .lean()
    .exec();
  return ended.map(({ _id }) => _id);
}

export async function removeExpiredSessions(before: Date): Promise<void> {
  await SessionModel.deleteMany({ expiresAt: { $lt: before } });
}

/** An accepted proof. It belongs to no agency: a page's key names it, and it is deleted when it would not be accepted anyway. */
const proof = new Schema<{ _id: string; at: Date }>({ _id: String, at: Date }, { strict: 'throw', versionKey: false });
proof.index({ at: 1 });
const ProofModel = model('Proof', proof);

/** @returns false if this proof was accepted before */
export async function acceptProof({ jkt, jti }: { jkt: string; jti: string }): Promise<boolean> {
  try {
    await ProofModel.collection.insertOne({ _id: `${jkt}/${jti}` as never, at: new Date() });
    return true;
  } catch (error) {
    if (duplicateIndex(error) === '_id_') return false;
    throw error;
  }
}

export async function removeOldProofs(before: Date): Promise<void> {
  await ProofModel.deleteMany({ at: { $lt: before } });
}
