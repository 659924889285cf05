import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import Stripe from 'stripe';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { agency, stripe, api } = shop;
agency.mode = 'live';
await agency.connectStripe(api.sandbox, { priceCents: 4000, currency: 'EUR', name: '100 credits' });
const liveAccount = shop.account();
agency.mode = 'test';

/** Sends an event that is written and signed here, with the given secret. */
async function send(
  object: { id: string },
  { secret, livemode, contentType = 'application/json' }: { secret: string; livemode: boolean; contentType?: string },
) {
  const payload = JSON.stringify({
    id: `evt_${crypto.randomUUID()}`,
    object: 'event',
    type: 'checkout.session.completed',
    livemode,
    data: { object },
  });
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const headers = { 'content-type': contentType, 'stripe-signature': signature };
  const { status } = await fetch(`${api.url}/api/webhooks/stripe/${agency.slug}`, { method: 'POST', body: payload, headers });
  return status;
}

async function pasteSecret(mode: 'test' | 'live', webhookSecret: string): Promise<void> {
  agency.mode = mode;
  const { publishableKey, productId, priceId } = (await agency.call('agency.read', {})).stripe;
  const account = stripe.accounts().find((one) => [one.publishableKey, one.livePublishableKey].includes(publishableKey ?? ''));
  const secretKey = (mode === 'live' ? account?.liveSecretKey : account?.secretKey) ?? '';
  const draft = { publishableKey: publishableKey ?? '', secretKey, productId: productId ?? '', priceId: priceId ?? '' };
  await agency.call('agency.update', { stripe: { ...draft, webhookSecret } });
}
await pasteSecret('live', 'whsec_live_one');
await pasteSecret('test', 'whsec_test_one');

test('webhooks.stripe F18 RL7: an event of one mode never credits in the other, whichever secret signed it', async () => {
  agency.mode = 'live';
  const live = await shop.client();
  const liveOrder = await shop.order(live);
  stripe.pay(liveOrder.sessionId);
  agency.mode = 'test';
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);

  const [liveSession, testSession] = [{ id: liveOrder.sessionId }, { id: order.sessionId }];
  for (const [session, secret, livemode] of [
    [liveSession, 'whsec_test_one', false],
    [liveSession, 'whsec_test_one', true],
    [liveSession, 'whsec_live_one', false],
    [testSession, 'whsec_live_one', true],
    [testSession, 'whsec_live_one', false],
    [testSession, 'whsec_test_one', true],
  ] as const) {
    assert.equal(await send(session, { secret, livemode }), 200);
  }
  assert.deepEqual(await shop.entries(page), []);
  assert.deepEqual(await shop.entriesOf(live.clientId), []);
  assert.ok(shop.logged('webhook.quarantined').length >= 6, 'somebody was told of each');

  assert.equal(await send(testSession, { secret: 'whsec_test_one', livemode: false }), 200);
  assert.equal(await send(liveSession, { secret: 'whsec_live_one', livemode: true }), 200);
  assert.deepEqual(
    { entries: await shop.entries(page), entriesOf: await shop.entriesOf(live.clientId) },
    { entries: [100_000], entriesOf: [100_000] },
  );
  assert.equal((await liveAccount.checkout.sessions.retrieve(liveOrder.sessionId)).livemode, true);
});

test('webhooks.stripe F16: an event that precedes its purchase is refused, and credited when repeated', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  const purchases = mongoose.connection.collection('purchases');
  const purchase = await purchases.findOneAndDelete({ _id: order.purchaseId as never });
  assert(purchase);
  const signed = { secret: 'whsec_test_one', livemode: false };
  assert.equal(await send({ id: order.sessionId }, signed), 503);
  await purchases.insertOne(purchase);
  assert.equal(await send({ id: order.sessionId }, signed), 200);
  assert.deepEqual(await shop.entries(page), [100_000]);
});

test('webhooks.stripe F20 RL5: the signature covers the bytes, whatever their declared type', async () => {
  const page = await shop.client();
  for (const contentType of ['application/json', 'application/json; charset=utf-8', 'text/plain']) {
    const order = await shop.order(page);
    stripe.pay(order.sessionId);
    assert.equal(await send({ id: order.sessionId }, { secret: 'whsec_test_one', livemode: false, contentType }), 200, contentType);
    assert.equal(await send({ id: order.sessionId }, { secret: 'whsec_other', livemode: false, contentType }), 400, contentType);
  }
  assert.equal((await shop.entries(page)).length, 3);
});
