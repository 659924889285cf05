import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Stripe from 'stripe';
import { openSandbox, purchase, sdkAt } from './open.ts';

const url = 'https://shop.test/hook';
const endpoint = (address = url) => ({ url: address, enabled_events: ['checkout.session.completed'] as const satisfies unknown[] });

test('sandbox Stripe V4 PX9: a key identifies its account, and each mode has its own keys', async (t) => {
  const { sandbox, account, stripe, live } = await openSandbox(t);
  const other = sandbox.stripe.createAccount('Harbor');
  const idOf = async (sdk: Stripe) => (await sdk.accounts.retrieveCurrent()).id;
  assert.deepEqual({ test: await idOf(stripe), live: await idOf(live) }, { test: account.id, live: account.id });
  assert.equal(await idOf(sdkAt(sandbox.url, other.secretKey)), other.id);
});

test('sandbox Stripe V4 PX9: a restricted key has its permissions only, and may read what it may write', async (t) => {
  const { sandbox, account, product } = await openSandbox(t);
  const key = sandbox.stripe.restrictKey(account.id, { livemode: false, rights: ['checkout_session_write', 'product_read'] });
  const stripe = sdkAt(sandbox.url, key);
  const { id } = await stripe.checkout.sessions.create(purchase(product.id));
  assert.equal((await stripe.checkout.sessions.retrieve(id)).id, id);
  assert.equal((await stripe.products.retrieve(product.id)).id, product.id);
  await assert.rejects(stripe.products.create({ name: 'Mug' }), (error: Stripe.errors.StripeError) => {
    assert.deepEqual(
      { type: error.type, statusCode: error.statusCode, rawType: error.rawType },
      { type: 'StripePermissionError', statusCode: 403, rawType: 'invalid_request_error' },
    );
    const named = new RegExp(`on account '${account.id}'. Having the 'rak_product_write' permission`);
    assert.match(error.message, named);
    assert.ok(!error.message.includes(key));
    return true;
  });
  // The permission is checked first, even for a missing object.
  await assert.rejects(stripe.paymentIntents.capture('pi_never'), { statusCode: 403, message: /rak_payment_intent_write/ });
  sandbox.stripe.restrictKey(account.id, { key, livemode: false, rights: ['payment_intent_write'] });
  await assert.rejects(stripe.paymentIntents.capture('pi_never'), { statusCode: 404, code: 'resource_missing' });
});

test('sandbox Stripe V4 PX9: an archived price or product is not sold', async (t) => {
  const { stripe, product } = await openSandbox(t);
  const price = await stripe.prices.create({ product: product.id, currency: 'eur', unit_amount: 1900 });
  assert.equal((await stripe.products.update(product.id, { active: false })).active, false);
  const byPrice = { line_items: [{ price: price.id, quantity: 1 }] };
  await assert.rejects(stripe.checkout.sessions.create(purchase(product.id, byPrice)), {
    statusCode: 400,
    message: /product is not active/,
  });
  await assert.rejects(stripe.checkout.sessions.create(purchase(product.id)), { statusCode: 400, message: /not active/ });
});

test('sandbox Stripe V4 PX9: an account has at most 16 webhook endpoints in each mode', async (t) => {
  const { stripe, live } = await openSandbox(t);
  for (let made = 0; made < 16; made += 1) await stripe.webhookEndpoints.create(endpoint());
  await assert.rejects(stripe.webhookEndpoints.create(endpoint()), {
    statusCode: 400,
    code: undefined,
    message: 'You have reached the maximum of 16 test webhook endpoints.',
  });
  await live.webhookEndpoints.create(endpoint());
});

test('sandbox Stripe V4 PX9: an account that requires internet addresses refuses others', async (t) => {
  const { account, stripe, live } = await openSandbox(t);
  await stripe.webhookEndpoints.create(endpoint('http://127.0.0.1:1/hook'));
  account.wantsPublicUrls = true;
  for (const address of ['http://localhost:4100/hook', 'http://127.0.0.1/hook', 'http://10.0.0.7/hook', 'http://api.localhost/hook']) {
    const refused = { statusCode: 400, code: 'url_invalid', param: 'url', message: /URL must be publicly accessible/ };
    await assert.rejects(stripe.webhookEndpoints.create(endpoint(address)), refused, address);
  }
  await stripe.webhookEndpoints.create(endpoint('http://www.example.com/hook'));
  await assert.rejects(live.webhookEndpoints.create(endpoint('http://www.example.com/hook')), { code: 'url_invalid' });
});
