import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import type { Output } from '../../../api/contract/index.ts';
import { audit } from '../../../api/domain/audit/audit.ts';
import type { Page } from '../../support/page.ts';
import { comesTo, until } from '../../support/until.ts';
import { Shop } from '../payments/shop.ts';

const shop = await Shop.open({ plan: { centsPer100Credits: 4000, currency: 'EUR' } });
const { api, stripe, agency } = shop;
const { faults, clock } = api.sandbox;
const DAY_SECONDS = 24 * 3600;

const form = { centsPer100Credits: 3000, currency: 'EUR' } as const;
const { plans } = await agency.call('agency.update', {
  plans: [
    { ...form, name: 'Large', priceMillis: 30_000 },
    { ...form, name: 'Small', priceMillis: 20_000 },
  ],
});
const [planId, smallId] = plans.map(({ id }) => id) as [string, string];

/** Stripe's answers to a capture that it refuses. */
const no = {
  declined: {
    status: 402,
    body: { error: { type: 'card_error', code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' } },
  },
  forbidden: {
    status: 403,
    body: {
      error: { type: 'invalid_request_error', message: 'The provided key does not have the required permissions for this endpoint.' },
    },
  },
  failed: { status: 500, body: { error: { type: 'api_error', message: 'An unknown error occurred' } } },
};
const ALWAYS = 1_000_000;
const captureSays = (how: (typeof no)[keyof typeof no]) => faults.add({ path: '/v1/payment_intents/*/capture', how, times: ALWAYS });

type Order = Output<'orders.read'>;

/** A client of the small plan whose payment for the large one is authorised. */
async function paying(): Promise<{ page: Page; order: Order; sessionId: string }> {
  const page = await shop.client();
  await agency.call('plans.assign', { clientId: page.clientId, planId: smallId });
  const order = await page.call('plans.choose', { planId, priceMillis: 30_000, priceCents: 900, pay: 'money', returnUrl: page.returnUrl });
  const sessionId = stripe.sessions().findLast(({ customer_email }) => customer_email === page.email)?.id ?? '';
  stripe.pay(sessionId);
  return { page, order, sessionId };
}

const look = (page: Page, { orderId }: Order) => page.call('orders.read', { orderId });
const ended = (page: Page, placed: Order) =>
  until(async () => {
    const order = await look(page, placed);
    return order.state !== 'open' && order.state !== 'working' && order;
  }, 'the end of the order');
const current = async (page: Page) => (await page.call('plans.list', {})).plans.find((plan) => plan.current)?.name;
const figures = async (page: Page) => {
  const { available, held, debt = 0 } = await page.call('credits.balance', {});
  return { available, held, debt };
};
const nothing = { available: 0, held: 0, debt: 0 };
async function paymentOf(sessionId: string): Promise<string> {
  const { payment_intent } = await shop.account().checkout.sessions.retrieve(sessionId, { expand: ['payment_intent'] });
  assert(payment_intent !== null && typeof payment_intent !== 'string');
  return payment_intent.status;
}

/** Removes the plan from the database, as only a person's hand could. */
async function withoutPlan<T>(look: () => Promise<T>): Promise<T> {
  const agencies = mongoose.connection.collection<{ _id: string }>('agencies');
  const before = await agencies.findOneAndUpdate({ _id: agency.id }, { $pull: { 'settings.test.plans': { id: planId } } as never });
  const found = await look();
  await agencies.replaceOne({ _id: agency.id }, before ?? assert.fail('the agency is gone'));
  api.deps.directory.forget();
  return found;
}

test('plans.choose SX5 PX1: a card that is declined at the capture gives no plan, and the earlier one stays', async () => {
  captureSays(no.declined);
  faults.add({ path: '/v1/payment_intents/*/cancel', how: no.failed, times: ALWAYS });
  const { page, order, sessionId } = await paying();
  assert.equal((await look(page, order)).state, 'working', 'it is not over while the authorisation stands');
  assert.equal(await paymentOf(sessionId), 'requires_capture');
  faults.calm();
  clock.advance(600);
  const undone = await ended(page, order);
  assert.deepEqual({ state: undone.state, code: undone.reason?.code }, { state: 'undone', code: 'payments.declined' });
  assert.deepEqual({ current: await current(page), figures: await figures(page) }, { current: 'Small', figures: nothing });
  assert.equal(await paymentOf(sessionId), 'canceled', 'what was authorised is let go');
  const again = await page.call('plans.choose', { planId, priceMillis: 30_000, priceCents: 900, pay: 'money', returnUrl: page.returnUrl });
  assert.equal(again.state, 'open', 'the same plan can be ordered anew');
});

test('plans.choose SX5 PX1: a key that may not capture gives no free plan, and the log says so', async () => {
  const { page, order, sessionId } = await paying();
  captureSays(no.forbidden);
  faults.add({ path: '/v1/payment_intents/*/cancel', how: no.forbidden, times: ALWAYS });
  const undone = await look(page, order);
  assert.deepEqual({ state: undone.state, code: undone.reason?.code }, { state: 'undone', code: 'order.payment_failed' });
  assert.deepEqual({ current: await current(page), figures: await figures(page) }, { current: 'Small', figures: nothing });
  assert.equal(await paymentOf(sessionId), 'requires_capture');
  assert.equal(shop.logged('provider.refused').at(-1)?.orderId, order.orderId);
  faults.calm();
  clock.advance(3600);
  await comesTo(() => paymentOf(sessionId), 'canceled', 'it is let go when the key may');
});

test('plans.choose SX5: money that the agency captures by hand after the undo becomes credits', async () => {
  const { page, order, sessionId } = await paying();
  captureSays(no.forbidden);
  faults.add({ path: '/v1/payment_intents/*/cancel', how: no.forbidden, times: ALWAYS });
  assert.equal((await look(page, order)).state, 'undone');
  faults.calm();
  const { payment_intent } = await shop.account().checkout.sessions.retrieve(sessionId);
  await shop.account().paymentIntents.capture(String(payment_intent));
  assert.deepEqual(await shop.deliver(sessionId, 'completed'), [200]);
  assert.deepEqual(
    { current: await current(page), figures: await figures(page) },
    { current: 'Small', figures: { ...nothing, available: 30_000 } },
  );
});

test('plans.choose SX5 SX43: while Stripe cannot capture the client has no plan; after the capture it has', async () => {
  captureSays(no.failed);
  const { page, order, sessionId } = await paying();
  assert.equal((await look(page, order)).state, 'working');
  assert.equal(await current(page), 'Small');
  faults.calm();
  clock.advance(600);
  assert.equal((await ended(page, order)).state, 'done');
  assert.deepEqual(
    { current: await current(page), payment: await paymentOf(sessionId), figures: await figures(page) },
    { current: 'Large', payment: 'succeeded', figures: nothing },
  );
});

test('plans.choose SX43: a capture that fails for a day is given up, and the authorisation is canceled', async () => {
  captureSays(no.failed);
  const { page, order, sessionId } = await paying();
  assert.equal((await look(page, order)).state, 'working');
  clock.advance(DAY_SECONDS + 60);
  const undone = await ended(page, order);
  faults.calm();
  assert.deepEqual({ state: undone.state, code: undone.reason?.code }, { state: 'undone', code: 'payments.provider_unavailable' });
  assert.deepEqual({ current: await current(page), figures: await figures(page) }, { current: 'Small', figures: nothing });
  assert.equal(await paymentOf(sessionId), 'canceled');
});

test('plans.choose SX5: an authorisation that ends before the capture gives no plan', async () => {
  captureSays(no.failed);
  const { page, order, sessionId } = await paying();
  assert.equal((await look(page, order)).state, 'working');
  const { payment_intent } = await shop.account().checkout.sessions.retrieve(sessionId);
  await shop.account().paymentIntents.cancel(String(payment_intent));
  clock.advance(600);
  const undone = await ended(page, order);
  faults.calm();
  assert.deepEqual({ state: undone.state, code: undone.reason?.code }, { state: 'undone', code: 'order.payment_failed' });
  assert.deepEqual({ current: await current(page), figures: await figures(page) }, { current: 'Small', figures: nothing });
});

test('plans.choose SX5: a partial capture by hand delivers and credits nothing, and is reported', async () => {
  const { page, order, sessionId } = await paying();
  const { payment_intent } = await shop.account().checkout.sessions.retrieve(sessionId);
  await shop.account().paymentIntents.capture(String(payment_intent), { amount_to_capture: 100 });
  const undone = await look(page, order);
  assert.deepEqual({ state: undone.state, code: undone.reason?.code }, { state: 'undone', code: 'order.payment_differs' });
  assert.deepEqual({ current: await current(page), figures: await figures(page) }, { current: 'Small', figures: nothing });
  assert.equal(shop.logged('purchase.differs').at(-1)?.sessionId, sessionId);
});

test('plans.choose SX5: a plan that was withdrawn meanwhile is not charged', async () => {
  const { page, order, sessionId } = await paying();
  const undone = await withoutPlan(() => look(page, order));
  assert.deepEqual({ state: undone.state, code: undone.reason?.code }, { state: 'undone', code: 'plan.not_found' });
  assert.equal(await paymentOf(sessionId), 'canceled');
  assert.deepEqual(await figures(page), nothing);
});

test('plans.choose SX5: a payment for a plan that is withdrawn right then becomes credits of the client', async () => {
  const { page, order } = await paying();
  api.crashAt('order.after_capture');
  assert.equal((await page.try('orders.read', { orderId: order.orderId })).status, 500);
  api.crashAt(undefined);
  const undone = await withoutPlan(() => look(page, order));
  assert.deepEqual({ state: undone.state, code: undone.reason?.code }, { state: 'undone', code: 'order.became_credits' });
  assert.deepEqual(
    { current: await current(page), figures: await figures(page) },
    { current: 'Small', figures: { ...nothing, available: 30_000 } },
  );
});

test('credits.statement C4: the audit agrees with every capture of this file', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
