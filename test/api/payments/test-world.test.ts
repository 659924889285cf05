import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorBody } from '../../../api/contract/index.ts';
import { settleLeftOpen } from '../../../api/domain/payments/janitor.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { agency, stripe, api } = shop;

test('agency.startTestAnew P10: the new test world is empty, the old one still settles, and live is untouched', async () => {
  const old = await shop.client();
  const [told, open] = [await shop.order(old), await shop.order(old)];
  stripe.pay(told.sessionId);
  agency.mode = 'live';
  const live = await agency.openPage();
  live.email = old.email;
  await live.enter();
  await agency.allocate(live.clientId, 5000);
  agency.mode = 'test';

  const { testGeneration } = await agency.call('agency.read', {});
  assert.deepEqual(await agency.call('agency.startTestAnew', { leaving: testGeneration }), { testGeneration: testGeneration + 1 });
  assert.equal(await agency.minutes(), 50_000, 'it begins with the minutes that the first one had');
  assert.equal((await old.try('credits.balance', {})).status, 401);
  assert.equal((await agency.try('credits.balance', { clientId: old.clientId })).status, 404);
  const fresh = await agency.openPage();
  await fresh.signUp({ email: old.email });
  assert.deepEqual(await shop.entries(fresh), []);

  assert.deepEqual(await shop.deliver(told.sessionId, 'completed', 2), [200, 200]);
  stripe.pay(open.sessionId);
  await settleLeftOpen({ ...api.deps, now: () => new Date(Date.now() + 3600_000) });
  stripe.refund(open.sessionId, 1000);
  for (const { id } of stripe.events().filter(({ type }) => type === 'refund.created')) await stripe.deliver(id);
  assert.deepEqual(await shop.entriesOf(old.clientId), [-25_000, 100_000, 100_000]);
  assert.deepEqual(await shop.entries(fresh), [], 'nothing of it comes to the new world');
  assert.equal(await shop.fees(), 0);

  agency.mode = 'live';
  assert.equal((await live.balance()).available, 5000);
  agency.mode = 'test';
  const order = await shop.order(fresh);
  stripe.pay(order.sessionId);
  await shop.deliver(order.sessionId, 'completed');
  assert.deepEqual(await shop.entries(fresh), [100_000]);
});

test('agency.startTestAnew P10: a second click leaves no second world, and only the current one can be left', async () => {
  const { testGeneration: leaving } = await agency.call('agency.read', {});
  const clicks = await Promise.all([1, 2, 3].map(() => agency.call('agency.startTestAnew', { leaving })));
  assert.deepEqual(clicks, Array(3).fill({ testGeneration: leaving + 1 }));
  for (const wrong of [leaving - 1, leaving + 2]) {
    const { status, body } = await agency.try('agency.startTestAnew', { leaving: wrong });
    assert.deepEqual({ status, code: (body as unknown as ErrorBody).error.code }, { status: 409, code: 'agency.test_left' });
  }
  assert.equal(await agency.minutes(), 50_000);
});
