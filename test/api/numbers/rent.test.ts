import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import fc from 'fast-check';
import { accessTo } from '../../../api/domain/directory/directory.ts';
import { rentFulfilment } from '../../../api/domain/numbers/month.ts';
import { releaseRow } from '../../../api/domain/numbers/release.ts';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { placeOrder } from '../../../api/domain/orders/orders.ts';
import { holdForOrder, voidOrderHold } from '../../../api/ledger/transfers/orders.ts';
import { agencyById } from '../../../api/models/agency.ts';
import { NumberModel } from '../../../api/models/number.ts';
import type { Order } from '../../../api/models/order.ts';
import { startApi } from '../../support/api.ts';
import { runs } from '../../support/runs.ts';
import { comesTo, until } from '../../support/until.ts';
import {
  buy,
  DAY_SECONDS,
  endRents,
  figures,
  mailsAboutNumbers,
  newKey,
  numbersOf,
  openClient,
  openNumberShop,
  PRICE,
  passDays,
  RENT,
} from './shop.ts';

const api = await startApi();
const { sandbox } = api;
/** The agency of all tests that change no agency. */
const { agency, account } = await openNumberShop(api, { credits: 0 });
const pass = (days: number) => passDays(api, days);
const subjects = (email: string) => mailsAboutNumbers(api, email);

afterEach(endRents);

test('numbers.buy N9: the rent is taken every 30 days, once, at the price as sold', async () => {
  const { agency, page } = await openNumberShop(api);
  await buy(page);
  const { plan } = await agency.call('agency.read', {});
  await agency.call('agency.update', {
    plan: { ...plan, numbers: [{ country: 'US', type: 'local', setupMillis: 9000, monthlyMillis: 9000 }] },
  });
  await pass(29);
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE }, 'the first month was paid with the number');
  await pass(1);
  await comesTo(() => figures(page), { available: 100_000 - PRICE - RENT, held: 0, used: PRICE + RENT });
  await pass(30);
  await comesTo(() => figures(page), { available: 100_000 - PRICE - 2 * RENT, held: 0, used: PRICE + 2 * RENT });
  const [number] = await numbersOf(page);
  assert.deepEqual({ state: number?.state, graceUntil: number?.graceUntil }, { state: 'active', graceUntil: null });
  assert.deepEqual(subjects(page.email), [], 'who can pay hears nothing');
});

test('numbers.buy N9: without credits it is kept seven days with notices, and then released once', async () => {
  const page = await openClient(agency, PRICE);
  const { number } = await buy(page);
  await pass(30);
  const [due] = await numbersOf(page);
  assert.equal(due?.state, 'past_due');
  assert.equal(due?.callerId, true, 'it works on');
  await pass(6);
  assert.equal((await numbersOf(page))[0]?.state, 'past_due');
  assert.ok(sandbox.twilio.numbers(account.sid).some(({ phoneNumber }) => phoneNumber === number));
  await pass(2);
  assert.equal((await numbersOf(page))[0]?.state, 'released');
  assert.ok(!sandbox.twilio.numbers(account.sid).some(({ phoneNumber }) => phoneNumber === number), 'it went back to the provider');
  await pass(40);
  const { available, held } = await figures(page);
  assert.deepEqual({ available, held }, { available: 0, held: 0 }, 'nothing more is charged');
  const told = await until(async () => subjects(page.email).length >= 4 && subjects(page.email), 'four notices');
  assert.equal(told.length, 4, told.join(' | '));
  assert.ok(
    told.every((subject) => /\+1 \d{3} \d{3} \d{4}/.test(subject)),
    'as people read it',
  );
  assert.equal(new Set(told).size, 4, 'each once');
});

test('numbers.buy N9: paid during the grace it is active again, and the next month counts from the old day', async () => {
  const page = await openClient(agency, PRICE);
  await buy(page);
  const before = (await numbersOf(page))[0]?.paidUntil ?? '';
  await pass(33);
  assert.equal((await numbersOf(page))[0]?.state, 'past_due');
  await agency.allocate(page.clientId, 10_000);
  await pass(1);
  const [number] = await numbersOf(page);
  assert.deepEqual({ state: number?.state, graceUntil: number?.graceUntil }, { state: 'active', graceUntil: null });
  assert.equal(Date.parse(number?.paidUntil ?? '') - Date.parse(before), 30 * DAY_SECONDS * 1000);
  const { available, held } = await figures(page);
  assert.deepEqual({ available, held }, { available: 10_000 - RENT, held: 0 });
});

test('numbers.buy N9: a crash while the rent is collected takes it once', async () => {
  for (const point of ['order.after_hold', 'order.after_fulfil', 'order.after_settle'] as const) {
    const page = await openClient(agency);
    await buy(page);
    await pass(29);
    api.crashAt(point);
    sandbox.clock.advance(2 * DAY_SECONDS);
    await collectRents(api.deps, 100).catch(() => undefined); // it crashes here, or in a round of the clock
    await new Promise((resolve) => setTimeout(resolve, 100));
    api.crashAt(undefined);
    await pass(2);
    // The crashed round, or the next one, finishes it.
    const later = async () => {
      sandbox.clock.advance(60);
      return figures(page);
    };
    await comesTo(later, { available: 100_000 - PRICE - RENT, held: 0, used: PRICE + RENT }, point);
  }
});

test('numbers.buy N9: a client with the most orders in progress owes the rent, and pays it later', async () => {
  const page = await openClient(agency, 500_000);
  await buy(page);
  const row = await NumberModel.findOne({ clientId: page.clientId }).lean().orFail().exec();
  await pass(26);
  const at = api.deps.now();
  const keys = Array.from({ length: 200 }, (_, index) => `waiting-${index}`);
  for (const key of keys) await holdForOrder(row, { key, millis: 1000, takesFree: false, actor: 'test', at });
  await pass(5);
  assert.equal((await numbersOf(page))[0]?.state, 'past_due');
  await voidOrderHold(row, { key: keys[0] ?? '', actor: 'test', at });
  await pass(1);
  assert.equal((await numbersOf(page))[0]?.state, 'active');
  await comesTo(() => figures(page), { available: 500_000 - PRICE - RENT - 199_000, held: 199_000, used: PRICE + RENT });
});

test('numbers.release N9: a number released while its rent is checked stays released, at no further cost', async () => {
  const page = await openClient(agency);
  const number = sandbox.twilio.numbers(account.sid)[0]?.phoneNumber ?? '';
  await agency.call('inventory.offer', { number, offered: true });
  const { reservationId } = await page.call('numbers.reserve', { number, country: 'US', type: 'local' });
  await page.call('numbers.buy', { reservationId }, newKey());
  const row = await NumberModel.findOneAndUpdate({ clientId: page.clientId }, { $set: { rentAt: new Date(0) } })
    .lean()
    .orFail()
    .exec();
  // When the round asks for the time the last time, it is handling the number.
  let asked = 0;
  let released: Promise<unknown> = Promise.resolve();
  const now = () => {
    asked += 1;
    if (asked === 2) released = releaseRow(row, api.deps);
    return api.deps.now();
  };
  await collectRents({ ...api.deps, now }, 1);
  await released;
  const after = await NumberModel.findById(row._id).lean().orFail().exec();
  assert.deepEqual(
    { isAsked: asked >= 2, state: after.state, rentAt: after.rentAt },
    { isAsked: true, state: 'released', rentAt: undefined },
  );
});

test('numbers.buy N9: a client with only free credits, which pay no rent, is warned in time', async () => {
  const { agency } = await openNumberShop(api, { credits: 0, changes: { freeMillis: 10_000 } });
  const page = await agency.openPage();
  await page.signUp();
  await agency.allocate(page.clientId, PRICE);
  const { text } = await sandbox.mail.waitForMail(page.email, (mail) => mail.text.includes('#wl-verify='));
  await page.call('accounts.verifyEmail', { token: /#wl-verify=([\w.-]+)/.exec(text)?.[1] ?? '' });
  await buy(page);
  assert.equal((await page.balance()).available, 10_000);
  await pass(28);
  await until(async () => subjects(page.email).some((subject) => /needs credits/.test(subject)), 'the notice');
});

test('numbers.buy N9: two rounds that collect one month, each with its own order, take it once', async () => {
  const page = await openClient(agency);
  await buy(page);
  const row = await NumberModel.findOne({ clientId: page.clientId }).lean().orFail().exec();
  const found = await agencyById(agency.id);
  assert.ok(found);
  const ware = { kind: 'rent' as const, name: 'A month', item: { month: 1 }, subjectId: row._id, priceMillis: RENT };
  const tries = ['1', '1-1'].map((name) => ({
    orderId: `ord_rent-${row._id}-${name}`,
    memberId: row.memberId,
    ware,
    pay: 'credits' as const,
  }));
  const states = [];
  for (const one of tries) states.push((await placeOrder(accessTo(found, 'test'), row, one, api.deps)).state);
  assert.deepEqual(states, ['done', 'undone']);
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE - RENT, held: 0, used: PRICE + RENT });
});

test('numbers.buy N9: whichever of two orders delivers a month or is undone, the paid day is right', async () => {
  const page = await openClient(agency);
  await buy(page);
  const row = await NumberModel.findOne({ clientId: page.clientId }).lean().orFail().exec();
  // nothing else is read
  const orderOf = (name: string) => ({ ...row, _id: `ord_rent-${name}`, subjectId: row._id, item: { month: 1 } }) as unknown as Order;
  const orders = { one: orderOf('one'), other: orderOf('other') };
  const step = fc.record({ what: fc.constantFrom('fulfil', 'release'), by: fc.constantFrom('one', 'other') });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      let paidBy: 'one' | 'other' | undefined;
      for (const { what, by } of steps) {
        if (what === 'fulfil') {
          paidBy ??= by;
          const { delivered } = await rentFulfilment.fulfil(orders[by], api.deps);
          assert.equal(delivered, paidBy === by);
        } else {
          await rentFulfilment.release(orders[by], api.deps);
          if (paidBy === by) paidBy = undefined;
        }
        const { rentsPaid, paidUntil, rentAt, state } = await NumberModel.findById(row._id).lean().orFail().exec();
        const more = paidBy === undefined ? 0 : 30 * DAY_SECONDS * 1000;
        assert.deepEqual(
          { rentsPaid, paidUntil, rentAt, state },
          {
            rentsPaid: paidBy === undefined ? 0 : 1,
            paidUntil: new Date(Number(row.paidUntil) + more),
            rentAt: new Date(Number(row.rentAt) + more),
            state: 'active',
          },
        );
      }
      for (const order of Object.values(orders)) await rentFulfilment.release(order, api.deps);
    }),
    { numRuns: runs(4) },
  );
});

test('numbers.buy N9: a delivered month of a dead order costs nothing if the number is released first', async () => {
  const page = await openClient(agency);
  await buy(page);
  await pass(29);
  const row = await NumberModel.findOne({ clientId: page.clientId }).lean().orFail().exec();
  api.crashAt('order.after_fulfil');
  sandbox.clock.advance(DAY_SECONDS + 3600);
  await until(async () => (await NumberModel.findById(row._id).lean())?.rentsPaid === 1, 'the month');
  await until(async () => (await figures(page)).held === RENT, 'its credits, set aside');
  await page.call('numbers.release', { numberId: row._id, lastDigits: row.number.slice(-4) });
  api.crashAt(undefined);
  const later = async () => {
    sandbox.clock.advance(60);
    return figures(page);
  };
  await comesTo(later, { available: 100_000 - PRICE, held: 0, used: PRICE });
  assert.equal((await numbersOf(page))[0]?.state, 'released');
});
