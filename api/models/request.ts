import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';

/** One attempt that carries an idempotency key. Its id is a hash of caller, operation and key. */
export interface RequestRecord {
  _id: string;
  inputHash: string;
  /** What ids made by this attempt derive from, so that a second run of it makes the same ones. */
  seed: string;
  /** The answer, once there is one. It never holds a token or a secret. */
  answer?: unknown;
  /** Who works on it: a name that each run makes up. Absent in records of before there were any. */
  holder?: string;
  /** Until then the holder alone works on it. Real time. */
  leaseUntil: Date;
  createdAt: Date;
}

const schema = new Schema<RequestRecord>(
  { _id: String, inputHash: String, seed: String, answer: Schema.Types.Mixed, holder: String, leaseUntil: Date, createdAt: Date },
  { strict: 'throw', versionKey: false, minimize: false },
);
schema.index({ createdAt: 1 });
const RequestModel = model('Request', schema);

/** @returns false where the attempt is known already. */
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

/** Takes over an attempt whose worker is gone. @returns false where somebody else was quicker. */
export async function takeOverRequest(
  id: string,
  { holder, now, leaseUntil }: { holder: string; now: Date; leaseUntil: Date },
): Promise<boolean> {
  const result = await RequestModel.updateOne({ ...unanswered(id), leaseUntil: { $lte: now } }, { $set: { holder, leaseUntil } });
  return result.modifiedCount === 1;
}

/** Does nothing where somebody else has taken it over. */
export async function renewRequest(id: string, holder: string, leaseUntil: Date): Promise<void> {
  await RequestModel.updateOne({ ...unanswered(id), holder }, { $set: { leaseUntil } });
}

export async function finishRequest(id: string, answer: unknown): Promise<void> {
  await RequestModel.updateOne({ _id: id }, { $set: { answer } });
}

/** The outcome is unknown: the same key may go on at once. */
export async function releaseRequest(id: string, holder: string): Promise<void> {
  await RequestModel.updateOne({ ...unanswered(id), holder }, { $set: { leaseUntil: new Date(0) } });
}

/** The attempt was refused and did nothing: the key is free again, unless somebody else works on it by now. */
export async function dropRequest(id: string, holder: string): Promise<void> {
  await RequestModel.deleteOne({ ...unanswered(id), holder });
}

export async function removeOldRequests(before: Date): Promise<void> {
  await RequestModel.deleteMany({ createdAt: { $lt: before } });
}
