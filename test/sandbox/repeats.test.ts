import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Stripe from 'stripe';
import { openSandbox, purchase, sdkAt } from './open.ts';

test('sandbox Stripe V4: a repeated idempotency key returns the first session', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const first = await stripe.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1' });
  sandbox.stripe.pay(first.id);
  const again = await stripe.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1' });
  assert.equal(again.id, first.id);
  assert.equal(again.status, 'open', 'the stored answer, not the session of today');
  assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
  assert.equal((await stripe.checkout.sessions.list()).data.length, 1);
});

test('sandbox Stripe V4: an idempotency key with other parameters is refused', async (t) => {
  const { stripe, product } = await openSandbox(t);
  await stripe.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1' });
  const other = stripe.checkout.sessions.create(purchase(product.id, { client_reference_id: 'pur_2' }), { idempotencyKey: 'pur_1' });
  await assert.rejects(other, { type: 'StripeIdempotencyError', statusCode: 400, message: /same parameters they were first used with/ });
});

test('sandbox Stripe V4: an idempotency key is in use while its request runs', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  sandbox.stripe.failNext({ path: '/v1/checkout/sessions', how: 'timeout' });
  const slow = assert.rejects(stripe.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1', timeout: 300 }));
  const second = () => stripe.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1' });
  await assert.rejects(second(), { statusCode: 409, code: 'idempotency_key_in_use' });
  await slow;
});

for (const done of [false, true]) {
  test(`sandbox Stripe V4 PX4: a 500 stays the answer to its key, with the work ${done ? '' : 'not '}done`, async (t) => {
    const { sandbox, stripe, product } = await openSandbox(t);
    const ask = (key: string) => stripe.checkout.sessions.create(purchase(product.id), { idempotencyKey: key });
    sandbox.stripe.failNext({ path: '/v1/checkout/sessions', how: '500', done });
    await assert.rejects(ask('pur_1'), ({ statusCode, headers }: Stripe.errors.StripeError) => {
      assert.deepEqual(
        { statusCode, replayed: headers?.['idempotent-replayed'], shouldRetry: headers?.['stripe-should-retry'] },
        { statusCode: 500, replayed: undefined, shouldRetry: 'false' },
      );
      return true;
    });
    await assert.rejects(ask('pur_1'), ({ statusCode, headers }: Stripe.errors.StripeError) => {
      assert.deepEqual(
        { statusCode, replayed: headers?.['idempotent-replayed'], shouldRetry: headers?.['stripe-should-retry'] },
        { statusCode: 500, replayed: 'true', shouldRetry: 'false' },
      );
      return true;
    });
    assert.equal(sandbox.stripe.sessions().length, done ? 1 : 0);
    await ask('pur_2');
    assert.equal(sandbox.stripe.sessions().length, done ? 2 : 1);
  });
}

test('sandbox Stripe V4 PX4: a refusal after the work began is stored, one before is not', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  const ask = () => stripe.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1' });
  const body = { error: { type: 'invalid_request_error', message: 'No.' } };
  for (const status of [401, 403, 409, 429, 503]) {
    sandbox.stripe.failNext({ path: '/v1/checkout/sessions', how: { status, body } });
    await assert.rejects(ask(), { statusCode: status });
  }
  sandbox.stripe.failNext({ path: '/v1/checkout/sessions', how: { status: 400, body } });
  await assert.rejects(ask(), { statusCode: 400 });
  await assert.rejects(ask(), { statusCode: 400 });
});

test('sandbox Stripe V4: the SDK recovers from a 503 and a cut connection by itself', async (t) => {
  const { sandbox, account, product } = await openSandbox(t);
  const patient = sdkAt(sandbox.url, account.secretKey, { maxNetworkRetries: 2 });
  sandbox.stripe.failNext({ path: '/v1/checkout/sessions', how: '503' });
  sandbox.stripe.failNext({ path: '/v1/checkout/sessions', how: 'reset' });
  await patient.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1' });
  assert.equal(sandbox.stripe.sessions().length, 1);
});

test('sandbox Stripe V4: a session whose answer is lost exists, and its key finds it', async (t) => {
  const { sandbox, stripe, product } = await openSandbox(t);
  sandbox.stripe.failNext({ path: '/v1/checkout/sessions', method: 'POST', how: 'timeout', done: true });
  const ask = () => stripe.checkout.sessions.create(purchase(product.id), { idempotencyKey: 'pur_1', timeout: 300 });
  await assert.rejects(ask(), { type: 'StripeConnectionError' });
  const found = await ask();
  assert.deepEqual(
    sandbox.stripe.sessions().map(({ id }) => id),
    [found.id],
  );
});
