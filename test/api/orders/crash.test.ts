import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { audit } from '../../../api/domain/audit/audit.ts';
import { startApi } from '../../support/api.ts';
import { comesTo } from '../../support/until.ts';
import { current, figures, large, openAgency } from './plan-world.ts';

const api = await startApi();
const { crashAt, sandbox } = api;
const { priceMillis } = large;
let attempts = 0;
const key = () => {
  attempts += 1;
  return { 'idempotency-key': `choosing-${attempts}` };
};

for (const point of ['order.after_insert', 'order.after_hold', 'order.after_fulfil', 'order.after_settle'] as const) {
  test(`plans.choose N7: after a crash at ${point} the same attempt ends as one order, paid once`, async () => {
    const { page, planId } = await openAgency(api);
    const attempt = key();
    crashAt(point);
    assert.equal((await page.try('plans.choose', { planId, priceMillis }, attempt)).status, 500);
    crashAt(undefined);
    const order = (await page.try('plans.choose', { planId, priceMillis }, attempt)).body;
    assert.equal(order.state, 'done');
    assert.deepEqual(
      { figures: await figures(page), current: await current(page) },
      { figures: { available: 70_000, held: 0, used: 30_000 }, current: 'Large' },
    );
  });
}

test('plans.choose N7: the due loop finishes an order left by a crash, as the clock moves on', async () => {
  const { page, planId } = await openAgency(api);
  crashAt('order.after_hold');
  assert.equal((await page.try('plans.choose', { planId, priceMillis })).status, 500);
  crashAt(undefined);
  assert.deepEqual(await figures(page), { available: 70_000, held: 30_000, used: 0 });
  sandbox.clock.advance(3600);
  await comesTo(() => figures(page), { available: 70_000, held: 0, used: 30_000 }, 'somebody looks after it');
});

/** An order of a plan whose process died before the delivery. */
async function cutShort() {
  const { agency, page, planId } = await openAgency(api);
  crashAt('order.after_hold');
  await page.try('plans.choose', { planId, priceMillis }, key());
  crashAt(undefined);
  return { agency, page, planId };
}

test('plans.choose MT1: a plan retired before its delivery is delivered at its price, and shown to its client', async () => {
  const { agency, page } = await cutShort();
  await agency.call('agency.update', { plans: [] });
  assert.equal((await page.call('plans.list', {})).plans.length, 1);
  sandbox.clock.advance(3600);
  await comesTo(() => figures(page), { available: 70_000, held: 0, used: 30_000 }, 'somebody looks after it');
  assert.deepEqual(
    (await page.call('plans.list', {})).plans.map(({ name, current }) => [name, current]),
    [
      ['Standard', false],
      ['Large', true],
    ],
  );
});

test('plans.choose N7: a plan that is gone from the database costs nothing', async () => {
  const { agency, page } = await cutShort();
  await mongoose.connection.collection('agencies').updateOne({ _id: agency.id as never }, { $set: { 'settings.test.plans': [] } });
  sandbox.clock.advance(3600);
  await comesTo(() => figures(page), { available: 100_000, held: 0, used: 0 }, 'somebody undoes it');
});

test('credits.statement C4: the audit agrees with the interrupted orders', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
