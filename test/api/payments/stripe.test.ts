import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import Stripe from 'stripe';
import { Refusal } from '../../../api/contract/refusal.ts';
import { type CheckoutRequest, ProviderError } from '../../../api/ports/index.ts';
import { createPayments } from '../../../api/providers/stripe/stripe.ts';
import { startSandbox } from '../../../demo-site/sandbox/start.ts';

process.env.STRIPE_SUPPRESS_NOTICES = 'true';

const sandbox = await startSandbox({ port: 0, smtpPort: 0 });
after(() => sandbox.close());
const account = sandbox.stripe.createAccount('Northwind');
const access = { secretKey: account.secretKey };
const payments = createPayments({ apiUrl: sandbox.url });
const stripe = new Stripe(account.secretKey, { host: '127.0.0.1', port: new URL(sandbox.url).port, protocol: 'http', telemetry: false });
const product = await stripe.products.create({ name: 'Credits' });
const price = await stripe.prices.create({ product: product.id, unit_amount: 4000, currency: 'eur' });

const request: CheckoutRequest = {
  idempotencyKey: 'pur_1.checkout',
  purchaseId: 'pur_1',
  item: { productId: product.id, unitCents: 7500 },
  title: '200 credits',
  currency: 'EUR',
  email: 'ada@example.com',
  successUrl: 'http://northwind.test/#wl-purchase=pur_1',
  cancelUrl: 'http://northwind.test/#wl-canceled=pur_1',
  metadata: { wl_purchase: 'pur_1' },
};

const code = (expected: string) => (error: unknown) => error instanceof Refusal && error.code === expected;

test('agency.update P9: products and prices are read with the agency’s own key', async () => {
  assert.deepEqual(await payments.readProduct(access, product.id), { active: true });
  assert.equal(await payments.readProduct(access, 'prod_never'), undefined);
  assert.equal(await payments.readPrice(access, 'price_never'), undefined);
  assert.deepEqual(await payments.readPrice(access, price.id), {
    id: price.id,
    productId: product.id,
    active: true,
    recurring: false,
    unitCents: 4000,
    currency: 'eur',
  });
  await assert.rejects(payments.readProduct({ secretKey: 'sk_test_unknown' }, product.id), code('payments.key_refused'));
});

test('credits.checkout P1: the same attempt gets the same session, even if the first answer is lost', async () => {
  sandbox.stripe.failNext({ path: '/v1/checkout/sessions', method: 'POST', how: 'reset', done: true });
  const first = await payments.createCheckout(access, request);
  const second = await payments.createCheckout(access, request);
  assert(!(first instanceof ProviderError || second instanceof ProviderError));
  assert.equal(second.id, first.id);
  assert.equal(sandbox.stripe.sessions().length, 1);
  assert.deepEqual(
    { amountTotalCents: first.amountTotalCents, currency: first.currency, status: first.status, paymentStatus: first.paymentStatus },
    { amountTotalCents: 7500, currency: 'eur', status: 'open', paymentStatus: 'unpaid' },
  );
  assert.equal(first.clientReferenceId, 'pur_1');
  assert.ok(first.url?.startsWith(sandbox.url));
});

test('credits.checkout P1: a Stripe that keeps failing is one sentence', async () => {
  sandbox.stripe.failNext({ path: '/v1/checkout/sessions', method: 'POST', how: '503', times: 3 });
  await assert.rejects(
    payments.createCheckout(access, { ...request, idempotencyKey: 'pur_2.checkout' }),
    code('payments.provider_unavailable'),
  );
});

test('credits.checkout PX4: a failure that Stripe keeps is reported as such, at first or when repeated', async () => {
  const ask = (idempotencyKey: string) => payments.createCheckout(access, { ...request, idempotencyKey });
  sandbox.stripe.failNext({ path: '/v1/checkout/sessions', method: 'POST', how: '500' });
  for (let times = 0; times < 2; times += 1) {
    const kept = await ask('pur_3.checkout');
    assert(kept instanceof ProviderError);
    assert.deepEqual(
      { call: kept.words.call, status: kept.words.status },
      { call: 'createCheckout', status: 500 },
      'what Stripe said is there for the log',
    );
  }
  const body = { error: { type: 'invalid_request_error', message: 'No.' } };
  sandbox.stripe.failNext({ path: '/v1/checkout/sessions', method: 'POST', how: { status: 400, body } });
  await assert.rejects(ask('pur_4.checkout'), code('payments.not_configured'));
  assert.ok((await ask('pur_4.checkout')) instanceof ProviderError);
  await ask('pur_5.checkout');
  const changed = { ...request, email: 'bob@example.com', idempotencyKey: 'pur_5.checkout' };
  assert.ok(
    (await payments.createCheckout(access, changed)) instanceof ProviderError,
    'other content under a key is refused as long as it is kept',
  );
});

test("credits.checkout P1: a proxy's answer in Stripe’s place is never taken for a session", async () => {
  const answers = [
    '<html>Bad gateway</html>',
    '{"message":"Not Found"}',
    'null',
    '[]',
    '"ok"',
    '5',
    '{"error":5}',
    '{"error":null}',
    '{"object":"product"}',
  ];
  let answer = '';
  const proxy = createServer((_request, response) => response.writeHead(200).end(answer));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const through = createPayments({ apiUrl: `http://127.0.0.1:${port}` });
  after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  for (answer of answers) {
    await assert.rejects(through.readCheckout(access, 'cs_1'), code('payments.provider_unavailable'), answer);
    await assert.rejects(through.createCheckout(access, request), code('payments.provider_unavailable'), answer);
  }
});

test('webhooks.stripe P2 F20: only a fresh signature over these very bytes is accepted', () => {
  const secret = 'whsec_right';
  const body = Buffer.from(
    JSON.stringify(
      { id: 'evt_1', object: 'event', type: 'checkout.session.completed', livemode: false, data: { object: { id: 'cs_1' } } },
      null,
      2,
    ),
  );
  const now = Math.floor(Date.now() / 1000);
  const sign = (options: { secret?: string; timestamp?: number; payload?: string } = {}) =>
    Stripe.webhooks.generateTestHeaderString({ payload: body.toString(), secret, timestamp: now, ...options });
  const other = sign({ secret: 'whsec_other' }).split('v1=')[1];

  const event = { id: 'evt_1', type: 'checkout.session.completed', livemode: false, objectId: 'cs_1', paymentId: null };
  assert.deepEqual(payments.verifyEvent(body, sign(), secret), event);
  assert.deepEqual(payments.verifyEvent(body, sign({ timestamp: now - 295 }), secret), event);
  assert.deepEqual(payments.verifyEvent(body, `${sign()},v1=${other}`, secret), event, 'a rotated secret signs twice');

  const refused: Record<string, [Buffer, string | undefined, string]> = {
    'too old': [body, sign({ timestamp: now - 301 }), secret],
    'a day old': [body, sign({ timestamp: now - 86_400 }), secret],
    'another secret': [body, sign({ secret: 'whsec_other' }), secret],
    'the old scheme only': [body, sign().replace('v1=', 'v0='), secret],
    'written anew': [Buffer.from(JSON.stringify(JSON.parse(body.toString()))), sign(), secret],
    'one byte more': [Buffer.concat([body, Buffer.from(' ')]), sign(), secret],
    'no body': [Buffer.alloc(0), sign(), secret],
    'no header': [body, undefined, secret],
    'an empty header': [body, '', secret],
    'a header of blanks': [body, '  ', secret],
    'a header of something else': [body, 'Bearer abc', secret],
    'no time': [body, sign().replace(/t=\d+,/, ''), secret],
    'an empty secret': [body, sign({ secret: '' }), ''],
    'a secret of blanks': [body, sign({ secret: ' ' }), ' '],
  };
  for (const [name, [bytes, header, key]] of Object.entries(refused)) {
    assert.throws(() => payments.verifyEvent(bytes, header, key), code('webhook.signature_refused'), name);
  }
});

test('webhooks.stripe P2: an event about an object without an id is read, too', () => {
  const payload = JSON.stringify({
    id: 'evt_2',
    object: 'event',
    type: 'balance.available',
    livemode: true,
    data: { object: { object: 'balance' } },
  });
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: 'whsec_right' });
  assert.equal(payments.verifyEvent(Buffer.from(payload), header, 'whsec_right').objectId, '');
});

test('agency.update P9: a webhook endpoint is created with the key and signs with its revealed secret', async () => {
  const url = 'http://127.0.0.1:1/api/webhooks/stripe/northwind';
  const { id, secret } = await payments.createWebhook(access, url);
  assert.match(secret, /^whsec_/);
  const former = await payments.createWebhook(access, url);
  const other = await payments.createWebhook(access, `${url}-2`);
  await payments.removeWebhook(access, former.id);
  await payments.removeWebhook(access, former.id);
  const { data } = await stripe.webhookEndpoints.list();
  assert.deepEqual(new Set(data.map((endpoint) => endpoint.id)), new Set([id, other.id]), 'the one that was named is gone, and no other');
});
