import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';

/** One attempt with an idempotency key. Its id is a hash of caller, operation and key. */
export interface RequestRecord {
  _id: string;
  inputHash: string;
  /** The seed of all ids that the attempt makes, so that a second run makes the same ones. */
  seed: string;
  /** The answer, once known. It never contains a token or a secret. */
  answer?: unknown;
  /** The run that works on it, by a name of its own. Absent in older records. */
  holder?: string;
  /** Until then only the holder works on it. Real time. */
  leaseUntil: Date;
  createdAt: Date;
}

const schema = new Schema<RequestRecord>(
  { _id: String, inputHash: String, seed: String, answer: Schema.Types.Mixed, holder: String, leaseUntil: Date, createdAt: Date },
  { strict: 'throw', versionKey: false, minimize: false },
);
schema.index({ createdAt: 1 });
const RequestModel = model('Request', schema);

/** @returns false if the attempt is known */
export async function insertRequest(record: RequestRecord): Promise<boolean> {
  try {
    await RequestModel.collection.insertOne(record as never);
    return true;
  } catch (error) {
    if (duplicateIndex(error) === '_id_') return false;
    throw error;
  }
}

export const readRequest = (id: string): Promise<RequestRecord | null> => RequestModel.findById(id).lean().exec();

const unanswered = (id: string) => ({ _id: id, answer: { $exists: false } });

/**
 * Takes over an attempt whose worker is gone.
 * @returns false if another run was first
 */
export async function takeOverRequest(
  id: string,
  { holder, now, leaseUntil }: { holder: string; now: Date; leaseUntil: Date },
): Promise<boolean> {
  const result = await RequestModel.updateOne({ ...unanswered(id), leaseUntil: { $lte: now } }, { $set: { holder, leaseUntil } });
  return result.modifiedCount === 1;
}

/** Extends the lease. Does nothing if another run has taken over. */
export async function renewRequest(id: string, holder: string, leaseUntil: Date): Promise<void> {
  await RequestModel.updateOne({ ...unanswered(id), holder }, { $set: { leaseUntil } });
}

export async function finishRequest(id: string, answer: unknown): Promise<void> {
  await RequestModel.updateOne({ _id: id }, { $set: { answer } });
}

/** Lets the same key continue at once, because the outcome is unknown. */
export async function releaseRequest(id: string, holder: string): Promise<void> {
  await RequestModel.updateOne({ ...unanswered(id), holder }, { $set: { leaseUntil: new Date(0) } });
}

/** Frees the key of a refused attempt that did nothing, unless another run works on it. */
export async function dropRequest(id: string, holder: string): Promise<void> {
  await RequestModel.deleteOne({ ...unanswered(id), holder });
}

export async function removeOldRequests(before: Date): Promise<void> {
  await RequestModel.deleteMany({ createdAt: { $lt: before } });
}
