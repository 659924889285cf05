// Takes a minute or two, and more on a busy machine: `npm run chaos` runs it, `npm test` does not.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import mongoose from 'mongoose';
import '../../api/app.ts';
import { audit } from '../../api/domain/audit.ts';
import type { Page } from '../support/page.ts';
import { ChaosWorld } from './world.ts';

const world = await ChaosWorld.open();
after(() => world.close());
const { database } = world;
const agency = await world.createAgency('database');

async function client(): Promise<Page> {
  const page = await agency.openPage();
  await page.signUp();
  return page;
}

const probe = async (path: string): Promise<number> => {
  const reply = await fetch(world.urlOf(0) + path);
  await reply.body?.cancel();
  return reply.status;
};

/** Asks until the answer is this one. */
async function becomes(path: string, status: number, withinMs = 20_000): Promise<void> {
  for (const deadline = Date.now() + withinMs; (await probe(path)) !== status; ) {
    assert.ok(Date.now() < deadline, `${path} is still not ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('usage.record F07: the database is killed and comes back; what was acknowledged is there, and what was not converges', async () => {
  const page = await client();
  await agency.allocate(page.clientId, 1_000_000);
  const acknowledged: string[] = [];
  const unknown: string[] = [];
  const record = async (callId: string): Promise<number> => {
    const { status } = await agency.try('usage.record', { clientId: page.clientId, callId, seconds: 1 }).catch(() => ({ status: 0 })); // cut off
    return status;
  };
  let isKilled = false;
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let count = 0; !isKilled || count < 20; count += 1) {
      const callId = `call-${writer}-${count}`;
      ((await record(callId)) === 200 ? acknowledged : unknown).push(callId);
    }
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await database.kill();
  isKilled = true;
  await database.start();
  await Promise.all(writers);
  await becomes('/readyz', 200);
  assert.ok(acknowledged.length > 20 && unknown.length > 0, `${acknowledged.length} and ${unknown.length}`);
  for (const callId of unknown) while ((await record(callId)) !== 200) await new Promise((resolve) => setTimeout(resolve, 100));

  const { available, seq } = await page.balance();
  const calls = acknowledged.length + unknown.length;
  assert.deepEqual([available, seq], [1_000_000 - calls * 17, calls + 1]);
  await mongoose.connect(database.uri, { autoIndex: false });
  assert.equal((await audit()).violations, 0);
  await mongoose.disconnect();
});
