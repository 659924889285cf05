import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { auditWhole } from '../../../api/domain/audit/whole.ts';
import { numberFulfilment } from '../../../api/domain/numbers/fulfil.ts';
import { rentFulfilment } from '../../../api/domain/numbers/month.ts';
import { pauseRent } from '../../../api/domain/numbers/pause.ts';
import { NumberModel, type PhoneNumber } from '../../../api/models/number.ts';
import { OrderModel } from '../../../api/models/order.ts';
import { HOUR_MS, later } from '../../../api/rules/time.ts';
import { sealsOf } from '../../../api/security/seals.ts';
import type { Page } from '../../support/page.ts';
import { runs } from '../../support/runs.ts';
import { comesTo, until } from '../../support/until.ts';
import { Shop } from '../payments/shop.ts';
import { DAY_SECONDS, mailsAboutNumbers, passDays, plan, reserve as reserveNumber } from './shop.ts';

/** Price of a number without rent. */
const PRICE = 5000;

const numbers = [{ country: 'US', type: 'local' as const, setupMillis: PRICE, monthlyMillis: 0 }];
const shop = await Shop.open({ plan: { ...plan, numbers } });
const { api, agency, stripe } = shop;
const { sid: accountSid, authToken } = api.sandbox.twilio.createAccount('owed', { numbers: 3 });
await agency.call('integrations.connectTelephony', { accountSid, authToken });

const pass = (days: number) => passDays(api, days);
const rowOf = ({ clientId }: Page): Promise<PhoneNumber> => NumberModel.findOne({ clientId }).lean().orFail().exec();
const letters = ({ email }: Page) => mailsAboutNumbers(api, email);

/** Buys a number with money, as a new client. */
async function buyWithMoney(credits = 0) {
  const page = await shop.client();
  if (credits > 0) await agency.allocate(page.clientId, credits);
  const { reservationId, number } = await reserveNumber(page);
  const { orderId } = await page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl });
  const sessionId = stripe.sessions().findLast(({ customer_email }) => customer_email === page.email)?.id ?? '';
  stripe.pay(sessionId);
  await until(async () => (await page.call('orders.read', { orderId })).state === 'done', 'the number');
  return { page, number, orderId, sessionId };
}

/** Delivers all of Stripe's events of an object, each twice. */
async function tell(objectId: string): Promise<void> {
  for (const { id } of stripe.events().filter(({ data }) => data.object.id === objectId)) {
    for (const { status } of await stripe.deliver(id, 2)) assert.equal(status, 200);
  }
}

async function closeDispute(sessionId: string, outcome: 'won' | 'lost'): Promise<string> {
  const dispute = stripe.dispute(sessionId);
  await tell(dispute.id);
  stripe.closeDispute(dispute.id, outcome);
  await tell(dispute.id);
  return dispute.id;
}

async function look(page: Page) {
  const [one] = (await page.call('numbers.list', {})).numbers;
  assert.ok(one);
  const { available, debt = 0 } = await page.balance();
  return { state: one.state, overdue: one.overdueMillis, paidUntil: one.paidUntil, available, debt };
}

const paidForGood = (available: number): Awaited<ReturnType<typeof look>> => ({
  state: 'active',
  overdue: 0,
  paidUntil: null,
  available,
  debt: 0,
});

/** Lists the milli-credits that each order for this number took. */
const taken = async (page: Page) =>
  (await OrderModel.find({ clientId: page.clientId, kind: 'rent', state: 'done' }).lean()).map(({ priceMillis }) => priceMillis);

async function audit(): Promise<void> {
  const real = later(new Date(), 2 * HOUR_MS); // late enough that nothing is merely in progress
  const { checks } = await auditWhole({ seals: sealsOf(api.deps.keys), business: api.deps.now(), real });
  assert.deepEqual(
    checks.flatMap(({ found }) => found),
    [],
  );
}

for (const [what, goBack] of [
  ['a dispute that is lost', (sessionId: string) => closeDispute(sessionId, 'lost')],
  ['a refund', async (sessionId: string) => stripe.refund(sessionId).id],
] as const)
  test(`numbers.buy SX26: after ${what} a number without rent is due at its price, once`, async () => {
    const { page, orderId, sessionId } = await buyWithMoney();
    const told = await goBack(sessionId);
    await tell(told);
    assert.equal((await page.call('orders.read', { orderId })).state, 'refunded');
    await pass(1);
    const { paidUntil: _day, ...due } = await look(page);
    assert.deepEqual(due, { state: 'past_due', overdue: PRICE, available: 0, debt: 0 });
    const { text } = await api.sandbox.mail.waitForMail(page.email, ({ subject }) =>
      /The price of your number .* could not be paid/.test(subject),
    );
    assert.match(text, /Its price of 5 credits is due again/);
    await audit();

    await agency.allocate(page.clientId, 20_000);
    await pass(1);
    await comesTo(() => Promise.all([look(page), taken(page)]), [paidForGood(15_000), [PRICE]]);
    await tell(told);
    await pass(90);
    assert.deepEqual({ number: await look(page), taken: await taken(page) }, { number: paidForGood(15_000), taken: [PRICE] });
    assert.equal(letters(page).length, 1, 'one notice, and none after it was paid');
    await audit();
  });

test('numbers.buy SX26: a number without rent whose money returned is paid from credits, without a mail', async () => {
  const { page, sessionId } = await buyWithMoney(PRICE);
  await tell(await closeDispute(sessionId, 'lost'));
  await pass(1);
  await comesTo(() => Promise.all([look(page), taken(page)]), [paidForGood(0), [PRICE]]);
  assert.deepEqual(letters(page), []);
  const { entries } = await page.call('credits.statement', {});
  assert.ok(entries.some(({ amount }) => amount === -PRICE));
  const row = await rowOf(page);
  await pauseRent({ ...row, rentsPaid: 0 }, api.deps.now(), api.deps.now());
  assert.equal((await rowOf(page)).rentAt, undefined, 'who saw it unpaid does not have it looked after again');
  await audit();
  await NumberModel.updateOne({ _id: row._id }, { $set: { owedMillis: 1 } });
  await assert.rejects(audit, /it owes 1, and ord_\w+ cost 5000/);
  await NumberModel.updateOne({ _id: row._id }, { $set: { owedMillis: PRICE } });
});

test('numbers.buy SX26: a number without rent whose money returned is released after seven unpaid days', async () => {
  const { page, number, sessionId } = await buyWithMoney();
  const told = await closeDispute(sessionId, 'lost');
  const isThere = () => api.sandbox.twilio.numbers(accountSid).some(({ phoneNumber }) => phoneNumber === number);
  await pass(6);
  assert.deepEqual({ state: (await look(page)).state, there: isThere() }, { state: 'past_due', there: true });
  await pass(2);
  assert.deepEqual({ state: (await look(page)).state, there: isThere() }, { state: 'released', there: false });
  await tell(told);
  await agency.allocate(page.clientId, 20_000);
  await pass(40);
  const { state, overdue, available, debt } = await look(page);
  assert.deepEqual({ state, overdue, available, debt }, { state: 'released', overdue: 0, available: 20_000, debt: 0 });
  assert.deepEqual(await taken(page), []);
  await comesTo(async () => letters(page).length, 3, 'past due, the last day, and the end');
  await audit();
});

test('numbers.buy SX26: a won dispute or a partial refund leaves a number without rent as it was', async () => {
  const disputed = await buyWithMoney(PRICE);
  const refunded = await buyWithMoney(PRICE);
  await closeDispute(disputed.sessionId, 'won');
  await tell(stripe.refund(refunded.sessionId, 100).id);
  await pass(40);
  for (const { page } of [disputed, refunded]) {
    assert.deepEqual({ number: await look(page), taken: await taken(page) }, { number: paidForGood(PRICE), taken: [] });
    assert.equal((await rowOf(page)).owedMillis, undefined);
  }
  await audit();
});

test('numbers.buy SX26: the grace of a number without rent pauses while its client cannot pay', async () => {
  const { page, sessionId } = await buyWithMoney();
  await closeDispute(sessionId, 'lost');
  await pass(2);
  await agency.call('clients.disable', { clientId: page.clientId });
  await passDays(api, 40, 4);
  await agency.call('clients.enable', { clientId: page.clientId });
  await agency.allocate(page.clientId, PRICE);
  await pass(2);
  const row = await rowOf(page);
  const { state, rentsPaid, paidUntil, graceUntil, rentAt, pausedAt } = row;
  assert.deepEqual([state, rentsPaid, paidUntil, graceUntil, rentAt, pausedAt], ['active', 1, ...Array(4).fill(undefined)]);
  await comesTo(() => taken(page), [PRICE]);
  await audit();
});

test('numbers.buy SX26: however reports and orders repeat, the price of a number is owed or paid, once', async () => {
  const { page, orderId } = await buyWithMoney();
  const row = await rowOf(page);
  const bought = await OrderModel.findById(orderId).lean().orFail().exec();
  const orderOf = (name: string) => ({ ...bought, _id: `ord_rent-${name}`, subjectId: row._id, item: { month: 1 } });
  const orders = { one: orderOf('one'), other: orderOf('other') };
  const step = fc.record({ what: fc.constantFrom('fulfil', 'release', 'takeBack'), by: fc.constantFrom('one', 'other') });
  // No job handles it, because its day is ahead.
  const deps = { ...api.deps, now: () => later(api.deps.now(), DAY_SECONDS * 1000) };
  await numberFulfilment.takeBack?.(bought, deps);
  const owed = await rowOf(page);
  assert.deepEqual({ owedMillis: owed.owedMillis, rentAt: owed.rentAt }, { owedMillis: PRICE, rentAt: owed.paidUntil });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      let paidBy: 'one' | 'other' | undefined;
      for (const { what, by } of steps) {
        if (what === 'takeBack') await numberFulfilment.takeBack?.(bought, deps);
        else if (what === 'release') {
          await rentFulfilment.release(orders[by], deps);
          if (paidBy === by) paidBy = undefined;
        } else {
          paidBy ??= by;
          assert.equal((await rentFulfilment.fulfil(orders[by], deps)).delivered, paidBy === by);
        }
        const { rentsPaid, paidUntil, rentAt, owedMillis } = await rowOf(page);
        const isPaid = paidBy !== undefined;
        assert.deepEqual(
          { rentsPaid, paidUntil, isRented: rentAt !== undefined, owedMillis },
          { rentsPaid: isPaid ? 1 : 0, paidUntil: isPaid ? undefined : owed.paidUntil, isRented: !isPaid, owedMillis: PRICE },
        );
      }
      for (const order of Object.values(orders)) await rentFulfilment.release(order, deps);
    }),
    { numRuns: runs(4) },
  );
});
