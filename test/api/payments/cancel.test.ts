import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { codeOf } from '../../support/agency.ts';
import type { Page } from '../../support/page.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
await shop.api.stopDueWork();
const { api, agency, stripe } = shop;
const newKey = () => ({ 'idempotency-key': crypto.randomUUID() });
const statusOf = async (sessionId: string) => (await shop.account().checkout.sessions.retrieve(sessionId)).status;
const wanted = async ({ returnUrl }: Page) => ({ packageId: (await agency.call('agency.read', {})).packages[0]?.id ?? '', returnUrl });

test('purchases.cancel MT14: a canceled purchase cannot be paid any more, and the next one is paid once', async () => {
  const page = await shop.client();
  const first = await shop.order(page);
  const canceled = await page.call('purchases.cancel', { purchaseId: first.purchaseId });
  assert.deepEqual({ state: canceled.state, checkoutUrl: canceled.checkoutUrl }, { state: 'expired', checkoutUrl: null });
  assert.equal(await statusOf(first.sessionId), 'expired');
  assert.throws(() => stripe.pay(first.sessionId));
  const second = await shop.order(page);
  stripe.pay(second.sessionId);
  await shop.deliver(second.sessionId, 'completed');
  assert.deepEqual(await shop.entries(page), [100_000]);
  assert.equal((await page.call('purchases.cancel', { purchaseId: second.purchaseId })).state, 'paid', 'what is paid stays');
  assert.deepEqual(await shop.entries(page), [100_000]);
});

test('purchases.cancel MT14: what was paid while it is canceled comes as credits, once', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  assert.equal((await page.call('purchases.cancel', { purchaseId: order.purchaseId })).state, 'paid');
  await shop.deliver(order.sessionId, 'completed', 2);
  assert.deepEqual(await shop.entries(page), [100_000]);
});

test('purchases.cancel MT14: after a crash behind the closed page the same call ends it', async () => {
  const page = await shop.client();
  const { purchaseId, sessionId } = await shop.order(page);
  api.crashAt('checkout.after_expire');
  assert.equal((await page.try('purchases.cancel', { purchaseId })).status, 500);
  api.crashAt(undefined);
  assert.equal(await statusOf(sessionId), 'expired');
  assert.equal((await page.call('purchases.cancel', { purchaseId })).state, 'expired');
});

test('purchases.cancel MT14: a purchase that is canceled before or while its page opens cannot be paid', async (t) => {
  const page = await shop.client();
  const [input, key] = [await wanted(page), newKey()];
  const purchases = mongoose.connection.collection('purchases');
  const begun = async () => (await purchases.find({ clientId: page.clientId }).sort({ createdAt: -1 }).next())?._id as unknown as string;
  const before = stripe.sessions().length;
  api.crashAt('checkout.after_intent');
  assert.equal((await page.try('credits.checkout', input, key)).status, 500);
  api.crashAt(undefined);
  assert.equal((await page.call('purchases.cancel', { purchaseId: await begun() })).state, 'expired');
  assert.equal(codeOf(await page.try('credits.checkout', input, key)), 'purchase.expired', 'the same attempt opens no page any more');
  assert.equal(stripe.sessions().length, before);
  const note = async (...noted: Parameters<typeof purchases.findOneAndUpdate>) => {
    assert.equal((await page.call('purchases.cancel', { purchaseId: await begun() })).state, 'expired');
    return purchases.findOneAndUpdate(...noted);
  };
  t.mock.method(purchases, 'findOneAndUpdate', note, { times: 1 });
  assert.equal(codeOf(await page.try('credits.checkout', input, newKey())), 'purchase.expired');
  const opened = stripe.sessions().at(-1) ?? assert.fail('no page was opened');
  assert.equal(await statusOf(opened.id), 'expired');
  assert.throws(() => stripe.pay(opened.id));
});

test('purchases.cancel MT14: a page that opens after the cancel is closed at once, and nobody can pay it', async (t) => {
  const page = await shop.client();
  const purchases = mongoose.connection.collection('purchases');
  const store = purchases.insertOne.bind(purchases);
  const storeAndCancel = async (...stored: Parameters<typeof store>) => {
    const answer = await store(...stored);
    const before = stripe.sessions().length;
    assert.equal((await page.call('purchases.cancel', { purchaseId: String(answer.insertedId) })).state, 'expired');
    assert.equal(stripe.sessions().length, before, 'there is no page yet');
    return answer;
  };
  t.mock.method(purchases, 'insertOne', storeAndCancel, { times: 1 });
  assert.equal(codeOf(await page.try('credits.checkout', await wanted(page), newKey())), 'purchase.expired');
  const opened = stripe.sessions().at(-1) ?? assert.fail('no page was opened');
  assert.deepEqual({ of: opened.customer_email, status: await statusOf(opened.id) }, { of: page.email, status: 'expired' });
  assert.throws(() => stripe.pay(opened.id), /expired/);
  assert.deepEqual(await shop.entries(page), []);
});

test('purchases.cancel MT14: a page that opened as the process died is found at Stripe, and closed', async () => {
  const page = await shop.client();
  api.crashAt('checkout.after_session');
  assert.equal((await page.try('credits.checkout', await wanted(page), newKey())).status, 500);
  api.crashAt(undefined);
  const opened = stripe.sessions().at(-1) ?? assert.fail('no page was opened');
  assert.equal(await statusOf(opened.id), 'open');
  assert.equal((await page.call('purchases.cancel', { purchaseId: opened.client_reference_id ?? '' })).state, 'expired');
  assert.deepEqual({ of: opened.customer_email, status: await statusOf(opened.id) }, { of: page.email, status: 'expired' });
  assert.throws(() => stripe.pay(opened.id), /expired/);
});

test('purchases.cancel MT14: another client meets the same 404 as a purchase that never was', async () => {
  const { purchaseId } = await shop.order(await shop.client());
  const stranger = await shop.client();
  for (const id of [purchaseId, 'pur_never'])
    assert.equal(codeOf(await stranger.try('purchases.cancel', { purchaseId: id })), 'purchase.not_found');
});

test("credits.checkout MT10: Stripe's page names the thing itself and how much of it", async () => {
  const page = await shop.client();
  const nameOn = async (sessionId: string) => (await shop.account().checkout.sessions.retrieve(sessionId)).custom_text?.submit?.message;
  await agency.call('packages.create', { name: 'Steady', creditsMillis: 300_000, priceCents: 9900, currency: 'EUR' });
  const { packages } = await page.call('credits.packages', {});
  const named = async (name: string) =>
    nameOn((await shop.order(page, { packageId: packages.find((one) => one.name === name)?.id ?? '' })).sessionId);
  assert.deepEqual(
    { package: await named('Steady'), plain: await named('500 credits'), pasted: await named('100 credits') },
    { package: 'Steady · 300 credits', plain: '500 credits', pasted: '100 credits' },
  );
  assert.equal(await nameOn((await shop.order(page, { amountMillis: 70_000 })).sessionId), '70 credits');
  const { plans } = await agency.call('agency.update', {
    plans: [{ name: 'Pro', centsPer100Credits: 3500, currency: 'EUR', priceMillis: 100_000 }],
  });
  const wanted = { planId: plans[0]?.id ?? '', priceMillis: 100_000, priceCents: 4000, currency: 'EUR', pay: 'money' } as const;
  await page.call('plans.choose', { ...wanted, returnUrl: page.returnUrl });
  const [newest] = (await shop.account().checkout.sessions.list({ limit: 1 })).data;
  assert.equal(await nameOn(newest?.id ?? ''), 'Pro plan');
});
