import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';

/** Work that recurs and is done by one of many processes. */
interface RecurringWork {
  _id: string;
  /** Time of the next run. Business time. */
  nextAt: Date;
}

const schema = new Schema<RecurringWork>({ _id: String, nextAt: { type: Date, required: true } }, { strict: 'throw', versionKey: false });
const RecurringModel = model('Turn', schema);

/**
 * Takes a due run and schedules the next.
 * @returns whether this process has it
 */
export async function takeDueRun(name: string, now: Date, nextAt: Date): Promise<boolean> {
  try {
    const taken = await RecurringModel.updateOne({ _id: name, nextAt: { $lte: now } }, { $set: { nextAt } }, { upsert: true });
    return taken.modifiedCount + taken.upsertedCount === 1;
  } catch (error) {
    // The row exists and is not due, so the upsert tried to insert a second one.
    if (duplicateIndex(error) === '_id_') return false;
    throw error;
  }
}
