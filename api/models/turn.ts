import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';

/** Something that is done now and then, by one of many processes. */
interface Turn {
  _id: string;
  /** When it is done next. Business time. */
  nextAt: Date;
}

const schema = new Schema<Turn>({ _id: String, nextAt: { type: Date, required: true } }, { strict: 'throw', versionKey: false });
const TurnModel = model('Turn', schema);

/** Takes a turn where it is due, and sets the next one. @returns whether this process has it */
export async function takeTurn(name: string, now: Date, nextAt: Date): Promise<boolean> {
  try {
    const taken = await TurnModel.updateOne({ _id: name, nextAt: { $lte: now } }, { $set: { nextAt } }, { upsert: true });
    return taken.modifiedCount + taken.upsertedCount === 1;
  } catch (error) {
    // It is there and not due: an upsert then tries to make it a second time.
    if (duplicateIndex(error) === '_id_') return false;
    throw error;
  }
}
