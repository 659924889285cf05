import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { codeOf } from '../../support/agency.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { stripe } = shop;

test('credits.checkout P1 P6: a paid package is credited, and 2 % of it stand on the agency’s fee account', async () => {
  const page = await shop.client();
  const before = await shop.fees();
  const order = await shop.order(page);
  assert.deepEqual(
    { credits: order.credits, priceCents: order.priceCents, currency: order.currency },
    { credits: 100_000, priceCents: 4000, currency: 'EUR' },
  );
  assert.equal(await shop.state(page, order), 'open');

  stripe.pay(order.sessionId);
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);

  const purchase = await page.call('purchases.read', { purchaseId: order.purchaseId });
  assert.deepEqual(
    { state: purchase.state, balanceAfter: purchase.balanceAfter, checkoutUrl: purchase.checkoutUrl },
    { state: 'paid', balanceAfter: 100_000, checkoutUrl: null },
  );
  assert.deepEqual(await shop.entries(page), [100_000]);
  assert.equal((await shop.fees()) - before, 80);
});

test('credits.checkout P1: the checkout page returns to the agency’s page and grants nothing by itself', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  const session = stripe.sessions().find(({ id }) => id === order.sessionId);
  assert.equal(session?.success_url, `${page.returnUrl}#wl-purchase=${order.purchaseId}`);
  assert.equal(session?.cancel_url, `${page.returnUrl}#wl-canceled=${order.purchaseId}`);
  assert.equal(session?.customer_email, page.email);
  assert.equal(await shop.state(page, order), 'open');
  assert.deepEqual(await shop.entries(page), []);
});

test('purchases.read P1: another client gets the 404 of an unknown id', async () => {
  const order = await shop.order(await shop.client());
  const stranger = await shop.client();
  for (const purchaseId of [order.purchaseId, 'pur_never_existed']) {
    const { status, body } = await stranger.try('purchases.read', { purchaseId });
    assert.deepEqual(
      { status, code: (body as unknown as { error: { code: string } }).error.code },
      { status: 404, code: 'purchase.not_found' },
    );
  }
  assert.equal((await shop.agency.call('purchases.read', { purchaseId: order.purchaseId })).state, 'open', 'the agency sees it');
});

test('credits.checkout P3: the same attempt, sent again, is the same purchase and the same page', async () => {
  const page = await shop.client();
  const { packages } = await page.call('credits.packages', {});
  const input = { packageId: packages[1]?.id ?? '', returnUrl: page.returnUrl };
  const key = { 'idempotency-key': 'attempt-number-1' };
  const answers = await Promise.all([1, 2, 3].map(() => page.call('credits.checkout', input, key)));
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
  assert.equal(stripe.sessions().filter((session) => session.client_reference_id === answers[0]?.purchaseId).length, 1);
});

test('webhooks.stripe P3 F01 F02: one event 5 times in a row and 50 times at once is one entry', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  for (let round = 0; round < 5; round += 1) assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);
  const other = await shop.order(page);
  stripe.pay(other.sessionId);
  assert.deepEqual(new Set(await shop.deliver(other.sessionId, 'completed', 50)), new Set([200]));
  assert.deepEqual(await shop.entries(page), [100_000, 100_000]);
});

test('webhooks.stripe P4 F05: an unpaid purchase is processing until the bank pays, and then credited once', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId, 'delayed');
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);
  assert.equal(await shop.state(page, order), 'processing');
  assert.deepEqual(await shop.entries(page), []);

  stripe.settle(order.sessionId, 'succeeded');
  assert.deepEqual(await shop.deliver(order.sessionId, 'async_payment_succeeded', 3), [200, 200, 200]);
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200], 'the first event, late');
  assert.equal(await shop.state(page, order), 'paid');
  assert.deepEqual(await shop.entries(page), [100_000]);
});

test('webhooks.stripe P4 F05: a bank that refuses ends as failed, even if its event comes first', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId, 'delayed');
  stripe.settle(order.sessionId, 'failed');
  for (const type of ['async_payment_failed', 'completed']) assert.deepEqual(await shop.deliver(order.sessionId, type), [200]);
  assert.equal(await shop.state(page, order), 'failed');
  assert.deepEqual(await shop.entries(page), []);
});

test('webhooks.stripe F05: an unknown payment status is not paid', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  stripe.tamper(order.sessionId, { payment_status: 'settled_soon' });
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);
  assert.equal(await shop.state(page, order), 'processing');
  assert.deepEqual(await shop.entries(page), []);
});

test('purchases.read P5 F04: page and webhook race, and the client is credited once', async () => {
  const page = await shop.client();
  for (let round = 1; round <= 5; round += 1) {
    const order = await shop.order(page);
    stripe.pay(order.sessionId);
    const [state, statuses] = await Promise.all([shop.state(page, order), shop.deliver(order.sessionId, 'completed', 2)]);
    assert.deepEqual([state, ...statuses], ['paid', 200, 200]);
    assert.equal((await shop.entries(page)).length, round);
  }
});

test('purchases.read F03: without any webhook, the asking page settles the purchase', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  assert.equal(await shop.state(page, order), 'paid');
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200], 'and the webhook, days later, changes nothing');
  assert.deepEqual(await shop.entries(page), [100_000]);
});

test('purchases.read P5: if Stripe does not answer, the page still gets the stored state', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.failNext({ path: '/v1/checkout/sessions', method: 'GET', how: '500', times: 3 });
  assert.equal(await shop.state(page, order), 'open');
});

test('webhooks.stripe P18: an abandoned page expires, and another attempt is free', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.expire(order.sessionId);
  assert.deepEqual(await shop.deliver(order.sessionId, 'expired'), [200]);
  const purchase = await page.call('purchases.read', { purchaseId: order.purchaseId });
  assert.deepEqual({ state: purchase.state, checkoutUrl: purchase.checkoutUrl }, { state: 'expired', checkoutUrl: null });
  assert.notEqual((await shop.order(page)).purchaseId, order.purchaseId);
});

test("credits.checkout P12: the first package is the agency's Stripe price, all else an amount of its product", async () => {
  const page = await shop.client();
  const { packages } = await page.call('credits.packages', {});
  const { stripe: settings } = await shop.agency.call('agency.read', {});
  const [first, second] = packages;
  const sold = async (sessionId: string) => (await shop.account().checkout.sessions.listLineItems(sessionId)).data[0];

  const one = await sold((await shop.order(page, { packageId: first?.id ?? '' })).sessionId);
  assert.deepEqual(
    { id: one?.price?.id, amount_total: one?.amount_total, quantity: one?.quantity },
    { id: settings.priceId, amount_total: 4000, quantity: 1 },
  );
  const two = await sold((await shop.order(page, { packageId: second?.id ?? '' })).sessionId);
  assert.deepEqual(
    { product: two?.price?.product, amount_total: two?.amount_total },
    { product: settings.productId, amount_total: 18_000 },
  );
  const free = await shop.order(page, { amountMillis: 37_000 });
  assert.deepEqual({ credits: free.credits, priceCents: free.priceCents }, { credits: 37_000, priceCents: 1480 });
  assert.equal((await sold(free.sessionId))?.amount_total, 1480);
});

test('credits.checkout P12: a custom amount is in whole credits between the plan’s limits', async () => {
  const page = await shop.client();
  for (const amountMillis of [9_000, 1_001_000, 10_500]) {
    const { status, body } = await page.try('credits.checkout', { amountMillis, returnUrl: page.returnUrl });
    const { error } = body as unknown as { error: { code: string; message: string; param: string } };
    assert.deepEqual(
      { status, code: error.code, param: error.param },
      { status: 422, code: 'package.amount_out_of_range', param: 'amountMillis' },
    );
    assert.equal(error.message, 'Choose between 10 and 1,000 credits.');
  }
});

test('credits.checkout P12: no request sets its own price, and an unknown package is not sold', async () => {
  const page = await shop.client();
  const { packages } = await page.call('credits.packages', {});
  const input = { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl };
  for (const shown of [{ priceCents: 1 }, { currency: 'USD' }, { creditsMillis: 1 }] as const) {
    const reply = await page.try('credits.checkout', { ...input, ...shown });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'quote.changed' }, JSON.stringify(shown));
  }
  for (const extra of [{ credits: 1_000_000 }, { priceId: 'price_mine' }]) {
    assert.equal((await page.try('credits.checkout', { ...input, ...extra } as never)).status, 422);
  }
  assert.equal((await page.try('credits.checkout', { ...input, packageId: 'pkg_never_existed' })).status, 404);
});

test('credits.checkout P15: an agency in pounds sells, credits and owes in pounds', async () => {
  const agency = await shop.api.createAgency({
    plan: { centsPer100Credits: 5000, currency: 'GBP', customAmount: { minMillis: 10_000, maxMillis: 100_000 } },
    packages: [{ name: 'Starter', credits: 50_000, priceCents: 2500, currency: 'GBP' }],
  });
  const page = await shop.client(agency);
  const order = await shop.order(page);
  assert.equal(order.currency, 'GBP');
  assert.equal(stripe.sessions().find(({ id }) => id === order.sessionId)?.currency, 'gbp');
  stripe.pay(order.sessionId);
  assert.equal(await shop.state(page, order), 'paid');
  assert.deepEqual((await agency.call('agency.read', {})).fees, [{ currency: 'GBP', owedCents: 50 }]);
});

test('credits.checkout P1: an agency without Stripe says so instead of failing', async () => {
  const agency = await shop.api.createAgency({ stripe: false });
  const page = await shop.client(agency);
  const { packages, payable } = await page.call('credits.packages', {});
  assert.equal(payable, false);
  const { status, body } = await page.try('credits.checkout', { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl });
  assert.deepEqual(
    { status, code: (body as unknown as { error: { code: string } }).error.code },
    { status: 503, code: 'payments.not_configured' },
  );
});

test('purchases.read Q21: reading an open purchase waits for no write', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  const asked: string[] = [];
  // Jobs run beside it, so only queries about this purchase count.
  mongoose.set('debug', (collection: string, method: string, filter: unknown) => {
    if (JSON.stringify(filter).includes(order.purchaseId)) asked.push(`${collection}.${method}`);
  });
  for (let times = 0; times < 3; times += 1) assert.equal(await shop.state(page, order), 'open');
  mongoose.set('debug', false);
  assert.deepEqual([...new Set(asked)], ['purchases.findOne']);
});
