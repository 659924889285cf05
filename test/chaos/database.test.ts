import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import '../../api/app.ts';
import type { Page } from '../support/page.ts';
import { becomes, openClient, probe } from './probing.ts';
import { ChaosWorld } from './world.ts';

const world = await ChaosWorld.open();
after(() => world.close());
const { sandbox, database } = world;
const agency = await world.createAgency('database');

async function order(page: Page) {
  const { packages } = await page.call('credits.packages', {});
  return page.call('credits.checkout', { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl });
}

test('system.ready F08: without the database webhooks are refused in under 6 s, and later all is credited', async () => {
  const page = await openClient(agency);
  const orders = [await order(page), await order(page), await order(page)];
  sandbox.stripe.pauseDeliveries();
  for (const { sessionId } of orders) sandbox.stripe.pay(sessionId);
  database.cut();
  await becomes(world, '/readyz', 503);
  assert.equal(await probe(world, '/livez'), 200);
  const events = sandbox.stripe.events().filter(({ type }) => type === 'checkout.session.completed');
  const startedAt = performance.now();
  const refused = (await Promise.all(events.map(({ id }) => sandbox.stripe.deliver(id)))).flat();
  assert.deepEqual([...new Set(refused.map(({ status }) => status))], [503]);
  assert.ok(performance.now() - startedAt < 6000, `${performance.now() - startedAt} ms`);
  const call = await page.try('credits.balance', {});
  assert.deepEqual(
    { status: call.status, code: (call.body as unknown as { error: { code: string } }).error.code },
    { status: 503, code: 'server.no_database' },
  );

  database.restore();
  await becomes(world, '/readyz', 200);
  const taken = (await Promise.all(events.map(({ id }) => sandbox.stripe.deliver(id)))).flat();
  assert.deepEqual([...new Set(taken.map(({ status }) => status))], [200]);
  assert.equal((await page.balance()).available, 300_000);
  sandbox.stripe.resumeDeliveries();
});
