import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { workThrough } from '../../../api/domain/due/due.ts';
import { dueGiveBacks } from '../../../api/domain/payments/give-back.ts';
import type { CrashPoint } from '../../../api/ports/index.ts';
import { codeOf } from '../../support/agency.ts';
import type { Page } from '../../support/page.ts';
import { newKey, openClient, plan, reserve } from '../numbers/shop.ts';
import { Shop } from '../payments/shop.ts';
import { assertNothingLeft, leave, moneyOf, sessionIn, stored, work } from './leaver.ts';

const shop = await Shop.open({ plan });
const { api, agency, stripe } = shop;
await api.stopDueWork();
const { faults, twilio } = api.sandbox;
const account = twilio.createAccount(agency.slug, { numbers: 3 });
await agency.call('integrations.connectTelephony', { accountSid: account.sid, authToken: account.authToken });
const large = { name: 'Large', centsPer100Credits: 4000, currency: 'EUR', priceMillis: 30_000 } as const;
const [{ id: planId } = { id: '' }] = (await agency.call('agency.update', { plans: [large] })).plans;

const packageId = (await agency.call('agency.read', {})).packages[0]?.id ?? '';

const client = () => openClient(agency, 0);
const statusOf = (sessionId: string) => stripe.sessions().find(({ id }) => id === sessionId)?.status;
const purchaseOf = async (page: Page) => (await stored('purchases', { clientId: page.clientId }))[0];
const orderOf = async (page: Page) => (await stored('orders', { clientId: page.clientId }))[0];
const boughtAt = (number: string) => twilio.numbers(account.sid).some(({ phoneNumber }) => phoneNumber === number);

/** Stripe does not close pages any more, as in an outage; everything else it does. */
const keepPagesOpen = () =>
  faults.add({
    path: '/v1/checkout/sessions/*/expire',
    how: { status: 503, body: { error: { type: 'api_error', message: '' } } },
    times: 1000,
  });

/** Orders a number, which is paid on a page. */
async function orderNumber(page: Page): Promise<{ number: string; sessionId: string }> {
  const { reservationId, number } = await reserve(page);
  const order = await page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl }, newKey());
  return { number, sessionId: sessionIn(order) };
}

const orderPlan = async (page: Page) =>
  sessionIn(await page.call('plans.choose', { planId, priceMillis: 30_000, priceCents: 1200, pay: 'money', returnUrl: page.returnUrl }));

/** Deletes the account while Stripe does not close its page, so that it can be paid once more. */
async function leaveWithOpenPage(page: Page): Promise<void> {
  keepPagesOpen();
  assert.equal((await leave(page)).status, 200);
  faults.calm();
  const [row] = await stored('clients', { _id: page.clientId });
  assert.ok(row?.deletion && row.disabledAt && !row.deletedAt, 'it is shut out, and the deletion waits');
}

test('accounts.delete MT23: open pages are closed with the account, and nobody can pay on them', async () => {
  const page = await client();
  const openPages = async () => (await page.call('accounts.deletion', {})).openPages;
  assert.equal(await openPages(), 0);
  const sessions = [(await shop.order(page)).sessionId, (await orderNumber(page)).sessionId, await orderPlan(page)];
  assert.equal(await openPages(), 3, 'they are told before');
  assert.equal((await leave(page)).status, 200);
  for (const sessionId of sessions) {
    assert.equal(statusOf(sessionId), 'expired');
    assert.throws(() => stripe.pay(sessionId));
  }
  const orders = await stored('orders', { clientId: page.clientId });
  assert.deepEqual(
    orders.map(({ state, code }) => ({ state, code })),
    [
      { state: 'undone', code: 'client.deleted' },
      { state: 'undone', code: 'client.deleted' },
    ],
  );
  await assertNothingLeft(api, page);
});

test('accounts.delete MT23: a purchase whose page was never opened is over as well', async () => {
  const page = await client();
  api.crashAt('checkout.after_intent');
  await page.try('credits.checkout', { packageId, returnUrl: page.returnUrl });
  api.crashAt(undefined);
  assert.equal((await leave(page)).status, 200);
  assert.equal((await purchaseOf(page))?.state, 'expired');
  await assertNothingLeft(api, page);
});

test('accounts.delete MT23: credits that were paid unheard of are confirmed first, a bank debit is waited for', async () => {
  const [payer, debtor] = [await client(), await client()];
  stripe.pay((await shop.order(payer)).sessionId);
  const input = { confirmation: payer.email, lostMillis: 0, numbers: 0 };
  assert.equal(codeOf(await payer.try('accounts.delete', input)), 'deletion.changed');
  assert.equal((await payer.balance()).available, 100_000);
  const { sessionId } = await shop.order(debtor);
  stripe.pay(sessionId, 'delayed');
  assert.equal(codeOf(await leave(debtor)), 'deletion.under_way');
  stripe.settle(sessionId, 'failed');
  assert.equal(codeOf(await leave(debtor)), 'deletion.under_way', 'nobody has heard of it');
  await shop.deliver(sessionId, 'async_payment_failed');
  for (const page of [payer, debtor]) assert.equal((await leave(page)).status, 200);
  for (const page of [payer, debtor]) await assertNothingLeft(api, page);
});

test('accounts.delete MT23: what is paid after the deletion has begun goes back, by card and by bank debit', async () => {
  for (const how of ['card', 'delayed'] as const) {
    const page = await client();
    const { sessionId } = await shop.order(page);
    await leaveWithOpenPage(page);
    stripe.pay(sessionId, how);
    await work(api);
    if (how === 'delayed') {
      assert.ok(!(await stored('clients', { _id: page.clientId }))[0]?.deletedAt, 'it waits for the bank');
      stripe.settle(sessionId, 'succeeded');
      await work(api);
    }
    await work(api);
    assert.deepEqual(moneyOf(api, sessionId), { taken: 4000, returned: 4000, refunds: 1 });
    assert.equal((await purchaseOf(page))?.state, 'refunded');
    assert.deepEqual(await shop.entriesOf(page.clientId), [-100_000, 100_000]);
    await assertNothingLeft(api, page);
  }
});

test('accounts.delete MT23 N7: an order that is authorised meanwhile is undone, and its number never bought', async () => {
  const page = await client();
  const { number, sessionId } = await orderNumber(page);
  await leaveWithOpenPage(page);
  stripe.pay(sessionId);
  await work(api);
  assert.deepEqual({ state: (await orderOf(page))?.state, bought: boughtAt(number) }, { state: 'undone', bought: false });
  assert.equal(moneyOf(api, sessionId).taken, 0);
  await assertNothingLeft(api, page);
  const { numbers } = await (await client()).call('numbers.search', { country: 'US', type: 'local' });
  assert.ok(
    numbers.some((one) => one.number === number && !one.taken),
    'somebody else can have it',
  );
});

/** Takes a client whose account was deleted while its page was believed to be closed, as after a restored backup. */
async function lateSession(page: Page): Promise<string> {
  const { sessionId } = await shop.order(page);
  await mongoose.connection.collection('purchases').updateOne({ clientId: page.clientId }, { $set: { state: 'expired' } });
  assert.equal((await leave(page)).status, 200);
  stripe.pay(sessionId);
  return sessionId;
}

const points = [
  'purchase.before_transfer',
  'purchase.after_transfer',
  'purchase.after_state',
  'giveback.after_mark',
  'giveback.after_refund',
  'returns.before_transfer',
  'returns.after_transfer',
] as const satisfies CrashPoint[];
for (const point of points) {
  test(`accounts.delete MT23: what is paid long after goes back once, with a process that dies at ${point}`, async () => {
    const page = await client();
    const sessionId = await lateSession(page);
    api.crashAt(point);
    await shop.deliver(sessionId, 'completed');
    await work(api);
    api.crashAt(undefined);
    await shop.deliver(sessionId, 'completed', 2);
    await work(api);
    assert.deepEqual(moneyOf(api, sessionId), { taken: 4000, returned: 4000, refunds: 1 });
    assert.deepEqual(await shop.entriesOf(page.clientId), [-100_000, 100_000]);
    await assertNothingLeft(api, page);
  });
}

test('accounts.delete MT23: a plan whose money was taken as the account went is undone, and the money goes back', async () => {
  const page = await client();
  const sessionId = await orderPlan(page);
  stripe.pay(sessionId);
  api.crashAt('order.after_capture');
  await page.try('orders.read', { orderId: (await orderOf(page))?._id as unknown as string });
  api.crashAt(undefined);
  assert.equal(moneyOf(api, sessionId).taken, 1200);
  // The deletion began beside it.
  const deletion = { memberId: 'mem_1', at: api.deps.now(), checkAt: api.deps.now(), checks: 0 };
  await mongoose.connection
    .collection('clients')
    .updateOne({ _id: page.clientId as never }, { $set: { deletion, disabledAt: api.deps.now() } });
  await work(api);
  const order = await orderOf(page);
  assert.deepEqual({ state: order?.state, code: order?.code }, { state: 'undone', code: 'client.deleted' });
  assert.deepEqual(moneyOf(api, sessionId), { taken: 1200, returned: 1200, refunds: 1 });
  await assertNothingLeft(api, page);
});

test('accounts.delete MT23: money that Stripe does not give back is tried again, and the agency is told', async () => {
  const page = await client();
  const sessionId = await lateSession(page);
  const no = { error: { type: 'invalid_request_error', code: 'charge_not_refundable', message: 'This charge cannot be refunded.' } };
  faults.add({ path: '/v1/refunds', method: 'POST', how: { status: 400, body: no }, times: 1000 });
  await shop.deliver(sessionId, 'completed');
  await workThrough(dueGiveBacks(api.deps), api.deps);
  const { entries } = await agency.call('journal.list', { limit: 50 });
  assert.ok(entries.some(({ action, target }) => action === 'alert.provider' && target === 'payments.refund_refused'));
  assert.ok((await purchaseOf(page))?.giveBackAt);
  // The agency gives it back by itself.
  stripe.refund(sessionId);
  await work(api, 2);
  assert.ok(!(await purchaseOf(page))?.giveBackAt);
  faults.calm();
  await assertNothingLeft(api, page);
});
