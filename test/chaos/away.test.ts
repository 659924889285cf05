import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import '../../api/app.ts';
import type { Page } from '../support/page.ts';
import { until } from '../support/until.ts';
import { becomes, openClient, probe } from './probing.ts';
import { ChaosWorld } from './world.ts';

const TIMES = 20;
const READY_MS = 10_000;
const world = await ChaosWorld.open();
after(() => world.close());
const agency = await world.createAgency('away');

/** Concurrent work: reads, writes, a stream and a checkout page. Every outcome is acceptable. */
const actions: readonly ((page: Page) => Promise<unknown>)[] = [
  (page) => page.try('credits.balance', {}),
  (page) => agency.try('credits.allocate', { clientId: page.clientId, amountMillis: 1, description: 'A gift' }),
  (page) => page.try('credits.checkout', { amountMillis: 10_000, returnUrl: page.returnUrl }),
  (page) => page.try('bootstrap.read', {}),
  (page) => page.try('accounts.signIn', { login: page.email, password: 'Sunny-day-42', publicKey: page.publicKey }),
  (page) => listen(page),
  () => probe(world, '/readyz'),
];

async function listen({ token, origin }: Page): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, origin };
  return (await fetch(`${agency.url}/v1/live.stream`, { headers, signal: AbortSignal.timeout(300) })).text();
}

test('system.live SX1 F07: the database is killed twenty times under load, and no process ends', async () => {
  const pages = [await openClient(agency), await openClient(agency), await openClient(agency), await openClient(agency)];
  const over = new AbortController();
  const load = pages.map(async (page) => {
    for (let count = 0; !over.signal.aborted; count += 1) await actions[count % actions.length]?.(page).catch(() => undefined);
  });
  for (let time = 0; time < TIMES; time += 1) {
    await wait(50 + time * 10);
    // The processes see no difference; the second is quicker.
    if (time % 4 === 0) {
      await world.database.kill();
      await world.database.start();
    } else {
      world.database.cut();
      await wait(100);
      world.database.restore();
    }
  }
  over.abort();
  await Promise.all(load);
  await becomes(world, '/readyz', 200);
  for (const [index] of world.processes().entries()) {
    assert.equal(await probe(world, '/livez', index), 200);
    assert.equal(world.process(index).api.child.exitCode, null, world.process(index).api.output());
  }
});

test('system.ready F07: a process that starts without the database waits, reports it, and becomes ready later', async () => {
  await world.kill(0);
  world.database.cut();
  const started = world.start(0);
  const { api } = world.process(0);
  await until(async () => api.output().includes('database.away: it does not answer'), 'the line in the log');
  assert.equal(await probe(world, '/readyz'), 503);
  world.database.restore();
  await started;
  assert.equal(api.output().split('database.away').length, 2, 'it said so once');
  await becomes(world, '/readyz', 200, READY_MS);
});
