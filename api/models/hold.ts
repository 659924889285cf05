import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type ClientScope, type World, within } from './scope.ts';

/** A reminder of a call's hold and its latest end. The hold itself is in the ledger. */
export interface HoldRow {
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  subject: string;
  holdId: string;
  /** Business time. */
  expiresAt: Date;
}

const schema = new Schema<HoldRow>(
  { _id: String, agencyId: String, world: String, clientId: String, subject: String, holdId: String, expiresAt: Date },
  { strict: 'throw', versionKey: false },
);
schema.index({ expiresAt: 1 });
const HoldModel = model('Hold', schema);

/** Includes the client, because another client's reminder of the same name says nothing about this hold. */
const idOf = (scope: ClientScope, holdId: string) => `${scope.agencyId}/${scope.world}/${scope.clientId}/${holdId}`;

/** Stores the reminder before its hold, so that no crash leaves a forgotten hold. The first one stays. */
export async function insertHoldRow(scope: ClientScope, holdId: string, expiresAt: Date): Promise<void> {
  const { clientId, subject } = scope;
  try {
    await HoldModel.create([{ ...within(scope), _id: idOf(scope, holdId), clientId, subject, holdId, expiresAt }]);
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error; // the same attempt again
  }
}

/** Deletes the reminder of an ended call. */
export const forgetHold = (scope: ClientScope, holdId: string): Promise<void> => deleteHoldRow({ ...scope, _id: idOf(scope, holdId) });

export async function deleteHoldRow(row: Pick<HoldRow, '_id' | 'agencyId' | 'world'>): Promise<void> {
  await HoldModel.deleteOne({ ...within(row), _id: row._id });
}

/** Moves the reminder to a later business time. */
export async function putOffHold(row: HoldRow, expiresAt: Date): Promise<void> {
  await HoldModel.updateOne({ ...within(row), _id: row._id }, { $set: { expiresAt } });
}

/** Reads due holds of all agencies, oldest first. */
export const readExpiredHolds = (now: Date, limit: number): Promise<HoldRow[]> =>
  HoldModel.find({ expiresAt: { $lte: now } })
    .sort({ expiresAt: 1 })
    .limit(limit)
    .lean()
    .exec();

/** Iterates over all reminders of all agencies, for the audit. */
export const everyHoldRow = (): AsyncIterable<HoldRow> => HoldModel.find().maxTimeMS(0).lean<HoldRow>().cursor({ batchSize: 500 });
