import mongoose from 'mongoose';
import type { Client } from '../../../api/models/client.ts';
import type { ClientState, Transfer } from '../../../api/models/transfer.ts';

/** Claims of a session token. */
export interface Holder {
  tid: string;
  world: string;
  cid: string;
  acc: string;
  exp: number;
}

/** Reads a balance in the simplest way: two concurrent reads by the bare driver. */
export async function openBalances(uri: string) {
  await mongoose.connect(uri, { maxPoolSize: 20 });
  const database = mongoose.connection.getClient().db();
  const clients = database.collection<Pick<Client, '_id' | 'members' | 'freeMillis'>>('clients');
  const transfers = database.collection<Transfer>('transfers');
  return async ({ tid: agencyId, world, cid, acc }: Holder) => {
    const account = `client.${acc}`;
    const newest = { agencyId, world, slots: { $elemMatch: { $gte: `${account}#`, $lt: `${account}$` } } } as const;
    const [client, transfer] = await Promise.all([
      clients.findOne({ _id: cid, agencyId, world } as never, { projection: { members: 1, freeMillis: 1 } }),
      transfers.findOne(newest as never, { hint: { agencyId: 1, slots: 1 }, readConcern: 'majority' }),
    ]);
    const posting = transfer?.postings.find((candidate) => candidate.account === account);
    if (!client || !posting) return undefined;
    const { available, held, lots } = posting.after as ClientState; // of a client's account
    const assigned = lots.reduce((sum, { granted }) => sum + granted, 0);
    const level = available * 1000 > assigned * 250 ? 'enough' : available * 1000 > assigned * 100 ? 'low' : 'critical';
    const waiting = client.members[0]?.emailVerifiedAt ? 0 : client.freeMillis;
    return { available, held, used: assigned - available - held, assigned, level, waiting, seq: posting.seq };
  };
}
