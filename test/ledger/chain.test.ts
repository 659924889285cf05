import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import mongoose from 'mongoose';
import { audit } from '../../api/domain/audit/audit.ts';
import { readStatement } from '../../api/domain/credits/statement.ts';
import { chargeCall } from '../../api/ledger/transfers/calls.ts';
import { rechargeCredits } from '../../api/ledger/transfers/grants.ts';
import type { Transfer } from '../../api/models/transfer.ts';
import { type StatedEntry, verifyStatement } from '../../api/rules/chain.ts';
import { openEngine } from '../support/engine.ts';
import { bySecond, newClient, somebody } from './people.ts';

const engine = await openEngine();
after(() => engine.close());

const client = newClient();
/** The statement after its way through JSON. */
const statement = async (): Promise<StatedEntry[]> => JSON.parse(JSON.stringify((await readStatement(client, { limit: 100 })).entries));

before(async () => {
  for (let index = 1; index <= 10; index += 1) await rechargeCredits(client, { requestId: `r${index}`, millis: index * 1000, ...somebody });
  for (let index = 1; index <= 10; index += 1)
    await chargeCall(client, { callId: `c${index}`, seconds: 61, rounding: bySecond, ...somebody });
});

test('credits.statement C25: an untouched statement verifies, whole or in part, in any order', async () => {
  const entries = await statement();
  assert.equal(await verifyStatement(entries), undefined);
  assert.equal(await verifyStatement(entries.toReversed()), undefined);
  assert.equal(await verifyStatement(entries.slice(3, 9)), undefined);
  assert.equal(await verifyStatement([]), undefined);
});

const changes: Record<string, (entry: StatedEntry) => Partial<StatedEntry>> = {
  'another amount': ({ amount }) => ({ amount: amount + 1 }),
  'another time': () => ({ at: '2026-01-02T03:04:06.000Z' }),
  'another kind': () => ({ kind: 'credits.allocate' }),
  'another name': ({ transferId }) => ({ transferId: `${transferId}x` }),
  'another balance': ({ after }) => ({ after: { ...(after as object), available: 1 } }),
  'another hash': () => ({ hash: 'forged' }),
  'another account': () => ({ account: 'client.other' }),
};

for (const [name, change] of Object.entries(changes)) {
  test(`credits.statement C25: ${name} in the past is found, and the first wrong entry is named`, async () => {
    const entries = (await statement()).map((entry) => (entry.seq === 7 ? { ...entry, ...change(entry) } : entry));
    assert.equal(await verifyStatement(entries), 7);
  });
}

test('credits.statement C25: an omitted entry is reported at the next one, and an added entry is found', async () => {
  const entries = await statement();
  assert.equal(await verifyStatement(entries.filter(({ seq }) => seq !== 7)), 8);
  assert.equal(await verifyStatement([...entries, { ...entries[0]!, seq: 21 }]), 21);
});

test('credits.statement A35: after a change in the database, audit and client name the same first bad entry', async () => {
  const transfers = mongoose.connection.collection<Transfer>('transfers');
  const original = await transfers.findOne({ _id: `${client.agencyId}/${client.world}/credits.recharge/r4` });
  assert(original);
  const forged = structuredClone(original);
  for (const posting of forged.postings) posting.amount *= 2;
  await transfers.replaceOne({ _id: original._id }, forged);
  const { checks } = await audit();
  assert.equal(await verifyStatement(await statement()), 4);
  const broken = checks.find(({ name }) => name.startsWith('every hash follows'))?.detail;
  assert.match(broken ?? '', /first at .*credits\.recharge\/r4: entry 4 of client\.\w+ is not what was written/);
  await transfers.replaceOne({ _id: original._id }, original);
  assert.equal((await audit()).violations, 0);
});
