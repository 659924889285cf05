import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from '../../support/page.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
await shop.api.stopDueWork();
const { stripe, agency } = shop;

/** Buys 100 credits for 40.00, paid and credited. */
async function bought() {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);
  const fees = await shop.fees();
  return { page, order, ...order, feeReturned: async () => fees - (await shop.fees()) };
}

const tell = (objectId: string, times?: number) => shop.tell(objectId, times);

async function account(page: Page) {
  const { available, held, debt = 0 } = await page.call('credits.balance', {});
  return { available, held, debt };
}
const has = (available: number, { held = 0, debt = 0 } = {}) => ({ available, held, debt });
const spend = (page: Page, seconds: number) =>
  agency.call('usage.record', { clientId: page.clientId, callId: `c${seconds}-${page.clientId}`, seconds });

test('webhooks.stripe C19 P8: a refund of 40 % takes 40 credits and 40 % of the fee, once for three events', async () => {
  const { page, order, sessionId, feeReturned } = await bought();
  const refund = stripe.refund(sessionId, 1600);
  await tell(refund.id, 3);
  assert.deepEqual(await account(page), has(60_000));
  assert.equal(await feeReturned(), 32);
  assert.equal(await shop.state(page, order), 'part_refunded');
  assert.deepEqual(await shop.entries(page), [-40_000, 100_000]);
});

test('webhooks.stripe F13 RL14: partial refunds up to the whole take back exactly the whole', async () => {
  const { page, order, sessionId, feeReturned } = await bought();
  for (const cents of [1, 1333, 2666]) await tell(stripe.refund(sessionId, cents).id);
  assert.deepEqual(await account(page), has(0));
  assert.equal(await feeReturned(), 80);
  assert.equal(await shop.state(page, order), 'refunded');
});

test('webhooks.stripe F13: a refund that failed after its success returns the credits, once', async () => {
  const { page, order, sessionId, feeReturned } = await bought();
  const refund = stripe.refund(sessionId);
  await tell(refund.id);
  assert.deepEqual(await account(page), has(0));
  stripe.failRefund(refund.id);
  await tell(refund.id, 2);
  assert.deepEqual(await account(page), has(100_000));
  assert.equal(await feeReturned(), 0);
  assert.equal(await shop.state(page, order), 'paid');
});

test('webhooks.stripe F13: refunds issued and reported at the same time add up', async () => {
  const { page, order, sessionId } = await bought();
  const refunds = [1000, 1000, 500].map((cents) => stripe.refund(sessionId, cents));
  await Promise.all(refunds.map(({ id }) => tell(id, 2)));
  assert.deepEqual(await account(page), has(37_500));
  assert.equal(await shop.state(page, order), 'part_refunded');
});

test('webhooks.stripe F15 RL16: spent credits are owed after a refund, and the next purchase pays first', async () => {
  const { page, sessionId } = await bought();
  await spend(page, 3600);
  await tell(stripe.refund(sessionId).id);
  assert.deepEqual(await account(page), has(0, { debt: 60_000 }));
  const next = await shop.order(page);
  stripe.pay(next.sessionId);
  await shop.deliver(next.sessionId, 'completed');
  assert.deepEqual(await account(page), has(40_000));
});

test('webhooks.stripe C19 F14: a dispute freezes the credits left; won, it releases them once', async () => {
  const { page, order, sessionId, feeReturned } = await bought();
  await spend(page, 40 * 60);
  const dispute = stripe.dispute(sessionId);
  await tell(dispute.id, 2);
  assert.deepEqual(await account(page), has(0, { held: 60_000 }));
  assert.equal(await shop.state(page, order), 'disputed');
  stripe.closeDispute(dispute.id, 'won');
  await tell(dispute.id, 2);
  assert.deepEqual(await account(page), has(60_000));
  assert.equal(await feeReturned(), 0);
  assert.equal(await shop.state(page, order), 'paid');
});

test('webhooks.stripe F14: a lost dispute takes the credits once, even if closed before it was reported', async () => {
  for (const isKnown of [true, false]) {
    const { page, order, sessionId, feeReturned } = await bought();
    const dispute = stripe.dispute(sessionId);
    if (isKnown) await tell(dispute.id);
    stripe.closeDispute(dispute.id, 'lost');
    await tell(dispute.id, 2);
    assert.deepEqual(await account(page), has(0));
    assert.equal(await feeReturned(), 80);
    assert.equal(await shop.state(page, order), 'charged_back');
  }
});

test('webhooks.stripe F14 I7: a refund and a lost dispute of one payment never take more than it brought', async () => {
  const { page, sessionId, feeReturned } = await bought();
  await tell(stripe.refund(sessionId, 1600).id);
  const dispute = stripe.dispute(sessionId);
  await tell(dispute.id);
  assert.deepEqual(await account(page), has(0, { held: 60_000 }));
  stripe.closeDispute(dispute.id, 'lost');
  await tell(dispute.id, 3);
  assert.deepEqual(await account(page), has(0));
  assert.equal(await feeReturned(), 80);
});

test('webhooks.stripe PG13: a dispute over a part in another currency freezes all, and a person is told', async () => {
  const { page, order, sessionId } = await bought();
  // 1,000 yen of a payment of 40 euros are no ten euros.
  const dispute = stripe.dispute(sessionId, 1000, 'jpy');
  await tell(dispute.id, 2);
  assert.deepEqual({ ...(await account(page)), state: await shop.state(page, order) }, { ...has(0, { held: 100_000 }), state: 'disputed' });
  assert.ok(shop.logged('dispute.other_currency').length > 0);
  stripe.closeDispute(dispute.id, 'won');
  await tell(dispute.id, 2);
  assert.deepEqual(await account(page), has(100_000));
});

test('webhooks.stripe RL4: a refund reported before its payment credits it and takes it back', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  await tell(stripe.refund(order.sessionId, 1000).id);
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed', 2), [200, 200]);
  assert.deepEqual(await account(page), has(75_000));
  assert.equal(await shop.state(page, order), 'part_refunded');
});

test('webhooks.stripe F16: a refund of the agency’s other business is ignored', async () => {
  const product = (await shop.account().products.create({ name: 'Mug' })).id;
  const items = [{ price_data: { currency: 'eur', unit_amount: 900, product }, quantity: 1 }];
  const { id } = await shop.account().checkout.sessions.create({ mode: 'payment', line_items: items, success_url: 'https://agency.test/' });
  stripe.pay(id);
  await tell(stripe.refund(id).id);
});

for (const point of ['returns.before_transfer', 'returns.after_refund', 'returns.after_transfer'] as const) {
  test(`webhooks.stripe F13: after a crash at ${point} the refund is repeated and taken back once`, async () => {
    const { page, sessionId } = await bought();
    const refund = stripe.refund(sessionId, 1000);
    shop.api.crashAt(point);
    const [event] = stripe.events().filter(({ data }) => data.object.id === refund.id);
    assert.deepEqual(
      (await stripe.deliver(event?.id ?? '')).map(({ status }) => status),
      [500],
    );
    shop.api.crashAt(undefined);
    await tell(refund.id, 2);
    assert.deepEqual(await account(page), has(75_000));
  });
}
