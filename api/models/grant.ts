import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type AgencyScope, type ClientScope, type World, within } from './scope.ts';

/** A mailbox that received free credits. Stored as a keyed hash, so that it may stay after the person is deleted. */
export interface Grant {
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  at: Date;
  /** Seal of the claim. Absent in claims stored before such seals existed. */
  seal?: string;
}

const schema = new Schema<Grant>(
  { _id: String, agencyId: String, world: String, clientId: String, at: Date, seal: String },
  { strict: 'throw', versionKey: false },
);
schema.index({ clientId: 1 });
const GrantModel = model('Grant', schema);

const idOf = ({ agencyId, world }: AgencyScope, addressHash: string) => `${agencyId}/${world}/${addressHash}`;

/**
 * Claims the free credits of a mailbox for a client.
 * @param former hashes under which older claims may be stored
 * @returns false if another client of the agency has received them
 */
export async function claimGrant(
  scope: ClientScope,
  { mailbox, former, at, seal }: { mailbox: string; former: readonly string[]; at: Date; seal?: string },
): Promise<boolean> {
  const before = { _id: { $in: former.map((hash) => idOf(scope, hash)) }, clientId: { $ne: scope.clientId } };
  if (await GrantModel.exists({ ...within(scope), ...before }).exec()) return false;
  const _id = idOf(scope, mailbox);
  try {
    await GrantModel.create([{ ...within(scope), _id, clientId: scope.clientId, at, ...(seal !== undefined && { seal }) }]);
    return true;
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
    return (await GrantModel.exists({ ...within(scope), _id, clientId: scope.clientId }).exec()) !== null;
  }
}

/** Tells whether another client of the agency has received the free credits of a mailbox, by any of these hashes. */
export async function isGrantedToOther(scope: ClientScope, hashes: readonly string[]): Promise<boolean> {
  const ids = hashes.map((hash) => idOf(scope, hash));
  return (await GrantModel.exists({ ...within(scope), _id: { $in: ids }, clientId: { $ne: scope.clientId } }).exec()) !== null;
}

/** Returns the mailbox hash of a claim. */
export const mailboxIn = ({ _id, agencyId, world }: Grant): string => _id.slice(`${agencyId}/${world}/`.length);

/** Reads the claims of clients of any agency. */
export const readClaims = (clientIds: readonly string[]): Promise<Grant[]> =>
  GrantModel.find({ clientId: { $in: clientIds } })
    .lean<Grant[]>()
    .exec();

export const countUnsealedClaims = (): Promise<number> => GrantModel.countDocuments({ seal: { $exists: false } }).exec();

/** The clients of an agency that received free credits on one day. */
const daySchema = new Schema<{ _id: string; clients: string[]; at: Date }>(
  { _id: String, clients: [String], at: Date },
  { strict: 'throw', versionKey: false },
);
daySchema.index({ at: 1 });
const DayModel = model('GrantDay', daySchema);

/**
 * Takes one of the day's grants, once per client.
 * @returns false if none is left
 */
export async function takeGrantOfDay(scope: ClientScope, { day, max }: { day: string; max: number }): Promise<boolean> {
  if (max === 0) return false;
  const { agencyId, world, clientId } = { ...within(scope), clientId: scope.clientId };
  const _id = `${agencyId}/${world}/${day}`;
  if (await DayModel.exists({ _id, clients: clientId }).exec()) return true;
  try {
    // The filter is the guard: a full day does not match, and the insert then hits its id.
    await DayModel.updateOne(
      { _id, clients: { $ne: clientId }, [`clients.${max - 1}`]: { $exists: false } },
      { $push: { clients: clientId }, $setOnInsert: { at: new Date() } },
      { upsert: true },
    );
    return true;
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
    return (await DayModel.exists({ _id, clients: clientId }).exec()) !== null || isRacing(_id, max, scope, day);
  }
}

/** Tells whether a day has a grant left. */
export const isGrantOfDayLeft = async (scope: AgencyScope, { day, max }: { day: string; max: number }): Promise<boolean> => {
  const { agencyId, world } = within(scope);
  const _id = `${agencyId}/${world}/${day}`;
  return max > 0 && (await DayModel.exists({ _id, [`clients.${max - 1}`]: { $exists: true } }).exec()) === null;
};

/** Two first grants of a day may insert it at once. The slower one finds it although it is not full, and tries again. */
async function isRacing(_id: string, max: number, scope: ClientScope, day: string): Promise<boolean> {
  const isFull = (await DayModel.exists({ _id, [`clients.${max - 1}`]: { $exists: true } }).exec()) !== null;
  return isFull ? false : takeGrantOfDay(scope, { day, max });
}

export async function removeOldGrantDays(before: Date): Promise<void> {
  await DayModel.deleteMany({ at: { $lt: before } });
}
