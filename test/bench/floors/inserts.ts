import type { mongo } from 'mongoose';
import type { Transfer } from '../../../api/models/transfer.ts';

/** Inserts prepared documents by the driver alone, into a collection with the same indexes and the same durability. */
export async function bareInserts(client: mongo.MongoClient) {
  const collection = client.db().collection<Transfer>('bare');
  await collection.createIndex({ agencyId: 1, slots: 1 }, { unique: true, partialFilterExpression: { slots: { $exists: true } } });
  await collection.createIndex({ agencyId: 1, purchaseId: 1 }, { partialFilterExpression: { purchaseId: { $exists: true } } });
  await collection.createIndex({ writtenAt: 1 });
  const writeConcern = { w: 1, journal: true } as const;
  return {
    async insertBatches(batches: readonly (readonly Transfer[])[]): Promise<void> {
      for (const batch of batches) await collection.insertMany(batch, { ordered: true, writeConcern });
    },
    async insertSingly(documents: readonly Transfer[]): Promise<void> {
      for (const document of documents) await collection.insertOne(document, { writeConcern });
    },
  };
}
