import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type ClientScope, type World, within } from './scope.ts';

/** A reminder that credits are set aside for a call, and when they are to be given back at the latest. The hold itself is in the ledger. */
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

/** Each client's own: another's reminder of the same name says nothing of this hold. */
const idOf = (scope: ClientScope, holdId: string) => `${scope.agencyId}/${scope.world}/${scope.clientId}/${holdId}`;

/** Written before its hold, so that no crash leaves a hold that nobody remembers. The first one stays. */
export async function insertHoldRow(scope: ClientScope, holdId: string, expiresAt: Date): Promise<void> {
  const { clientId, subject } = scope;
  try {
    await HoldModel.create([{ ...within(scope), _id: idOf(scope, holdId), clientId, subject, holdId, expiresAt }]);
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error; // there already: the same attempt again
  }
}

/** The call is over. */
export const forgetHold = (scope: ClientScope, holdId: string): Promise<void> => deleteHoldRow({ ...scope, _id: idOf(scope, holdId) });

export async function deleteHoldRow(row: Pick<HoldRow, '_id' | 'agencyId' | 'world'>): Promise<void> {
  await HoldModel.deleteOne({ ...within(row), _id: row._id });
}

/** Has it looked at again later. Business time. */
export async function putOffHold(row: HoldRow, expiresAt: Date): Promise<void> {
  await HoldModel.updateOne({ ...within(row), _id: row._id }, { $set: { expiresAt } });
}

/** Holds of any agency that should be over by now, the oldest first. */
export const readExpiredHolds = (now: Date, limit: number): Promise<HoldRow[]> =>
  HoldModel.find({ expiresAt: { $lte: now } })
    .sort({ expiresAt: 1 })
    .limit(limit)
    .lean()
    .exec();

/** All of them, of every agency. For the audit. */
export const everyHoldRow = (): AsyncIterable<HoldRow> => HoldModel.find().maxTimeMS(0).lean<HoldRow>().cursor({ batchSize: 500 });
