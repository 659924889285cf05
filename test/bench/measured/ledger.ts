import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import mongoose, { type mongo } from 'mongoose';
import { connectDatabase } from '../../../api/database/connect.ts';
import { audit } from '../../../api/domain/audit/audit.ts';
import { chargeCall } from '../../../api/ledger/transfers/calls.ts';
import { readBalance, rechargeCredits } from '../../../api/ledger/transfers/grants.ts';
import { onWritten } from '../../../api/ledger/write/written.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import type { Transfer } from '../../../api/models/transfer.ts';
import { sealWith } from '../../../api/security/own-seal.ts';
import { randomName } from '../../../api/security/random.ts';
import { bareInserts } from '../floors/inserts.ts';
import { answerBench, measureCost } from './answer.ts';

/** A call of 3 seconds, charged by the second. */
const CALL_MILLIS = 50;
const act = { actor: 'bench', at: new Date() };
const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };

// The server does the same.
sealWith({ digest: randomBytes(32) });
await connectDatabase({ uri: process.env.MONGODB_URI, dataDir: '', log: { info: () => {} } });
const bare = await bareInserts(mongoose.connection.getClient() as unknown as mongo.MongoClient);

const people: ClientScope[] = [];
const charges = new Map<string, number>();
let calls = 0;
/** The batches of the last charges, which the floor writes again. */
let batches: Transfer[][] = [];
onWritten((written) => batches.push([...written]));

/** Runs `one` `count` times, `atOnce` of them concurrently. */
async function repeat(count: number, atOnce: number, one: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}

const charge = async (client: ClientScope, callId: string) => {
  const { costMillis, repeated } = await chargeCall(client, { ...act, callId, seconds: 3, rounding: { by: 'second' } });
  assert.equal(costMillis, CALL_MILLIS);
  if (!repeated) charges.set(client.subject, (charges.get(client.subject) ?? 0) + 1);
};

answerBench({
  /** Opens clients with unlimited credits, spread over some agencies. */
  async people({ clients, agencies }: { clients: number; agencies: number }) {
    const agencyIds = Array.from({ length: agencies }, () => `agn_${randomName()}`);
    const made = Array.from({ length: clients }, (_, index): ClientScope => {
      return { agencyId: agencyIds[index % agencies] ?? '', world: 'test.0', clientId: `cli_${randomName()}`, subject: randomName() };
    });
    await repeat(clients, 2000, (index) => rechargeCredits(made[index]!, { ...act, requestId: randomName(), millis: 1_000_000_000 }));
    people.push(...made);
    return people.length;
  },

  /** Charges calls of the first `clients` people in turn. */
  async charge({ count, atOnce, clients, from = 0 }: { count: number; atOnce: number; clients: number; from?: number }) {
    batches = [];
    return measureCost(count, () =>
      repeat(count, atOnce, (index) => charge(people[from + (index % clients)]!, `call-${process.pid}-${calls++}`)),
    );
  },

  /** Inserts the documents that the last `charge` wrote, in the same batches. */
  bare() {
    const count = batches.reduce((sum, batch) => sum + batch.length, 0);
    return measureCost(count, () => bare.insertBatches(batches));
  },

  /** Inserts the same documents one by one. */
  bareSingly() {
    const documents = batches.flat();
    return measureCost(documents.length, () => bare.insertSingly(documents));
  },

  read({ count, clients }: { count: number; clients: number }) {
    return measureCost(count, () => repeat(count, 16, (index) => readBalance(people[index % clients]!, view)));
  },

  /** Charges interrupted calls again by their ids, each several times. */
  async replay({ scopes, ids, times }: { scopes: ClientScope[]; ids: string[]; times: number }) {
    await repeat(ids.length * times, 500, (index) => charge(scopes[index % scopes.length]!, ids[index % ids.length]!));
  },

  scopes: () => people,
  charged: () => [...charges.values()].reduce((sum, count) => sum + count, 0),

  /** Throws unless every client's balance matches its calls and the ledger is sound. */
  async audit({ used }: { used?: Record<string, number> } = {}) {
    for (const client of people) {
      const { used: millis } = await readBalance(client, view);
      assert.equal(millis, (used?.[client.subject] ?? charges.get(client.subject) ?? 0) * CALL_MILLIS, 'calls were lost or doubled');
    }
    const { transfers, violations } = await audit();
    assert.equal(violations, 0, 'the audit complains');
    return transfers;
  },

  /** Counts the charges of each of these clients, and verifies the ledger. */
  async usedBy({ scopes }: { scopes: ClientScope[] }) {
    const { transfers, violations } = await audit();
    const used = await Promise.all(scopes.map(async (scope) => (await readBalance(scope, view)).used / CALL_MILLIS));
    return { transfers, violations, charged: used.reduce((sum, count) => sum + count, 0) };
  },
});
