import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { until } from '../../support/until.ts';
import { Shop } from '../payments/shop.ts';

const shop = await Shop.open({ plan: { centsPer100Credits: 4000, currency: 'EUR' } });
const { api, stripe, agency } = shop;
const large = { name: 'Large', centsPer100Credits: 3000, currency: 'EUR', priceMillis: 30_000 } as const;
const planId = (await agency.call('agency.update', { plans: [large] })).plans[0]?.id ?? '';

/** A client without credits that is about to pay for the plan with money. */
async function order() {
  const page = await shop.client();
  const placed = await page.call('plans.choose', {
    planId,
    priceMillis: 30_000,
    priceCents: 1200,
    pay: 'money',
    returnUrl: page.returnUrl,
  });
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
  const again = await page.call('plans.choose', { planId, priceMillis: 30_000, priceCents: 1200, pay: 'money', returnUrl: page.returnUrl });
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

test("orders.cancel A01: another client's order looks like an unknown one", async () => {
  const { orderId } = await order();
  const { page: other } = await order();
  assert.equal(codeOf(await other.try('orders.cancel', { orderId })), 'order.not_found');
});
