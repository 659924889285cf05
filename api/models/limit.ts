import mongoose, { model, Schema } from 'mongoose';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterMongo } from 'rate-limiter-flexible';

/** How often something was done in a window of time. The key is a hash of whom it is about: addresses are personal. */
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

/** Counts for this process alone. */
export const countHere = (window: Window): RateLimiterAbstract => new RateLimiterMemory(options(window));

/** Counts for all processes together. A window that is over is begun anew by the next count, so nothing depends on cleaning. */
export const countTogether = (window: Window): RateLimiterAbstract =>
  new RateLimiterMongo({
    ...options(window),
    storeClient: mongoose.connection,
    tableName: LimitModel.collection.collectionName,
    disableIndexesCreation: true,
    // Whoever is over the limit costs the database nothing more until the window ends. Who only reaches it may get something back.
    inMemoryBlockOnConsumed: window.count + 1,
  });

export async function removeOldLimits(before: Date): Promise<void> {
  await LimitModel.deleteMany({ expire: { $lt: before } });
}
