import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { audit } from '../../../api/domain/audit/audit.ts';
import type { CrashPoint } from '../../../api/ports/index.ts';
import type { Page } from '../../support/page.ts';
import { runs } from '../../support/runs.ts';
import { comesTo, until } from '../../support/until.ts';
import { Shop } from '../payments/shop.ts';
import { current } from './plan-world.ts';

const shop = await Shop.open({ plan: { centsPer100Credits: 4000, currency: 'EUR' } });
const { api, stripe, agency } = shop;
const large = { name: 'Large', centsPer100Credits: 3000, currency: 'EUR', priceMillis: 30_000 } as const;
const planId = (await agency.call('agency.update', { plans: [large] })).plans[0]?.id ?? '';
const choice = { planId, priceMillis: 30_000 };

/** A client with a page to pay on in each of its tabs, all paid. */
async function payInTabs(tabs: number) {
  const page = await shop.client();
  await agency.allocate(page.clientId, 30_000);
  const orderIds: string[] = [];
  for (let tab = 0; tab < tabs; tab += 1) {
    const { orderId } = await page.call('plans.choose', { ...choice, priceCents: 1200, pay: 'money', returnUrl: page.returnUrl });
    orderIds.push(orderId);
  }
  const sessions = stripe.sessions().flatMap(({ id, customer_email }) => (customer_email === page.email ? [id] : []));
  assert.equal(sessions.length, tabs);
  for (const sessionId of sessions) stripe.pay(sessionId);
  return { page, orderIds, sessions };
}

async function takenCents(sessionId: string): Promise<number> {
  const { payment_intent } = await shop.account().checkout.sessions.retrieve(sessionId, { expand: ['payment_intent'] });
  assert(payment_intent !== null && typeof payment_intent !== 'string');
  assert(['succeeded', 'canceled'].includes(payment_intent.status), payment_intent.status);
  return payment_intent.amount_received;
}

async function standing(page: Page) {
  const { available, held, debt = 0 } = await page.call('credits.balance', {});
  return { plan: await current(page), available, held, debt };
}

const points: (CrashPoint | undefined)[] = [
  undefined,
  'order.after_hold',
  'purchase.before_transfer',
  'purchase.after_transfer',
  'order.after_capture',
  'order.after_fulfil',
  'order.after_settle',
  'order.after_undo',
];

test('plans.choose SX5: one plan paid several times at once, and interrupted anywhere, is charged once', {
  timeout: 120_000,
}, async () => {
  const tabs = fc.integer({ min: 2, max: 3 });
  await fc.assert(
    fc.asyncProperty(tabs, fc.boolean(), fc.constantFrom(...points), fc.boolean(), async (count, withCredits, point, fromLast) => {
      const { page, orderIds, sessions } = await payInTabs(count);
      api.crashAt(point);
      await Promise.all([
        ...orderIds.map((orderId) => page.try('orders.read', { orderId })),
        ...(withCredits ? [page.try('plans.choose', { ...choice, pay: 'credits' })] : []),
      ]);
      api.crashAt(undefined);
      for (const orderId of fromLast ? orderIds.toReversed() : orderIds) {
        await until(async () => !['open', 'working'].includes((await page.call('orders.read', { orderId })).state), 'the end of an order');
      }
      const orders = await Promise.all(orderIds.map((orderId) => page.call('orders.read', { orderId })));
      for (const { state, reason } of orders) if (state !== 'done') assert.equal(reason?.code, 'plan.current');
      const paid = orders.filter(({ state }) => state === 'done').length;
      assert(paid === 1 || (paid === 0 && withCredits), `${paid} were paid`);
      const taken = (await Promise.all(sessions.map(takenCents))).reduce((sum, cents) => sum + cents, 0);
      assert.equal(taken, paid * 1200);
      // The order with credits, if it was cut short, is finished by the one who looks after orders.
      api.sandbox.clock.advance(600);
      await comesTo(() => standing(page), { plan: 'Large', available: paid * 30_000, held: 0, debt: 0 });
    }),
    { numRuns: runs(4) },
  );
});

test('plans.choose SX5: while the first payment waits the second is canceled; after it the plan can be paid', async () => {
  const { page, orderIds, sessions } = await payInTabs(2);
  const [first = '', second = ''] = orderIds;
  const error = { type: 'api_error', message: 'An unknown error occurred' };
  api.sandbox.faults.add({ path: '/v1/payment_intents/*/capture', how: { status: 500, body: { error } }, times: 1_000_000 });
  assert.equal((await page.call('orders.read', { orderId: first })).state, 'working');
  const refused = await page.call('orders.read', { orderId: second });
  assert.deepEqual({ state: refused.state, code: refused.reason?.code }, { state: 'undone', code: 'plan.current' });
  api.sandbox.clock.advance(25 * 3600);
  await until(async () => (await page.call('orders.read', { orderId: first })).state === 'undone', 'the end of the first');
  api.sandbox.faults.calm();
  assert.deepEqual(await Promise.all(sessions.map(takenCents)), [0, 0]);
  const { orderId } = await page.call('plans.choose', { ...choice, priceCents: 1200, pay: 'money', returnUrl: page.returnUrl });
  stripe.pay(stripe.sessions().findLast(({ customer_email }) => customer_email === page.email)?.id ?? '');
  await until(async () => (await page.call('orders.read', { orderId })).state === 'done', 'the plan');
  assert.equal(await current(page), 'Large');
});

test('credits.statement C4: the audit agrees with every plan of this file', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
