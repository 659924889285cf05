import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settleLeftOpen } from '../../../api/domain/payments/janitor.ts';
import { PurchaseModel } from '../../../api/models/purchase.ts';
import type { Page } from '../../support/page.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
await shop.api.stopDueWork();
const { api, stripe } = shop;
let hours = 0;
/** The test runs the janitor's rounds itself: only its clock runs ahead. */
const deps = { ...api.deps, now: () => new Date(Date.now() + hours * 3600_000) };
const later = async (more: number): Promise<number> => {
  hours += more;
  return settleLeftOpen(deps);
};

async function lost(page: Page, point: 'checkout.after_intent' | 'checkout.after_session') {
  const { packages } = await page.call('credits.packages', {});
  const input = { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl };
  const key = { 'idempotency-key': `lost-${page.clientId}` };
  api.crashAt(point);
  assert.equal((await page.try('credits.checkout', input, key)).status, 500);
  api.crashAt(undefined);
  const session = stripe.sessions().findLast(({ customer_email }) => customer_email === page.email);
  return { session, retry: () => page.try('credits.checkout', input, key) };
}

test('credits.checkout F09: the janitor credits a payment without a webhook, once', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  assert.equal(await later(0), 0, 'the webhook has a minute');
  assert.deepEqual(await shop.entries(page), []);
  assert.equal(await later(1), 1);
  assert.deepEqual(await shop.entries(page), [100_000]);
  assert.equal(await later(1), 0, 'what is settled is looked at no more');
});

test('credits.checkout I16: a delayed payment is followed to its end, good or bad', async () => {
  for (const [outcome, state, entries] of [
    ['succeeded', 'paid', [100_000]],
    ['failed', 'failed', []],
  ] as const) {
    const page = await shop.client();
    const order = await shop.order(page);
    stripe.pay(order.sessionId, 'delayed');
    assert.equal(await later(1), 1);
    stripe.settle(order.sessionId, outcome);
    assert.equal(await later(1), 1);
    assert.deepEqual(await shop.entries(page), entries);
    assert.equal(await shop.state(page, order), state);
    assert.equal(await later(30), 0);
  }
});

test('credits.checkout P18: an abandoned checkout page ends as expired', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.expire(order.sessionId);
  assert.equal(await later(1), 1);
  assert.equal(await shop.state(page, order), 'expired');
});

test('credits.checkout F11: a session that its purchase never learned of is found by its metadata', async () => {
  const page = await shop.client();
  const { session } = await lost(page, 'checkout.after_session');
  assert(session);
  stripe.pay(session.id);
  await later(1);
  assert.deepEqual(await shop.entries(page), [100_000]);
});

test('credits.checkout F11: an attempt of 25 h ago with an unknown outcome is looked up, not sent again', async () => {
  const page = await shop.client();
  const { session } = await lost(page, 'checkout.after_session');
  const unpaid = await shop.client();
  const never = await lost(unpaid, 'checkout.after_intent');
  const before = stripe.sessions().length;
  const realNow = api.deps.now;
  api.deps.now = () => new Date(realNow().getTime() + 25 * 3600_000);
  try {
    const refused = await never.retry();
    assert.deepEqual(
      { status: refused.status, code: (refused.body as unknown as { error: { code: string } }).error.code },
      { status: 409, code: 'purchase.expired' },
    );
  } finally {
    api.deps.now = realNow;
  }
  assert.equal(stripe.sessions().length, before, 'no second session');
  await later(25);
  stripe.pay(session?.id ?? '');
  await shop.deliver(session?.id ?? '', 'completed');
  assert.deepEqual(await shop.entries(page), [100_000], 'and what is paid late is credited all the same');
});

test('credits.checkout F10: while Stripe does not answer nothing is lost, and it is asked less and less often', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  stripe.failNext({ path: '/v1/checkout/sessions', method: 'GET', how: '500', times: 6 });
  assert.equal(await later(1), 1);
  assert.equal(await later(0), 0, 'it waits');
  assert.equal(await later(1), 1);
  assert.deepEqual(await shop.entries(page), []);
  assert.equal(await later(1), 1);
  assert.deepEqual(await shop.entries(page), [100_000]);
});

test('credits.checkout I16: one of many processes handles each purchase', async () => {
  const page = await shop.client();
  for (let count = 0; count < 8; count += 1) stripe.pay((await shop.order(page)).sessionId);
  hours += 1;
  const looked = await Promise.all(Array.from({ length: 4 }, () => settleLeftOpen(deps)));
  assert.equal(
    looked.reduce((sum, each) => sum + each, 0),
    8,
  );
  assert.deepEqual(
    await shop.entries(page),
    Array.from({ length: 8 }, () => 100_000),
  );
});

test('credits.checkout SX2: a purchase that cannot be handled is put off, and others are credited', async () => {
  const page = await shop.client();
  const [broken, whole] = [await shop.order(page), await shop.order(page)];
  for (const { sessionId } of [broken, whole]) stripe.pay(sessionId);
  const named = { _id: broken.purchaseId as never };
  const { world } = await PurchaseModel.findById(broken.purchaseId).lean().orFail().exec();
  await PurchaseModel.collection.updateOne(named, { $set: { world: 'nowhere' } });
  const failures: object[] = [];
  const log = { ...deps.log, error: (detail: object) => void failures.push(detail) };
  hours += 1;
  assert.equal(await settleLeftOpen({ ...deps, log }), 2);
  assert.deepEqual(await shop.entries(page), [100_000], 'the other one is credited');
  assert.deepEqual(
    failures.map((detail) => 'purchaseId' in detail && detail.purchaseId),
    [broken.purchaseId],
  );
  assert.equal(await settleLeftOpen(deps), 0, 'it rests');
  await PurchaseModel.collection.updateOne(named, { $set: { world } });
  assert.equal(await later(1), 1);
  assert.deepEqual(await shop.entries(page), [100_000, 100_000]);
});
