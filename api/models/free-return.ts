import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';
import { type ClientScope, type World, within } from './scope.ts';

/** A reminder of an order whose free credits go back, until all of them did that can. How many is in the ledger. */
export interface FreeReturnRow {
  /** The order's id. */
  _id: string;
  agencyId: string;
  world: World;
  clientId: string;
  subject: string;
  /** Grows with each reminder, so that one that came meanwhile is not forgotten. */
  marks: number;
  /** Time of the first reminder. Business time. */
  since: Date;
  /** Looks since credits were last found that somebody holds, and time of the next. Business time. */
  checks: number;
  checkAt: Date;
}

const schema = new Schema<FreeReturnRow>(
  {
    ...{ _id: String, agencyId: String, world: String, clientId: String, subject: String },
    ...{ marks: Number, since: Date, checks: Number, checkAt: Date },
  },
  { strict: 'throw', versionKey: false },
);
schema.index({ checkAt: 1 });
const FreeReturnModel = model('FreeReturn', schema);

/** Stores the reminder before anything moves, so that no crash leaves free credits behind. */
export async function markFreeReturn(scope: ClientScope, orderId: string, { at, checkAt }: { at: Date; checkAt: Date }): Promise<void> {
  const { clientId, subject } = scope;
  const mark = () =>
    FreeReturnModel.updateOne(
      { ...within(scope), _id: orderId },
      { $inc: { marks: 1 }, $set: { checks: 0, checkAt }, $setOnInsert: { clientId, subject, since: at } },
      { upsert: true },
    );
  try {
    await mark();
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
    await mark(); // two first reminders may insert it at once; the slower one finds it now
  }
}

/** Deletes a claimed reminder, unless there was another one meanwhile. */
export async function endFreeReturn({ _id, marks, ...scope }: FreeReturnRow): Promise<void> {
  await FreeReturnModel.deleteOne({ ...within(scope), _id, marks });
}

/** Notes that somebody holds credits that go back, so that the next look comes soon. */
export async function noteFreeHeld({ _id, ...scope }: FreeReturnRow): Promise<void> {
  await FreeReturnModel.updateOne({ ...within(scope), _id }, { $set: { checks: 0 } });
}

/** Claims the longest due reminder of any agency except `but`, until `leaseUntil`. Business time. */
export const claimFreeReturn = (now: Date, leaseUntil: Date, but: readonly string[]): Promise<FreeReturnRow | null> =>
  FreeReturnModel.findOneAndUpdate(
    { agencyId: { $nin: but }, checkAt: { $lte: now } },
    { $set: { checkAt: leaseUntil }, $inc: { checks: 1 } },
    { sort: { checkAt: 1 }, returnDocument: 'after' },
  )
    .lean()
    .exec();

/** Puts a claimed reminder off. Does nothing if it is over, or the claim expired and another process has it. */
export async function putOffFreeReturn({ _id, checkAt, ...scope }: FreeReturnRow, at: Date): Promise<void> {
  await FreeReturnModel.updateOne({ ...within(scope), _id, checkAt }, { $set: { checkAt: at } });
}
