import mongoose from 'mongoose';
import { DatabaseError } from './engine.ts';

type Fields = Record<string, unknown>;
type Options = Record<string, unknown>;

/**
 * Builds or checks every index that the models declare before the process takes traffic, because uniqueness keeps money right. New and
 * empty collections get their indexes. On a collection with documents a missing index is built only with `makeMissing`, because the
 * operator plans such a build on a big cluster. Undeclared indexes may stay.
 */
export async function ensureIndexes({ makeMissing }: { makeMissing: boolean }): Promise<void> {
  const collections = await mongoose.connection.db?.listCollections({}, { nameOnly: true }).toArray();
  const known = new Set(collections?.map(({ name }) => name));
  for (const model of Object.values(mongoose.models)) {
    const existing = known.has(model.collection.collectionName) ? await listIndexes(model) : [];
    const missing = model.schema
      .indexes()
      .filter(([fields, options]) => !existing.some((index) => isSame(index, fields as Fields, options as Options)));
    if (missing.length === 0) continue;
    if (!makeMissing && (await model.collection.countDocuments({}, { limit: 1 })) > 0) {
      const names = missing.map(([fields]) => JSON.stringify(fields)).join(' and ');
      throw new DatabaseError(`The collection ${model.collection.collectionName} lacks its index ${names}. Create it, then start again.`);
    }
    for (const [fields, options] of missing) await makeIndex(model, fields as Fields, options as Options);
  }
}

async function listIndexes({ collection }: mongoose.Model<unknown>): Promise<{ key: Fields; options: Options }[]> {
  const indexes = await collection.indexes();
  return indexes.map(({ key, ...options }) => ({ key, options }));
}

/** Tells whether an index has the required fields, in the same order, and the same uniqueness. */
function isSame(index: { key: Fields; options: Options }, fields: Fields, options: Options): boolean {
  const promise = ({ unique = false, partialFilterExpression = null }: Options) => [unique, partialFilterExpression];
  return JSON.stringify([index.key, promise(index.options)]) === JSON.stringify([fields, promise(options)]);
}

async function makeIndex(model: mongoose.Model<unknown>, fields: Fields, options: Options): Promise<void> {
  const { unique, partialFilterExpression } = options;
  await model.collection.createIndex(fields as Record<string, 1 | -1>, {
    ...(unique === true && { unique }),
    ...(partialFilterExpression !== undefined && { partialFilterExpression: partialFilterExpression as mongoose.mongo.Document }),
  });
}
