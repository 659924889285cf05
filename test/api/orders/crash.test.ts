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
    assert.deepEqual([await figures(page), await current(page)], [[70_000, 0, 30_000], 'Large']);
  });
}

test('plans.choose N7: what a crash left open is finished by whoever looks after orders, when the clock moves on', async () => {
  const { page, planId } = await openAgency(api);
  crashAt('order.after_hold');
  assert.equal((await page.try('plans.choose', { planId, priceMillis })).status, 500);
  crashAt(undefined);
  assert.deepEqual(await figures(page), [70_000, 30_000, 0]);
  sandbox.clock.advance(3600);
  await comesTo(() => figures(page), [70_000, 0, 30_000], 'somebody looks after it');
});

/** An order of a plan whose process died before it was delivered. */
async function cutShort() {
  const { agency, page, planId } = await openAgency(api);
  crashAt('order.after_hold');
  await page.try('plans.choose', { planId, priceMillis }, key());
  crashAt(undefined);
  return { agency, page, planId };
}

test('plans.choose MT1: a plan that is retired before it was delivered is delivered at its price, and shown to who has it', async () => {
  const { agency, page } = await cutShort();
  await agency.call('agency.update', { plans: [] });
  assert.equal((await page.call('plans.list', {})).plans.length, 1);
  sandbox.clock.advance(3600);
  await comesTo(() => figures(page), [70_000, 0, 30_000], 'somebody looks after it');
  assert.deepEqual(
    (await page.call('plans.list', {})).plans.map(({ name, current }) => [name, current]),
    [
      ['Standard', false],
      ['Large', true],
    ],
  );
});

test('plans.choose N7: a plan that is in the database no more costs nothing', async () => {
  const { agency, page } = await cutShort();
  await mongoose.connection.collection('agencies').updateOne({ _id: agency.id as never }, { $set: { 'settings.test.plans': [] } });
  sandbox.clock.advance(3600);
  await comesTo(() => figures(page), [100_000, 0, 0], 'somebody undoes it');
});

test('credits.statement C4: the audit agrees with what was cut short', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
