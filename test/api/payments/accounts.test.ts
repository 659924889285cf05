import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { settleLeftOpen } from '../../../api/domain/payments/janitor.ts';
import { reconcile, reconcileDue } from '../../../api/domain/payments/reconcile.ts';
import { agencyById } from '../../../api/models/agency.ts';
import { readPurchase } from '../../../api/models/purchase.ts';
import { DAY_MS, HOUR_MS } from '../../../api/rules/time.ts';
import type { Agency } from '../../support/agency.ts';
import { until } from '../../support/until.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { api, stripe } = shop;
const { sandbox } = api;

const first = { priceCents: 4000, currency: 'EUR', name: '100 credits' };
const stored = async ({ id }: Agency) => (await agencyById(id)) ?? assert.fail('the agency is gone');
const accountOf = (agency: Agency) =>
  stripe.accounts().findLast(({ name }) => name === agency.slug)?.id ?? assert.fail('it has no account');

/** An agency with a client whose page to pay on is open, and which has left that account since. */
async function moved(leave = true) {
  const agency = await api.createAgency();
  const [left, leftKey] = [accountOf(agency), agency.stripeSecret];
  const page = await shop.client(agency);
  const order = await shop.order(page);
  if (leave) await agency.connectStripe(sandbox, first);
  return { agency, page, order, left, leftKey };
}

test('credits.checkout SX11: a purchase names the account that offers it, and the next one the account of then', async () => {
  const { agency, page, order, left } = await moved();
  const scope = { agencyId: agency.id, world: 'test.0' } as const;
  const later = await shop.order(page);
  const named = async (id: string) => (await readPurchase(scope, id))?.stripeAccount;
  assert.deepEqual([await named(order.purchaseId), await named(later.purchaseId)], [left, accountOf(agency)]);
  assert.notEqual(left, accountOf(agency));
});

const ways: Record<string, (about: Awaited<ReturnType<typeof moved>>) => Promise<unknown>> = {
  'its webhook': ({ order }) => shop.deliver(order.sessionId, 'completed'),
  'the page that asks': ({ page, order }) => until(async () => (await shop.state(page, order)) === 'paid', 'the credits'),
  'the janitor': () => settleLeftOpen({ ...api.deps, now: () => new Date(sandbox.clock.now().getTime() + HOUR_MS) }),
  'the reconcile': async ({ agency }) => reconcile(await stored(agency), api.deps),
};

for (const [name, way] of Object.entries(ways)) {
  test(`credits.checkout SX11: what is paid on a page of an account that was left is credited by ${name}`, async () => {
    const about = await moved();
    stripe.pay(about.order.sessionId);
    await way(about);
    // The statement first: who reads the purchase asks Stripe.
    assert.deepEqual(await shop.entries(about.page), [100_000]);
    assert.equal(await shop.state(about.page, about.order), 'paid');
  });
}

for (const way of ['its webhook', 'the reconcile'] as const) {
  test(`purchases.read SX11: refunds and disputes at an account that was left take credits back by ${way}`, async () => {
    const { agency, page, order, leftKey } = await moved(false);
    const second = await shop.order(page);
    for (const { sessionId } of [order, second]) {
      stripe.pay(sessionId);
      assert.deepEqual(await shop.deliver(sessionId, 'completed'), [200]);
    }
    await agency.connectStripe(sandbox, first);
    const left = shop.account({ stripeSecret: leftKey });
    const paymentOf = async ({ sessionId }: typeof order) => String((await left.checkout.sessions.retrieve(sessionId)).payment_intent);
    await left.refunds.create({ payment_intent: await paymentOf(order), amount: 1000 });
    stripe.dispute(second.sessionId);
    if (way === 'its webhook') {
      for (const type of ['refund.created', 'charge.dispute.created']) {
        const event = stripe.events().findLast((one) => one.type === type);
        assert.deepEqual(
          (await stripe.deliver(event?.id ?? '')).map(({ status }) => status),
          [200],
        );
      }
    } else await reconcile(await stored(agency), api.deps);
    assert.deepEqual([await shop.state(page, order), await shop.state(page, second)], ['part_refunded', 'disputed']);
    const { available, held } = await page.call('credits.balance', {});
    assert.deepEqual([available, held], [75_000, 100_000]);
  });
}

test('agency.update SX11: the answer says what is still open at the account that was left, and until when it is followed', async () => {
  const { agency, page, order, left, leftKey } = await moved();
  const { stripe: answer } = await agency.call('agency.read', {});
  const [former] = answer.former;
  assert.equal(answer.accountId, accountOf(agency));
  assert(former && answer.former.length === 1);
  assert.deepEqual([former.accountId, former.last4, former.openPurchases], [left, leftKey.slice(-4), 1]);
  assert.equal(new Date(former.keptUntil).getTime() - new Date(former.leftAt).getTime(), 121 * DAY_MS);
  stripe.pay(order.sessionId);
  await shop.deliver(order.sessionId, 'completed');
  assert.equal((await agency.call('agency.read', {})).stripe.former[0]?.openPurchases, 0);
  assert.ok(!JSON.stringify(await page.call('bootstrap.read', {})).includes(left));
});

test('agency.update SX11: another key of the same account leaves no account, also where its id was not noted before', async () => {
  const { agency, order, left } = await moved(false);
  const account = stripe.accounts().find(({ id }) => id === left) ?? assert.fail();
  const { productId, priceId } = (await agency.call('agency.read', {})).stripe;
  const draft = { publishableKey: account.publishableKey, productId: productId ?? '', priceId: priceId ?? '' };
  const roll = async () => {
    account.secretKey = `sk_test_rolled${Math.random().toString(36).slice(2)}`;
    const { stripe: saved } = await agency.call('agency.update', { stripe: { ...draft, secretKey: account.secretKey } });
    return { accountId: saved.accountId, former: saved.former };
  };
  assert.deepEqual(await roll(), { accountId: left, former: [] });
  await forgetNames(agency);
  assert.deepEqual(await roll(), { accountId: left, former: [] });
  stripe.pay(order.sessionId);
  await until(async () => (await agency.call('purchases.read', { purchaseId: order.purchaseId })).state === 'paid', 'the credits');
});

/** As it was stored before accounts had names. */
async function forgetNames({ id }: Agency): Promise<void> {
  await mongoose.connection.collection('agencies').updateOne({ _id: id as never }, { $unset: { 'stripe.test.accountId': 1 } });
  await mongoose.connection.collection('purchases').updateMany({ agencyId: id }, { $unset: { stripeAccount: 1 } });
  api.deps.directory.forget();
}

test('credits.checkout SX11: purchases of before, which name no account, are those of the first one', async () => {
  const { agency, page, order } = await moved(false);
  await forgetNames(agency);
  await agency.connectStripe(sandbox, first);
  const between = await shop.order(page);
  await agency.connectStripe(sandbox, first);
  const { former } = (await agency.call('agency.read', {})).stripe;
  assert.deepEqual(
    former.map(({ accountId, openPurchases }) => [accountId !== null, openPurchases]),
    [
      [false, 1],
      [true, 1],
    ],
  );
  for (const { sessionId } of [order, between]) stripe.pay(sessionId);
  for (const one of [order, between]) await until(async () => (await shop.state(page, one)) === 'paid', 'the credits');
  assert.deepEqual(await shop.entries(page), [100_000, 100_000]);
});

test('credits.checkout SX11: an agency that comes back to an account goes on with it', async () => {
  const { agency, page, order, left, leftKey } = await moved();
  const back = stripe.accounts().find(({ id }) => id === left) ?? assert.fail();
  const old = shop.account({ stripeSecret: leftKey });
  const [price] = (await old.prices.list()).data;
  const draft = { publishableKey: back.publishableKey, secretKey: leftKey, productId: String(price?.product), priceId: price?.id ?? '' };
  const { stripe: saved } = await agency.call('agency.update', { stripe: draft });
  assert.equal(saved.accountId, left);
  stripe.pay(order.sessionId);
  await until(async () => (await shop.state(page, order)) === 'paid', 'the credits');
  const again = await shop.order(page);
  stripe.pay(again.sessionId);
  await until(async () => (await shop.state(page, again)) === 'paid', 'the credits');
});

test('credits.checkout SX11: what was begun at an account that was left before its page was open is over, and the next attempt is the new one’s', async () => {
  const agency = await api.createAgency();
  const page = await shop.client(agency);
  const { packages } = await page.call('credits.packages', {});
  const input = { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl };
  const headers = { 'idempotency-key': `click-${page.clientId}` };
  sandbox.faults.script(['503', '503', '503']);
  assert.equal((await page.try('credits.checkout', input, headers)).status, 503);
  sandbox.faults.calm();
  await agency.connectStripe(sandbox, first);
  const again = await page.try('credits.checkout', input, headers);
  assert.deepEqual([again.status, (again.body as never as { error: { code: string } }).error.code], [409, 'purchase.expired']);
  assert.equal((await page.try('credits.checkout', input)).status, 200);
});

test('plans.choose SX11: money that was authorised at an account that was left is taken there', async () => {
  const { agency, page, leftKey } = await moved(false);
  const form = { centsPer100Credits: 3000, currency: 'EUR' } as const;
  const { plans } = await agency.call('agency.update', { plans: [{ ...form, name: 'Large', priceMillis: 30_000 }] });
  const { orderId } = await page.call('plans.choose', {
    planId: plans[0]?.id ?? '',
    priceMillis: 30_000,
    priceCents: 1200,
    pay: 'money',
    returnUrl: page.returnUrl,
  });
  const session = stripe.sessions().findLast(({ customer_email }) => customer_email === page.email) ?? assert.fail();
  stripe.pay(session.id);
  await agency.connectStripe(sandbox, first);
  await until(async () => (await page.call('orders.read', { orderId })).state === 'done', 'the plan');
  const left = shop.account({ stripeSecret: leftKey });
  const payment = await left.paymentIntents.retrieve(String((await left.checkout.sessions.retrieve(session.id)).payment_intent));
  assert.deepEqual([payment.status, payment.amount_received], ['succeeded', 1200]);
});

test('agency.update SX11: the keys of an account are forgotten 121 days after it was left, and no day before', async () => {
  const { agency } = await moved();
  const round = async (days: number) => {
    const now = () => new Date(Date.now() + days * DAY_MS);
    await reconcileDue({ ...api.deps, now });
    return JSON.stringify((await stored(agency)).stripe.test?.former?.length);
  };
  assert.deepEqual([await round(120), await round(122)], ['1', '0']);
});

test('agency.update SX11: nobody can fill an agency with accounts', async () => {
  const agency = await api.createAgency();
  for (let times = 0; times < 20; times += 1) await agency.connectStripe(sandbox, first);
  await assert.rejects(agency.connectStripe(sandbox, first), /payments\.accounts_too_many/);
  assert.equal((await agency.call('agency.read', {})).stripe.former.length, 20);
});

test('purchases.read P10: each world is looked after with its own keys', async () => {
  const agency = await api.createAgency();
  const test = await shop.client(agency);
  const order = await shop.order(test);
  agency.mode = 'live';
  await agency.connectStripe(sandbox, first);
  const live = await shop.client(agency);
  const orders = [order, await shop.order(live)];
  for (const { sessionId } of orders) stripe.pay(sessionId);
  assert.deepEqual(
    orders.map(({ sessionId }) => sessionId.split('_')[1]),
    ['test', 'live'],
  );
  await settleLeftOpen({ ...api.deps, now: () => new Date(sandbox.clock.now().getTime() + HOUR_MS) });
  const ends = [await shop.entriesOf(test.clientId), await shop.entriesOf(live.clientId)];
  assert.deepEqual(ends, [[100_000], [100_000]]);
});
