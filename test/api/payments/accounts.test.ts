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
await shop.api.stopDueWork();
const { api, stripe } = shop;
const { sandbox } = api;

const first = { priceCents: 4000, currency: 'EUR', name: '100 credits' };
const stored = async ({ id }: Agency) => (await agencyById(id)) ?? assert.fail('the agency is gone');
const accountOf = (agency: Agency) =>
  stripe.accounts().findLast(({ name }) => name === agency.slug)?.id ?? assert.fail('it has no account');

/** An agency with a client whose checkout page is open, and which has left that account since. */
async function moved(leave = true) {
  const agency = await api.createAgency();
  const [left, leftKey] = [accountOf(agency), agency.stripeSecret];
  const page = await shop.client(agency);
  const order = await shop.order(page);
  if (leave) await agency.connectStripe(sandbox, first);
  return { agency, page, order, left, leftKey };
}

test('credits.checkout SX11: a purchase names the account that offers it, and the next one its own', async () => {
  const { agency, page, order, left } = await moved();
  const scope = { agencyId: agency.id, world: 'test.0' } as const;
  const later = await shop.order(page);
  const named = async (id: string) => (await readPurchase(scope, id))?.stripeAccount;
  assert.deepEqual(
    { order: await named(order.purchaseId), later: await named(later.purchaseId) },
    { order: left, later: accountOf(agency) },
  );
  assert.notEqual(left, accountOf(agency));
});

const ways: Record<string, (about: Awaited<ReturnType<typeof moved>>) => Promise<unknown>> = {
  'its webhook': ({ order }) => shop.deliver(order.sessionId, 'completed'),
  'the page that asks': ({ page, order }) => until(async () => (await shop.state(page, order)) === 'paid', 'the credits'),
  'the janitor': () => settleLeftOpen({ ...api.deps, now: () => new Date(sandbox.clock.now().getTime() + HOUR_MS) }),
  'the reconcile': async ({ agency }) => reconcile(await stored(agency), api.deps),
};

for (const [name, way] of Object.entries(ways)) {
  test(`credits.checkout SX11: a payment on a page of a former account is credited by ${name}`, async () => {
    const about = await moved();
    stripe.pay(about.order.sessionId);
    await way(about);
    // The statement first, because reading the purchase asks Stripe.
    assert.deepEqual(await shop.entries(about.page), [100_000]);
    assert.equal(await shop.state(about.page, about.order), 'paid');
  });
}

for (const way of ['its webhook', 'the reconcile'] as const) {
  test(`purchases.read SX11: refunds and disputes at a former account take credits back by ${way}`, async () => {
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
    assert.deepEqual(
      { refunded: await shop.state(page, order), disputed: await shop.state(page, second) },
      { refunded: 'part_refunded', disputed: 'disputed' },
    );
    const { available, held } = await page.call('credits.balance', {});
    assert.deepEqual({ available, held }, { available: 75_000, held: 100_000 });
  });
}

test('agency.update SX11: the answer lists what is open at the former account, and until when', async () => {
  const { agency, page, order, left, leftKey } = await moved();
  const { stripe: answer } = await agency.call('agency.read', {});
  const [former] = answer.former;
  assert.equal(answer.accountId, accountOf(agency));
  assert(former && answer.former.length === 1);
  assert.deepEqual(
    { accountId: former.accountId, last4: former.last4, openPurchases: former.openPurchases },
    { accountId: left, last4: leftKey.slice(-4), openPurchases: 1 },
  );
  assert.equal(new Date(former.keptUntil).getTime() - new Date(former.leftAt).getTime(), 121 * DAY_MS);
  stripe.pay(order.sessionId);
  await shop.deliver(order.sessionId, 'completed');
  assert.equal((await agency.call('agency.read', {})).stripe.former[0]?.openPurchases, 0);
  assert.ok(!JSON.stringify(await page.call('bootstrap.read', {})).includes(left));
});

test('agency.update SX11: another key of the same account is no change of account, even without a stored id', async () => {
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

/** Removes the account ids, as in documents stored before them. */
async function forgetNames({ id }: Agency): Promise<void> {
  await mongoose.connection.collection('agencies').updateOne({ _id: id as never }, { $unset: { 'stripe.test.accountId': 1 } });
  await mongoose.connection.collection('purchases').updateMany({ agencyId: id }, { $unset: { stripeAccount: 1 } });
  api.deps.directory.forget();
}

test('credits.checkout SX11: older purchases without an account belong to the first one', async () => {
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

test('credits.checkout SX11: an agency that returns to an account continues with it', async () => {
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

test('credits.checkout SX11: a purchase begun at a former account without a page ends; the next is the new one’s', async () => {
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
  assert.deepEqual(
    { status: again.status, code: (again.body as never as { error: { code: string } }).error.code },
    { status: 409, code: 'purchase.expired' },
  );
  assert.equal((await page.try('credits.checkout', input)).status, 200);
});

test('plans.choose SX11: money authorised at a former account is taken there', async () => {
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
  assert.deepEqual({ status: payment.status, amount_received: payment.amount_received }, { status: 'succeeded', amount_received: 1200 });
});

test("agency.update SX11: an account's keys are deleted 121 days after it was left, and no day before", async () => {
  const { agency } = await moved();
  const round = async (days: number) => {
    const now = () => new Date(Date.now() + days * DAY_MS);
    await reconcileDue({ ...api.deps, now });
    return JSON.stringify((await stored(agency)).stripe.test?.former?.length);
  };
  assert.deepEqual({ early: await round(120), late: await round(122) }, { early: '1', late: '0' });
});

test('agency.update SX11: an agency cannot collect accounts', async () => {
  const agency = await api.createAgency();
  for (let times = 0; times < 20; times += 1) await agency.connectStripe(sandbox, first);
  await assert.rejects(agency.connectStripe(sandbox, first), /payments\.accounts_too_many/);
  assert.equal((await agency.call('agency.read', {})).stripe.former.length, 20);
});

test('purchases.read P10: each world is handled with its own keys', async () => {
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
