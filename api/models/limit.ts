import mongoose, { model, Schema } from 'mongoose';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterMongo } from 'rate-limiter-flexible';

/** The count of one action in a time window. The key is a hash, because addresses are personal. */
const schema = new Schema<{ key: string; points: number; expire: Date }>(
  { key: String, points: Number, expire: Date },
  { strict: 'throw', versionKey: false },
);
schema.index({ key: 1 }, { unique: true });
schema.index({ expire: 1 });
const LimitModel = model('Limit', schema);

interface Window {
  name: string;
  count: number;
  seconds: number;
}

const options = ({ name, count, seconds }: Window) => ({ keyPrefix: name, points: count, duration: seconds });

/** The database, for counts of minutes: a crash may lose the last of them, so none waits for the disk. */
const unjournaled = {
  collection: (name: string) =>
    mongoose.connection
      .getClient()
      .db()
      .collection(name, { writeConcern: { w: 1 } }),
};

/** Counts in this process only. */
export const countHere = (window: Window): RateLimiterAbstract => new RateLimiterMemory(options(window));

/** Counts across all processes. The next count restarts an ended window, so nothing depends on cleaning. */
export const countTogether = (window: Window): RateLimiterAbstract =>
  new RateLimiterMongo({
    ...options(window),
    storeClient: unjournaled,
    tableName: LimitModel.collection.collectionName,
    disableIndexesCreation: true,
    // A caller over the limit costs no more database queries until the window ends. A caller who only reaches it may get counts back.
    inMemoryBlockOnConsumed: window.count + 1,
  });

export async function removeOldLimits(before: Date): Promise<void> {
  await LimitModel.deleteMany({ expire: { $lt: before } });
}
