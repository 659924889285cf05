import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import mongoose from 'mongoose';
import { connectDatabase } from '../../api/database/connect.ts';
import { DatabaseError } from '../../api/database/engine.ts';
import { ensureIndexes } from '../../api/database/indexes.ts';
import { audit } from '../../api/domain/audit/audit.ts';
import { createBudget } from '../../api/domain/limits/limits.ts';
import { readBalance, rechargeCredits } from '../../api/ledger/transfers/grants.ts';
import { newClient, somebody } from '../ledger/people.ts';
import { silent } from '../support/engine.ts';
import { programOf } from '../support/programs.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'database-test-'));
after(() => rm(dataDir, { recursive: true, force: true }));

const openDatabase = () => connectDatabase({ dataDir, log: silent });
const client = newClient();
const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };

/** Starts a process that recharges the client in the same data folder. */
const startRecharger = () => {
  const program = [...programOf('test/process/recharger.ts'), dataDir, JSON.stringify(client)];
  return spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
};

/**
 * Starts a process that writes, and kills it after some acknowledged writes.
 * @returns the number of acknowledged writes
 */
async function writeUntilKilled(count: number): Promise<number> {
  const writer = startRecharger();
  let said = '';
  writer.stdout.on('data', (chunk) => {
    said += chunk;
    if (said.split('\n').length > count) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  return said.trim().split('\n').length;
}

test('system.ready F06: acknowledged writes survive a power cut of the process that holds the database', {
  timeout: 90_000,
}, async () => {
  // An engine that acknowledges too early loses only a few writes in a hundred, so one round could pass by luck.
  let acknowledged = 0;
  for (let round = 0; round < 4; round += 1) acknowledged += await writeUntilKilled(200);
  const database = await openDatabase();
  const { available } = await readBalance(client, view);
  assert(available >= acknowledged * 1000, `${acknowledged} were acknowledged, ${available / 1000} are there`);
  assert.equal((await audit()).violations, 0);
  await database.close();
});

test('knowledge.add SX24: a budget outlives a connection, and counts on after the next one opens', async () => {
  const budget = createBudget({ name: 'test/reopened', count: 2, seconds: 3600 });
  for (const _ of ['first', 'second']) {
    const database = await openDatabase();
    await budget.take('owner', 1);
    await database.close();
  }
  const database = await openDatabase();
  await assert.rejects(budget.take('owner', 1), { code: 'rate.limited' });
  await database.close();
});

test('system.ready: data survives a restart', async () => {
  const first = await openDatabase();
  await rechargeCredits(client, { requestId: 'before', millis: 500, ...somebody });
  const { available } = await readBalance(client, view);
  await first.close();
  const second = await openDatabase();
  assert.equal(second.engine, 'embedded');
  assert.equal((await readBalance(client, view)).available, available);
  await second.close();
});

test('system.ready: a data folder in use by another process is named in one sentence', { timeout: 20_000 }, async () => {
  const database = await openDatabase();
  const other = startRecharger();
  let said = '';
  other.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await once(other, 'close');
  await database.close();
  assert.equal(
    said.trim(),
    `DatabaseError The data folder ${dataDir} is in use by another process. Stop it, or set DATA_DIR to another folder.`,
  );
});

test('system.ready: a missing index stops the start if there are documents, and is otherwise created', async () => {
  const database = await openDatabase();
  const { connection } = mongoose;
  await connection.collection('transfers').dropIndex('agencyId_1_slots_1');
  await assert.rejects(ensureIndexes({ makeMissing: false }), (error) => {
    assert(error instanceof DatabaseError);
    assert.equal(error.message, 'The collection transfers lacks its index {"agencyId":1,"slots":1}. Create it, then start again.');
    return true;
  });
  await connection.collection('descriptions').drop();
  await ensureIndexes({ makeMissing: true });
  await ensureIndexes({ makeMissing: false });
  await database.close();
});

test('system.ready: an address without durable writes and one without a server are refused', {
  timeout: 20_000,
}, async () => {
  for (const weak of ['?w=1', '?journal=false', '?retryWrites=true&w=0']) {
    await assert.rejects(connectDatabase({ uri: `mongodb://127.0.0.1:1/${weak}`, dataDir, log: silent }), DatabaseError);
  }
  const asked = performance.now();
  await assert.rejects(connectDatabase({ uri: 'mongodb://127.0.0.1:1/?w=majority', dataDir, log: silent }));
  assert(performance.now() - asked < 6000, 'within six seconds');
});
