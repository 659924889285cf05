import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditWhole } from '../../../api/domain/audit/whole.ts';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { reconcile } from '../../../api/domain/payments/reconcile.ts';
import { agencyById } from '../../../api/models/agency.ts';
import { OrderModel } from '../../../api/models/order.ts';
import { HOUR_MS, later } from '../../../api/rules/time.ts';
import { sealsOf } from '../../../api/security/seals.ts';
import type { Page } from '../../support/page.ts';
import { comesTo, until } from '../../support/until.ts';
import { plan as numberPlan, numbersOf, reserve } from '../numbers/shop.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open({ plan: { ...numberPlan, freeMillis: 0 } });
await shop.api.stopDueWork();
const { api, stripe, agency } = shop;
const { sid: accountSid, authToken } = api.sandbox.twilio.createAccount('returns', { numbers: 3 });
await agency.call('integrations.connectTelephony', { accountSid, authToken });
const form = { ...numberPlan, centsPer100Credits: 4000 };
const { plans } = await agency.call('agency.update', {
  plans: [
    { ...form, name: 'Large', priceMillis: 30_000 },
    { ...form, name: 'Larger', priceMillis: 60_000 },
  ],
});
const [large, larger] = plans.map(({ id, priceMillis }) => ({ planId: id, priceMillis, priceCents: (priceMillis ?? 0) / 25 })) as [
  Wanted,
  Wanted,
];
type Wanted = { planId: string; priceMillis: number; priceCents: number };

const tell = (objectId: string, times?: number) => shop.tell(objectId, times);

const sessionOf = (page: Page): string => stripe.sessions().findLast(({ customer_email }) => customer_email === page.email)?.id ?? '';

/** Buys the plan with money and waits for its delivery. */
async function buyPlan(page: Page, wanted = large) {
  const { orderId } = await page.call('plans.choose', { ...wanted, pay: 'money', returnUrl: page.returnUrl });
  const sessionId = sessionOf(page);
  stripe.pay(sessionId);
  await until(async () => (await page.call('orders.read', { orderId })).state === 'done', 'the plan');
  return { orderId, sessionId };
}

const current = async (page: Page) => (await page.call('plans.list', {})).plans.find((one) => one.current)?.name;
async function account(page: Page) {
  const { available, held, debt = 0 } = await page.call('credits.balance', {});
  const { used, reversed } = (await page.call('credits.statement', {})).lifetime;
  return { available, held, debt, used, reversed };
}
const nothing = { available: 0, held: 0, debt: 0, used: 0, reversed: 0 };
const stateOf = async (page: Page, orderId: string) => {
  const { state, reason } = await page.call('orders.read', { orderId });
  return [state, reason?.code];
};

test('webhooks.stripe SX26: a refund of a plan restores the earlier plan, and nobody owes anything', async () => {
  const page = await shop.client();
  const fees = await shop.fees();
  const { orderId, sessionId } = await buyPlan(page);
  assert.deepEqual(
    { current: await current(page), account: await account(page) },
    { current: 'Large', account: { ...nothing, used: 30_000 } },
  );
  await tell(stripe.refund(sessionId).id, 3);
  assert.deepEqual(
    { current: await current(page), account: await account(page) },
    { current: 'Standard', account: { ...nothing, reversed: 30_000 } },
  );
  assert.deepEqual(await stateOf(page, orderId), ['refunded', 'order.money_returned']);
  assert.equal(await shop.fees(), fees);
  const next = await shop.order(page);
  stripe.pay(next.sessionId);
  await shop.deliver(next.sessionId, 'completed');
  assert.equal((await account(page)).available, 100_000, 'the next purchase pays nothing of it');
});

test('webhooks.stripe SX26: a partial refund leaves the plan without a debt; with the last part it goes', async () => {
  const page = await shop.client();
  const { orderId, sessionId } = await buyPlan(page);
  await tell(stripe.refund(sessionId, 300).id, 2);
  assert.deepEqual(
    { current: await current(page), account: await account(page) },
    { current: 'Large', account: { ...nothing, used: 22_500, reversed: 7_500 } },
  );
  assert.deepEqual(await stateOf(page, orderId), ['done', undefined]);
  await tell(stripe.refund(sessionId, 900).id, 2);
  assert.deepEqual(
    { current: await current(page), account: await account(page) },
    { current: 'Standard', account: { ...nothing, reversed: 30_000 } },
  );
  assert.deepEqual(await stateOf(page, orderId), ['refunded', 'order.money_returned']);
});

test('webhooks.stripe SX26: credits from before and after the order stay', async () => {
  const page = await shop.client();
  await agency.allocate(page.clientId, 50_000);
  const { sessionId } = await buyPlan(page);
  await tell(stripe.refund(sessionId).id);
  assert.deepEqual(await account(page), { ...nothing, available: 50_000, reversed: 30_000 });
});

test('webhooks.stripe SX26: after a failed refund its part is used again; after the plan went it brings credits', async () => {
  const page = await shop.client();
  const { sessionId } = await buyPlan(page);
  const part = stripe.refund(sessionId, 300);
  await tell(part.id);
  stripe.failRefund(part.id);
  await tell(part.id, 2);
  assert.deepEqual(
    { current: await current(page), account: await account(page) },
    { current: 'Large', account: { ...nothing, used: 30_000 } },
  );
  const whole = stripe.refund(sessionId);
  await tell(whole.id);
  stripe.failRefund(whole.id);
  await tell(whole.id, 2);
  assert.deepEqual(
    { current: await current(page), account: await account(page) },
    { current: 'Standard', account: { ...nothing, available: 30_000 } },
  );
});

test('webhooks.stripe SX26: a lost dispute takes the plan back, a won or open one does not', async () => {
  for (const outcome of ['won', 'lost'] as const) {
    const page = await shop.client();
    const { sessionId } = await buyPlan(page);
    const dispute = stripe.dispute(sessionId);
    await tell(dispute.id, 2);
    assert.deepEqual(
      { current: await current(page), account: await account(page) },
      { current: 'Large', account: { ...nothing, used: 30_000 } },
    );
    stripe.closeDispute(dispute.id, outcome);
    await tell(dispute.id, 2);
    const end = outcome === 'won' ? ['Large', { ...nothing, used: 30_000 }] : ['Standard', { ...nothing, reversed: 30_000 }];
    assert.deepEqual([await current(page), await account(page)], end);
  }
});

test('webhooks.stripe SX26: of two successive plans refunded in any order, the client keeps the unrefunded', async () => {
  for (const [first, second, between] of [
    [0, 1, 'Larger'],
    [1, 0, 'Large'],
  ] as const) {
    const page = await shop.client();
    const bought = [await buyPlan(page), await buyPlan(page, larger)];
    await tell(stripe.refund(bought[first]?.sessionId ?? '').id);
    assert.equal(await current(page), between);
    await tell(stripe.refund(bought[second]?.sessionId ?? '').id);
    assert.deepEqual(
      { current: await current(page), account: await account(page) },
      { current: 'Standard', account: { ...nothing, reversed: 90_000 } },
    );
  }
});

test('webhooks.stripe SX26: a client that got another plan since keeps it', async () => {
  const page = await shop.client();
  const { orderId, sessionId } = await buyPlan(page);
  await agency.call('plans.assign', { clientId: page.clientId, planId: larger.planId });
  await tell(stripe.refund(sessionId).id);
  assert.equal(await current(page), 'Larger');
  assert.deepEqual(await stateOf(page, orderId), ['refunded', 'order.money_returned']);
});

for (const point of ['returns.before_transfer', 'returns.after_refund', 'returns.after_transfer', 'returns.after_order'] as const) {
  test(`webhooks.stripe SX26: after a crash at ${point} the refund is repeated, and the plan goes once, without a debt`, async () => {
    const page = await shop.client();
    const { orderId, sessionId } = await buyPlan(page);
    const refund = stripe.refund(sessionId);
    const [event] = stripe.events().filter(({ data }) => data.object.id === refund.id);
    api.crashAt(point);
    assert.deepEqual(
      (await stripe.deliver(event?.id ?? '')).map(({ status }) => status),
      [500],
    );
    api.crashAt(undefined);
    await tell(refund.id, 2);
    assert.deepEqual(
      { current: await current(page), account: await account(page) },
      { current: 'Standard', account: { ...nothing, reversed: 30_000 } },
    );
    assert.deepEqual(await stateOf(page, orderId), ['refunded', 'order.money_returned']);
  });
}

test('webhooks.stripe SX26: a refund during the order waits for it, and then undoes it', async () => {
  const page = await shop.client();
  const { orderId } = await page.call('plans.choose', { ...large, pay: 'money', returnUrl: page.returnUrl });
  const sessionId = sessionOf(page);
  stripe.pay(sessionId);
  api.crashAt('order.after_capture');
  assert.equal((await page.try('orders.read', { orderId })).status, 500);
  const refund = stripe.refund(sessionId);
  const [event] = stripe.events().filter(({ data }) => data.object.id === refund.id);
  assert.deepEqual(
    (await stripe.deliver(event?.id ?? '')).map(({ status }) => status),
    [503],
  );
  api.crashAt(undefined);
  await until(async () => (await page.call('orders.read', { orderId })).state === 'done', 'the plan');
  await tell(refund.id);
  assert.deepEqual(
    { current: await current(page), account: await account(page) },
    { current: 'Standard', account: { ...nothing, reversed: 30_000 } },
  );
});

test('numbers.buy SX26: a refunded number stays with its client without a debt; its rent is due at once', async () => {
  const page = await shop.client();
  const { reservationId } = await reserve(page);
  const { orderId } = await page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl });
  const sessionId = sessionOf(page);
  stripe.pay(sessionId);
  await until(async () => (await page.call('orders.read', { orderId })).state === 'done', 'the number');
  assert.equal((await numbersOf(page))[0]?.state, 'active');
  await tell(stripe.refund(sessionId).id, 2);
  await collectRents(api.deps, 100);
  await comesTo(async () => (await numbersOf(page)).map(({ state, graceUntil }) => [state, graceUntil !== null]), [['past_due', true]]);
  assert.deepEqual(await account(page), { ...nothing, reversed: 5000 });
  assert.deepEqual(await stateOf(page, orderId), ['refunded', 'order.money_returned']);
  await agency.allocate(page.clientId, 10_000);
  api.sandbox.clock.advance(6 * 3600 + 1);
  await collectRents(api.deps, 100);
  await comesTo(async () => (await numbersOf(page)).map(({ state }) => state), ['active'], 'who pays the rent keeps it');
  assert.equal((await account(page)).available, 8000);
  await tell(stripe.events().findLast(({ type }) => type === 'refund.created')?.data.object.id ?? '');
  await collectRents(api.deps, 100);
  assert.equal((await account(page)).available, 8000, 'and the refund does not end that month');
});

test('npm run reconcile SX26: reconcile undoes an unreported refund too', async () => {
  const page = await shop.client();
  const { orderId, sessionId } = await buyPlan(page);
  stripe.refund(sessionId);
  const found = await agencyById(agency.id);
  await reconcile(found ?? assert.fail('the agency is gone'), api.deps);
  assert.deepEqual(
    { current: await current(page), account: await account(page) },
    { current: 'Standard', account: { ...nothing, reversed: 30_000 } },
  );
  assert.deepEqual(await stateOf(page, orderId), ['refunded', 'order.money_returned']);
});

test('npm run audit SX26: the whole audit agrees with every refunded order, and finds one that was not undone', async () => {
  const wholeAudit = async () => {
    const real = later(new Date(), 2 * HOUR_MS); // late enough that nothing is merely in progress
    const { violations, checks } = await auditWhole({ seals: sealsOf(api.deps.keys), business: api.deps.now(), real });
    return { violations, found: checks.flatMap(({ found }) => found) };
  };
  const page = await shop.client();
  const { orderId, sessionId } = await buyPlan(page);
  await tell(stripe.refund(sessionId).id);
  assert.deepEqual(await wholeAudit(), { violations: 0, found: [] });
  await OrderModel.updateOne({ _id: orderId }, { $set: { state: 'done' } });
  const { violations, found } = await wholeAudit();
  assert.equal(violations, 2);
  assert.match(found[0] ?? '', new RegExp(`^${page.clientId}: it paid for pln_\\w+ by ${orderId}, which nothing replaced$`));
  assert.equal(found[1], `${orderId}: it was given back in the ledger, and is done`);
});
