import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import type { Output } from '../../../api/contract/index.ts';
import { codeOf } from '../../support/agency.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';
import { Shop } from '../payments/shop.ts';

const shop = await Shop.open({ plan: { centsPer100Credits: 4000, currency: 'EUR' } });
const { api, stripe, agency } = shop;
const orders = mongoose.connection.collection('orders');
const large = { name: 'Large', centsPer100Credits: 3000, currency: 'EUR', priceMillis: 30_000 } as const;
const planId = (await agency.call('agency.update', { plans: [large] })).plans[0]?.id ?? '';

const wanted = ({ returnUrl }: Page) => ({ planId, priceMillis: 30_000, priceCents: 1200, pay: 'money', returnUrl }) as const;

/** A client without credits that is about to pay for the plan with money. */
async function order() {
  const page = await shop.client();
  const placed = await page.call('plans.choose', wanted(page));
  const sessionId = stripe.sessions().findLast(({ customer_email }) => customer_email === page.email)?.id ?? '';
  return { page, orderId: placed.orderId, sessionId };
}

test('orders.cancel N7: canceling before payment charges nothing, closes the page, and a new order can follow', async () => {
  const { page, orderId, sessionId } = await order();
  const canceled = await page.call('orders.cancel', { orderId });
  assert.deepEqual(
    { state: canceled.state, code: canceled.reason?.code, checkoutUrl: canceled.checkoutUrl },
    { state: 'undone', code: 'order.payment_expired', checkoutUrl: null },
  );
  assert.throws(() => stripe.pay(sessionId), /expired/);
  assert.deepEqual(await page.call('orders.cancel', { orderId }), canceled, 'again is the same');
  const again = await page.call('plans.choose', wanted(page));
  assert.deepEqual({ state: again.state, isSame: again.orderId === orderId }, { state: 'open', isSame: false });
});

test('orders.cancel N7: a payment made by then is delivered, however late its event comes', async () => {
  const { page, orderId, sessionId } = await order();
  const session = stripe.pay(sessionId);
  await page.call('orders.cancel', { orderId });
  await until(async () => (await page.call('orders.read', { orderId })).state === 'done', 'the plan');
  assert.equal(stripe.charges().find((charge) => charge.payment_intent === session.payment_intent)?.amount_captured, 1200);
  assert.equal((await page.call('orders.cancel', { orderId })).state, 'done', 'it is too late');
});

test('orders.cancel N7: while Stripe is away nothing is reported as canceled, and later it can be', async () => {
  const { page, orderId } = await order();
  api.sandbox.faults.add({ path: '/v1/checkout/sessions/*', how: '500', done: false, times: 20 });
  assert.equal(codeOf(await page.try('orders.cancel', { orderId })), 'payments.provider_unavailable');
  api.sandbox.faults.calm();
  assert.equal((await page.call('orders.cancel', { orderId })).state, 'undone');
});

for (const point of ['order.after_insert', 'checkout.after_intent', 'checkout.after_session'] as const)
  test(`orders.cancel MT14: an order whose page is cut short at ${point} cannot be paid after it was canceled`, async () => {
    const [page, key] = [await shop.client(), { 'idempotency-key': crypto.randomUUID() }];
    api.crashAt(point);
    assert.equal((await page.try('plans.choose', wanted(page), key)).status, 500);
    api.crashAt(undefined);
    const orderId = String((await orders.findOne({ clientId: page.clientId }))?._id);
    const reply = await page.try('orders.cancel', { orderId });
    // Before anything of its page is stored nothing could stop it, so nothing is called canceled.
    const isEarly = point === 'order.after_insert';
    if (isEarly) assert.equal(codeOf(reply), 'payments.provider_unavailable');
    else assert.equal((reply.body as Output<'orders.cancel'>).state, 'undone');
    const again = await page.try('plans.choose', wanted(page), key);
    const { state, checkoutUrl } = again.body as Output<'plans.choose'>;
    const open = stripe.sessions().filter(({ customer_email, status }) => customer_email === page.email && status === 'open');
    const canBePaid = { state: isEarly ? 'open' : 'undone', hasUrl: isEarly, open: isEarly ? 1 : 0 };
    assert.deepEqual({ state, hasUrl: checkoutUrl !== null, open: open.length }, canBePaid);
    assert.equal((await page.call('orders.cancel', { orderId })).state, 'undone');
    assert.equal((await page.call('orders.read', { orderId })).checkoutUrl, null);
  });

test("orders.cancel A01: another client's order looks like an unknown one", async () => {
  const { orderId } = await order();
  const { page: other } = await order();
  assert.equal(codeOf(await other.try('orders.cancel', { orderId })), 'order.not_found');
});
