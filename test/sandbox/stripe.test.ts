import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Stripe from 'stripe';
import { openSandbox, purchase, sdkAt } from './open.ts';

test('sandbox Stripe V4: a session has the requested fields and the sum of its items', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const price = await stripe.prices.create({ product: product.id, currency: 'eur', unit_amount: 1900 });
  const session = await stripe.checkout.sessions.create(
    purchase(product.id, {
      line_items: [
        { price: price.id, quantity: 2 },
        { price_data: { currency: 'eur', unit_amount: 250, product: product.id }, quantity: 1 },
      ],
      client_reference_id: 'pur_1',
      metadata: { purchase: 'pur_1' },
      customer_email: 'ada@client.test',
      expand: ['line_items.data.price.product'],
    }),
  );
  assert.equal(session.amount_total, 4050);
  assert.equal(session.currency, 'eur');
  assert.equal(session.status, 'open');
  assert.equal(session.payment_status, 'unpaid');
  assert.equal(session.payment_intent, null);
  assert.equal(session.livemode, false);
  assert.deepEqual({ ...session.metadata }, { purchase: 'pur_1' });
  assert.equal(session.url, `${sandbox.url}/c/pay/${session.id}`);
  const bought = session.line_items?.data[0]?.price?.product as Stripe.Product;
  assert.equal(bought.name, 'Calling credits');
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).client_reference_id, 'pur_1');
  assert.equal('line_items' in (await stripe.checkout.sessions.retrieve(session.id)), false);
  assert.equal(price.unit_amount_decimal?.toString(), '1900');
});

test('sandbox Stripe V4: a payment has its metadata', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const session = await stripe.checkout.sessions.create(purchase(product.id, { payment_intent_data: { metadata: { purchase: 'pur_2' } } }));
  sandbox.stripe.pay(session.id);
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
  const { status, amount_received, metadata } = intent as Stripe.PaymentIntent;
  assert.deepEqual(
    { status, amount_received, metadata: { ...metadata } },
    { status: 'succeeded', amount_received: 1900, metadata: { purchase: 'pur_2' } },
  );
});

const refusals: {
  promise: string;
  ask: (stripe: Stripe, product: string) => Promise<unknown>;
  refusal: Partial<Stripe.errors.StripeError>;
}[] = [
  {
    promise: 'a parameter that Stripe does not know',
    ask: (stripe, product) => stripe.checkout.sessions.create({ ...purchase(product), payment_method_types: ['card'] } as object),
    refusal: {
      statusCode: 400,
      code: 'parameter_unknown',
      param: 'payment_method_types',
      message: 'Received unknown parameter: payment_method_types',
    },
  },
  {
    promise: 'an unknown parameter deep inside',
    ask: (stripe, product) => stripe.checkout.sessions.create(purchase(product, { line_items: [{ price: 'x', count: 1 } as object] })),
    refusal: { statusCode: 400, code: 'parameter_unknown', param: 'line_items[0][count]' },
  },
  {
    promise: "a parameter of Stripe's that the sandbox does not act on",
    ask: (stripe, product) => stripe.checkout.sessions.create(purchase(product, { automatic_tax: { enabled: true } })),
    refusal: { statusCode: 400, param: 'automatic_tax', message: "The sandbox does not support this parameter of Stripe's: automatic_tax" },
  },
  {
    promise: 'a misspelt choice',
    ask: (stripe, product) => stripe.checkout.sessions.create(purchase(product, { mode: 'paymnt' })),
    refusal: { statusCode: 400, param: 'mode', message: 'Invalid mode: must be one of payment, setup, or subscription' },
  },
  {
    promise: 'an amount with a fraction',
    ask: (stripe, product) => stripe.prices.create({ product, currency: 'eur', unit_amount: 19.5 }),
    refusal: { statusCode: 400, code: 'parameter_invalid_integer', param: 'unit_amount', message: 'Invalid integer: 19.5' },
  },
  {
    promise: 'a price that is not there',
    ask: (stripe) => stripe.prices.retrieve('price_none'),
    refusal: { statusCode: 404, code: 'resource_missing', param: 'price', message: "No such price: 'price_none'" },
  },
  {
    promise: 'a recurring price for one payment',
    ask: async (stripe, product) => {
      const { id } = await stripe.prices.create({ product, currency: 'eur', unit_amount: 1900, recurring: { interval: 'month' } });
      return stripe.checkout.sessions.create(purchase(product, { line_items: [{ price: id, quantity: 1 }] }));
    },
    refusal: { statusCode: 400, param: 'mode' },
  },
  {
    promise: 'an inactive price',
    ask: async (stripe, product) => {
      const { id } = await stripe.prices.create({ product, currency: 'eur', unit_amount: 1900, active: false });
      return stripe.checkout.sessions.create(purchase(product, { line_items: [{ price: id, quantity: 1 }] }));
    },
    refusal: { statusCode: 400, param: 'line_items[0][price]' },
  },
  {
    promise: 'an amount below the least that can be charged',
    ask: (stripe, product) =>
      stripe.checkout.sessions.create(
        purchase(product, { line_items: [{ price_data: { currency: 'eur', unit_amount: 49, product }, quantity: 1 }] }),
      ),
    refusal: { statusCode: 400, code: 'amount_too_small' },
  },
  {
    promise: 'a part of the API that the sandbox does not have',
    ask: (stripe) => stripe.customers.list(),
    refusal: { statusCode: 404, type: 'StripeInvalidRequestError' },
  },
];

test("sandbox Stripe V4: wrong requests are refused in Stripe's words", async (t) => {
  const { stripe, product } = await openSandbox(t);
  for (const { promise, ask, refusal } of refusals) {
    await t.test(promise, () => assert.rejects(ask(stripe, product.id), refusal));
  }
});

test('sandbox Stripe V4: only known secret keys are accepted', async (t) => {
  const { sandbox, account, stripe } = await openSandbox(t);
  assert.equal((await stripe.balance.retrieve()).livemode, false);
  const wrong = sdkAt(sandbox.url, 'sk_test_1234567890abcdef').balance.retrieve();
  await assert.rejects(wrong, {
    type: 'StripeAuthenticationError',
    statusCode: 401,
    message: 'Invalid API Key provided: sk_test_************cdef',
  });
  await assert.rejects(sdkAt(sandbox.url, account.publishableKey).balance.retrieve(), { statusCode: 403, code: 'secret_key_required' });
  const nobody = await fetch(`${sandbox.url}/v1/balance`);
  assert.equal(nobody.status, 401);
  assert.match(nobody.headers.get('request-id') ?? '', /^req_/);
  const basic = `Basic ${Buffer.from(`${account.secretKey}:`).toString('base64')}`;
  assert.equal((await fetch(`${sandbox.url}/v1/balance`, { headers: { authorization: basic } })).status, 200);
});

test('sandbox Stripe V4: live and test mode are separate', async (t) => {
  const { stripe, live, product } = await openSandbox(t);
  const price = await stripe.prices.create({ product: product.id, currency: 'eur', unit_amount: 1900 });
  const message = `No such price: '${price.id}'; a similar object exists in test mode, but a live mode key was used to make this request.`;
  await assert.rejects(live.prices.retrieve(price.id), { statusCode: 404, code: 'resource_missing', message });
  assert.deepEqual((await live.products.list()).data, []);
  const own = await live.products.create({ name: 'Live credits' });
  const session = await live.checkout.sessions.create(purchase(own.id));
  assert.equal(session.livemode, true);
  assert.match(session.id, /^cs_live_/);
});

test('sandbox Stripe V4: lists have the newest first, page by page', async (t) => {
  const { stripe, product } = await openSandbox(t);
  const made: string[] = [];
  for (let count = 0; count < 5; count++) made.unshift((await stripe.checkout.sessions.create(purchase(product.id))).id);
  const read: string[] = [];
  for await (const session of stripe.checkout.sessions.list({ limit: 2 })) read.push(session.id);
  assert.deepEqual(read, made);
  const { data } = await stripe.checkout.sessions.list({ created: { lt: 1 } });
  assert.deepEqual(data, []);
});

test('sandbox Stripe V4: an endpoint shows its secret once, and can be changed and deleted', async (t) => {
  const { stripe } = await openSandbox(t);
  const made = await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:1/hook', enabled_events: ['*'] });
  assert.match(made.secret ?? '', /^whsec_/);
  assert.equal((await stripe.webhookEndpoints.retrieve(made.id)).secret, undefined);
  const changed = await stripe.webhookEndpoints.update(made.id, { disabled: true, enabled_events: ['checkout.session.completed'] });
  assert.deepEqual(
    { status: changed.status, enabledEvents: changed.enabled_events },
    { status: 'disabled', enabledEvents: ['checkout.session.completed'] },
  );
  assert.equal((await stripe.webhookEndpoints.del(made.id)).deleted, true);
  assert.deepEqual((await stripe.webhookEndpoints.list()).data, []);
});
