import { model, Schema } from 'mongoose';
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

/**
 * Counts without waiting for the disk, because a crash may lose the last counts of a minute. Goes through the model's collection, which
 * outlives a connection: budgets are kept as long as the process.
 */
const unjournaled = {
  findOneAndUpdate: (where: object, change: object, options: object) =>
    LimitModel.collection.findOneAndUpdate(where, change, { ...options, writeConcern: { w: 1 } }),
};

/** Counts in this process only. */
export const countHere = (window: Window): RateLimiterAbstract => new RateLimiterMemory(options(window));

/** Counts across all processes. The next count restarts an ended window, so nothing depends on cleaning. */
export const countTogether = (window: Window): RateLimiterAbstract =>
  new RateLimiterMongo({
    ...options(window),
    storeClient: { collection: () => unjournaled },
    tableName: LimitModel.collection.collectionName,
    disableIndexesCreation: true,
    // A caller over the limit costs no more database queries until the window ends. A caller who only reaches it may get counts back.
    inMemoryBlockOnConsumed: window.count + 1,
  });

export async function removeOldLimits(before: Date): Promise<void> {
  await LimitModel.deleteMany({ expire: { $lt: before } });
}
