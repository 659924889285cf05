import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Input, Output } from '../../../api/contract/index.ts';
import { Refusal } from '../../../api/contract/refusal.ts';
import { audit } from '../../../api/domain/audit/audit.ts';
import { planFulfilment } from '../../../api/domain/plans/fulfil.ts';
import { OrderModel } from '../../../api/models/order.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';
import { Shop } from '../payments/shop.ts';

const shop = await Shop.open({ plan: { centsPer100Credits: 4000, currency: 'EUR' } });
const { api, stripe, agency } = shop;
const large: NonNullable<Input<'agency.update'>['plans']>[number] = {
  name: 'Large',
  centsPer100Credits: 3000,
  currency: 'EUR',
  priceMillis: 30_000,
};
const planId = (await agency.call('agency.update', { plans: [large] })).plans[0]?.id ?? '';
type Order = Output<'orders.read'>;
/** A plan that a provider delivers, like a number. */
const byProvider = { ...planFulfilment, delivered: 'before payment' } as const;

/** A client without credits that orders the plan with money. */
async function order(more: { ui?: 'hosted' | 'embedded' } = {}): Promise<{ page: Page; order: Order; sessionId: string; fees: number }> {
  const fees = await shop.fees();
  const page = await shop.client();
  const order = await page.call('plans.choose', {
    planId,
    priceMillis: 30_000,
    priceCents: 1200,
    pay: 'money',
    returnUrl: page.returnUrl,
    ...more,
  });
  const session = stripe.sessions().findLast(({ customer_email }) => customer_email === page.email);
  return { page, order, sessionId: session?.id ?? '', fees };
}
const look = (page: Page, { orderId }: Order) => page.call('orders.read', { orderId });
/** Waits until nobody handles the order any more; the due loop may be doing it. */
async function ended(page: Page, placed: Order): Promise<Order> {
  for (const deadline = performance.now() + 5000; ; ) {
    const order = await look(page, placed);
    if (order.state !== 'open' && order.state !== 'working') return order;
    assert(performance.now() < deadline, `it is still ${order.state}`);
  }
}
const current = async (page: Page) => (await page.call('plans.list', {})).plans.find((plan) => plan.current)?.name;
const figures = async (page: Page) => {
  const { available, held, used } = await page.call('credits.balance', {});
  return [available, held, used, (await page.call('credits.statement', {})).lifetime.used];
};
/** Reads the payment at Stripe. */
async function paymentOf(sessionId: string): Promise<[status: string, taken: number]> {
  const { payment_intent } = await shop.account().checkout.sessions.retrieve(sessionId, { expand: ['payment_intent'] });
  assert(payment_intent !== null && typeof payment_intent !== 'string');
  return [payment_intent.status, payment_intent.amount_received];
}
const doneOnce = async (page: Page, sessionId: string, fees: number) => {
  assert.deepEqual({ current: await current(page), figures: await figures(page) }, { current: 'Large', figures: [0, 0, 0, 30_000] });
  assert.deepEqual(await paymentOf(sessionId), ['succeeded', 1200]);
  assert.equal((await shop.fees()) - fees, 24, '2 % of what was taken');
};
const neverCharged = async (page: Page, sessionId: string, fees: number) => {
  assert.deepEqual({ current: await current(page), figures: await figures(page) }, { current: 'Standard', figures: [0, 0, 0, 0] });
  assert.deepEqual(await paymentOf(sessionId), ['canceled', 0]);
  assert.equal((await shop.fees()) - fees, 0);
};

test('plans.choose N7: money is authorised, taken when the order is delivered, and spent on nothing else', async () => {
  const { page, order: placed, sessionId, fees } = await order();
  assert.deepEqual(
    { state: placed.state, priceCents: placed.priceCents, paidWith: placed.paidWith, stripeKey: placed.stripeKey },
    { state: 'open', priceCents: 1200, paidWith: 'money', stripeKey: null },
  );
  assert.match(placed.checkoutUrl ?? '', /^http/);
  assert.equal((await look(page, placed)).state, 'open');
  stripe.pay(sessionId);
  // A look just taken may be repeated for a second.
  const done = await until(async () => {
    const seen = await look(page, placed);
    return seen.state !== 'open' && seen;
  }, 'the end of the order');
  assert.deepEqual({ state: done.state, checkoutUrl: done.checkoutUrl }, { state: 'done', checkoutUrl: null });
  await doneOnce(page, sessionId, fees);
});

test("webhooks.stripe N7: Stripe's event of an authorisation advances the order, however often it comes", async () => {
  const { page, order: placed, sessionId, fees } = await order();
  stripe.pay(sessionId);
  assert.deepEqual(await shop.deliver(sessionId, 'completed', 3), [200, 200, 200]);
  assert.equal(await current(page), 'Large');
  const capturable = stripe.events().findLast(({ type }) => type === 'payment_intent.amount_capturable_updated');
  assert.deepEqual(
    (await stripe.deliver(capturable?.id ?? '', 2)).map(({ status }) => status),
    [200, 200],
  );
  assert.equal((await look(page, placed)).state, 'done');
  await doneOnce(page, sessionId, fees);
});

for (const point of [
  'order.after_hold',
  'order.after_fulfil',
  'order.after_capture',
  'purchase.after_transfer',
  'order.after_settle',
] as const) {
  test(`orders.read N7: after a crash at ${point} the money is taken once, and the order is done`, async () => {
    const { page, order: placed, sessionId, fees } = await order();
    stripe.pay(sessionId);
    api.crashAt(point);
    assert.equal((await page.try('orders.read', { orderId: placed.orderId })).status, 500);
    api.crashAt(undefined);
    assert.equal((await look(page, placed)).state, 'done');
    await doneOnce(page, sessionId, fees);
  });
}

test('orders.read N7: an undelivered order is not charged: its authorisation is canceled', async () => {
  api.deps.fulfilments.plan = { ...byProvider, fulfil: async () => ({ delivered: false, code: 'plan.not_found' }) };
  const { page, order: placed, sessionId, fees } = await order();
  stripe.pay(sessionId);
  const undone = await look(page, placed);
  api.deps.fulfilments.plan = planFulfilment;
  assert.deepEqual({ state: undone.state, code: undone.reason?.code }, { state: 'undone', code: 'plan.not_found' });
  await neverCharged(page, sessionId, fees);
});

test('orders.read N7: an authorisation that expires while the provider is silent undoes the order', async () => {
  const { page, order: placed, sessionId, fees } = await order();
  api.deps.fulfilments.plan = { ...byProvider, fulfil: () => Promise.reject(new Refusal('payments.provider_unavailable')) };
  stripe.pay(sessionId);
  assert.equal((await look(page, placed)).state, 'working');
  api.sandbox.clock.advance(8 * 24 * 3600);
  assert.equal((await ended(page, placed)).state, 'undone');
  api.deps.fulfilments.plan = planFulfilment;
  await neverCharged(page, sessionId, fees);
});

test('orders.read N7: an abandoned page undoes the order, and nothing was charged', async () => {
  const { page, order: placed } = await order();
  api.sandbox.clock.advance(2 * 3600 + 1);
  const undone = await ended(page, placed);
  assert.deepEqual({ state: undone.state, code: undone.reason?.code }, { state: 'undone', code: 'order.payment_expired' });
  assert.deepEqual(await figures(page), [0, 0, 0, 0]);
});

test('orders.read N7: without a checkout page after a crash the attempt ends in an hour; a new one is new', async () => {
  const page = await shop.client();
  const attempt = { 'idempotency-key': 'crashed-before-its-page' };
  const wanted = { planId, priceMillis: 30_000, priceCents: 1200, pay: 'money', returnUrl: page.returnUrl } as const;
  api.crashAt('checkout.after_intent');
  assert.equal((await page.try('plans.choose', wanted, attempt)).status, 500);
  api.crashAt(undefined);
  api.sandbox.clock.advance(3600 + 1);
  // Refused, or undone already if the due loop was first.
  assert.equal((await page.try('plans.choose', wanted, attempt)).body.checkoutUrl ?? null, null);
  const [row] = await OrderModel.find({ clientId: page.clientId }).lean();
  await until(async () => (await page.call('orders.read', { orderId: row?._id ?? '' })).state === 'undone', 'its end');
  assert.equal((await page.call('plans.choose', wanted)).state, 'open');
});

test('credits.checkout P19: the checkout page can be embedded, and its payment is credited like any other', async () => {
  const page = await shop.client();
  const { packages } = await page.call('credits.packages', {});
  const bought = await page.call('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl, ui: 'embedded' });
  assert.equal(bought.checkoutUrl, null);
  assert.match(bought.checkoutSecret ?? '', /^cs_/);
  assert.match(bought.stripeKey ?? '', /^pk_test_/);
  stripe.pay(bought.sessionId);
  assert.equal(await shop.state(page, bought), 'paid');
});

test('plans.choose P19: an order can be paid on an embedded page too', async () => {
  const { page, order: placed, sessionId, fees } = await order({ ui: 'embedded' });
  assert.equal(placed.checkoutUrl, null);
  assert.match(placed.checkoutSecret ?? '', /^cs_/);
  assert.match(placed.stripeKey ?? '', /^pk_test_/);
  stripe.pay(sessionId);
  assert.equal((await look(page, placed)).state, 'done');
  await doneOnce(page, sessionId, fees);
});

test('plans.choose SX8: no checkout page is opened after the caller has left', async () => {
  const page = await shop.client();
  const { payments } = api.deps;
  const access = { secretKey: agency.stripeSecret };
  const ask = (who: string) => payments.for({ who, purpose: 'money' }).readCheckout(access, 'cs_none');
  const crowd = Array.from({ length: 100 }, (_, index) => ask(`other-${index}`));
  const body = { planId, priceMillis: 30_000, priceCents: 1200, pay: 'money', returnUrl: page.returnUrl } satisfies Input<'plans.choose'>;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${page.token}`, origin: page.origin };
  const gone = new AbortController();
  const asked = fetch(`${api.url}/v1/plans.choose`, { method: 'POST', headers, body: JSON.stringify(body), signal: gone.signal });
  void until(async () => (await OrderModel.countDocuments({ clientId: page.clientId })) === 1, 'the order').then(() => gone.abort());
  await assert.rejects(asked, { name: 'AbortError' });
  await Promise.all(crowd);
  for (const who of ['first', 'second', 'third']) await ask(who); // would come after the checkout page, if that were requested
  assert.deepEqual(
    stripe.sessions().filter(({ customer_email }) => customer_email === page.email),
    [],
  );
});

test('credits.statement C4: the audit agrees with every order that was paid with money', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
