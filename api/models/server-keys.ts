import { model, Schema } from 'mongoose';
import { duplicateIndex } from './duplicate.ts';

/** Fingerprints of the keys that this database was created with. There is one record, of no agency. */
export interface KeyRecord {
  digest: string;
  sealing: { kid: string; print: string }[];
  /** True if a sandbox has played the providers here. Absent if not, or if that was before it was stored. */
  sandbox?: boolean;
}

const schema = new Schema<KeyRecord & { _id: string }>(
  {
    _id: { type: String, required: true },
    digest: { type: String, required: true },
    sealing: { type: [{ _id: false, kid: String, print: String }], required: true },
    sandbox: Boolean,
  },
  { strict: 'throw', versionKey: false },
);
const KeyRecordModel = model('ServerKeys', schema);
const _id = 'keys';

export const readKeyRecord = (): Promise<KeyRecord | null> => KeyRecordModel.findById(_id).lean<KeyRecord>().exec();

/**
 * Stores the keys of a database that has none.
 * @returns the stored keys
 */
export async function recordKeys(record: KeyRecord): Promise<KeyRecord> {
  try {
    await KeyRecordModel.collection.insertOne({ ...record, _id } as never);
    return record;
  } catch (error) {
    if (duplicateIndex(error) !== '_id_') throw error;
    return (await readKeyRecord()) ?? record;
  }
}

/** Stores further keys that seal from now on. */
export async function recordSealingKeys(sealing: KeyRecord['sealing']): Promise<void> {
  await KeyRecordModel.updateOne({ _id }, { $addToSet: { sealing: { $each: sealing } } });
}

/** Replaces all stored keys. */
export async function replaceKeyRecord({ digest, sealing }: KeyRecord): Promise<void> {
  await KeyRecordModel.updateOne({ _id }, { $set: { digest, sealing } }, { upsert: true });
}

/** Notes that a sandbox plays the providers of this database. */
export async function markSandbox(): Promise<void> {
  await KeyRecordModel.updateOne({ _id }, { $set: { sandbox: true } });
}

export const belongsToSandbox = async (): Promise<boolean> => (await readKeyRecord())?.sandbox === true;
