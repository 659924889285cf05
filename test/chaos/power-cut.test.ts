import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import mongoose from 'mongoose';
import '../../api/app.ts';
import { audit } from '../../api/domain/audit/audit.ts';
import { becomes, openClient } from './probing.ts';
import { ChaosWorld } from './world.ts';

const world = await ChaosWorld.open();
after(() => world.close());
const { database } = world;
const agency = await world.createAgency('database');

/** Time until every process sees that the database is back. */
const HEALED_MS = 5_000;
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

test('usage.record F07: after the database is killed acknowledged work is there and every process continues', async () => {
  const page = await openClient(agency);
  await agency.allocate(page.clientId, 1_000_000);
  const acknowledged: string[] = [];
  const unknown: string[] = [];
  const statuses = new Set<number>();
  const record = async (callId: string): Promise<boolean> => {
    const { status } = await agency.try('usage.record', { clientId: page.clientId, callId, seconds: 1 });
    statuses.add(status);
    return status === 200;
  };
  const cut = new AbortController();
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let count = 0; !cut.signal.aborted || count < 20; count += 1) {
      const callId = `call-${writer}-${count}`;
      ((await record(callId)) ? acknowledged : unknown).push(callId);
    }
  });
  await pause(500);
  await database.kill();
  cut.abort();
  await pause(500);
  await database.start();
  await becomes(world, '/readyz', 200, HEALED_MS);
  await Promise.all(writers);
  assert.ok(acknowledged.length > 20, `${acknowledged.length} were acknowledged`);
  for (const callId of unknown) assert.equal(await record(callId), true, `${callId} converges`);
  assert.deepEqual(
    [...statuses].sort(),
    unknown.length > 0 ? [200, 503] : [200],
    'whoever is not answered hears that the database is away',
  );

  const { available, seq } = await page.balance();
  const calls = acknowledged.length + unknown.length;
  assert.deepEqual({ available, seq }, { available: 1_000_000 - calls * 17, seq: calls + 1 });
  await mongoose.connect(database.uri, { autoIndex: false });
  assert.equal((await audit()).violations, 0);
  await mongoose.disconnect();
});
