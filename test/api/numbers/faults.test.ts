import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { advanceDueOrders } from '../../../api/domain/orders/orders.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { runs } from '../../support/runs.ts';
import { until } from '../../support/until.ts';
import { buy, figures, findNumber, newKey, numbersOf, openClient, openNumberShop, PRICE, reserve, searchFree, usLocal } from './shop.ts';

const api = await startApi();
const { sandbox } = api;
// A jump of the clock ends every claim, so that a job would work on the same order at the same time.
await api.stopDueWork();
/** The agency of all tests that change no agency. */
const { agency, account } = await openNumberShop(api, { credits: 0 });
const path = (sid: string) => `/twilio/2010-04-01/Accounts/${sid}/IncomingPhoneNumbers.json`;

/** Advances business time until the condition holds, because work that waits for a provider is repeated by the clock. */
const settles = (isSo: () => Promise<boolean>) =>
  until(async () => {
    sandbox.clock.advance(700);
    await advanceDueOrders(api.deps);
    return isSo();
  }, 'the end of it');

for (const { how, done } of [
  { how: 'drop-after-headers', done: true },
  { how: 'timeout', done: true },
  { how: '500', done: true },
  { how: '500', done: false },
  { how: '503', done: false },
  { how: '429', done: false },
  { how: 'reset', done: false },
  { how: 'html', done: true },
] as const) {
  test(`numbers.buy F29: ${how}, and it was ${done ? 'bought' : 'not bought'}: one number and one charge in the end`, async () => {
    const page = await openClient(agency);
    const before = sandbox.twilio.numbers(account.sid).length;
    const { reservationId, number } = await reserve(page);
    sandbox.faults.add({ path: path(account.sid), method: 'POST', how, done, times: 1 });
    const reply = await page.call('numbers.buy', { reservationId }, newKey());
    assert.equal(reply.state, 'working', 'nobody says that it is there, or that it is not');
    assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: PRICE, used: 0 }, 'set aside, not taken');
    await settles(async () => (await page.call('orders.read', { orderId: reply.orderId })).state === 'done');
    assert.deepEqual(
      (await numbersOf(page)).map((one) => one.number),
      [number],
    );
    assert.equal(sandbox.twilio.numbers(account.sid).length, before + 1, 'bought once');
    assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE });
  });
}

test('numbers.buy F29 N7: a refusal of the provider charges nothing and is reported as such', async () => {
  const page = await openClient(agency);
  const { reservationId, number } = await reserve(page);
  sandbox.twilio.take(number);
  const reply = await page.try('numbers.buy', { reservationId }, newKey());
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'number.taken' });
  assert.doesNotMatch(JSON.stringify(reply.body), /twilio|21422/i, "the provider's words stay in the log");
  assert.deepEqual(await figures(page), { available: 100_000, held: 0, used: 0 });
  assert.deepEqual(await numbersOf(page), []);
  assert.ok(!sandbox.twilio.numbers(account.sid).some(({ phoneNumber }) => phoneNumber === number));
});

test('numbers.buy N7: the provider fails one in five: the others are charged, and nobody pays without a number', async () => {
  const page = await openClient(agency, 1_000_000);
  const before = sandbox.twilio.numbers(account.sid).length;
  const fifths = runs(2);
  const found: string[] = [];
  let [charged, undone] = [0, 0];
  for (let index = 0; index < 5 * fifths; index += 1) {
    if (found.length === 0) found.push(...(await searchFree(page)));
    const { reservationId, number } = await reserve(page, found.pop());
    if (index % 5 === 0) sandbox.twilio.take(number);
    const reply = await page.try('numbers.buy', { reservationId }, newKey());
    if (reply.status === 200) charged += 1;
    else undone += 1;
  }
  assert.deepEqual({ charged, undone }, { charged: 4 * fifths, undone: fifths });
  assert.equal((await numbersOf(page)).length, 4 * fifths);
  assert.equal(sandbox.twilio.numbers(account.sid).length, before + 4 * fifths);
  assert.deepEqual(await figures(page), { available: 1_000_000 - 4 * fifths * PRICE, held: 0, used: 4 * fifths * PRICE });
});

test('numbers.buy F30: two agencies on one account at the provider: one gets it, the other is not charged', async () => {
  const here = await openNumberShop(api);
  const there = await openNumberShop(api, { account: here.account });
  const number = await findNumber(here.page);
  const reserved = await Promise.all([here, there].map(({ page }) => reserve(page, number)));
  const replies = await Promise.all(
    [here, there].map(({ page }, at) => page.try('numbers.buy', { reservationId: reserved[at]?.reservationId ?? '' }, newKey())),
  );
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
  const owners = await Promise.all([here, there].map(({ page }) => numbersOf(page)));
  assert.equal(owners.flat().length, 1);
  const spent = await Promise.all([here, there].map(({ page }) => figures(page)));
  assert.deepEqual(spent.map(({ available }) => 100_000 - available).sort(), [0, PRICE]);
  const atProvider = sandbox.twilio.numbers(here.account.sid).find(({ phoneNumber }) => phoneNumber === number);
  assert.ok(atProvider, 'the one who has it still has it there');
});

test('numbers.buy F30 N15: two agencies offer one number of one account: it is sold once', async () => {
  const here = await openNumberShop(api);
  const there = await openNumberShop(api, { account: here.account });
  const number = sandbox.twilio.numbers(here.account.sid)[0]?.phoneNumber ?? '';
  const kind = { country: 'US', type: 'local' } as const;
  for (const { agency } of [here, there]) await agency.call('inventory.offer', { number, offered: true });
  const reserved = await Promise.all([here, there].map(({ page }) => reserve(page, number, kind)));
  const replies = await Promise.all(
    [here, there].map(({ page }, at) => page.try('numbers.buy', { reservationId: reserved[at]?.reservationId ?? '' }, newKey())),
  );
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
  assert.equal((await Promise.all([here, there].map(({ page }) => numbersOf(page)))).flat().length, 1);
});

test('numbers.buy F29: a number that the account already has is never bought again, nor returned', async () => {
  const page = await openClient(agency);
  const { reservationId, number } = await reserve(page);
  sandbox.twilio.addNumber(account.sid, number);
  const reply = await page.try('numbers.buy', { reservationId }, newKey());
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'number.taken' });
  const kept = sandbox.twilio.numbers(account.sid).find(({ phoneNumber }) => phoneNumber === number);
  assert.ok(kept, "it is still the agency's");
  assert.doesNotMatch(kept.friendlyName, /^ord_/);
});

test('numbers.buy F29: a crash right after the purchase leaves one number and one charge', async () => {
  const before = sandbox.twilio.numbers(account.sid).length;
  for (const point of ['number.after_buy', 'order.after_hold', 'order.after_fulfil', 'order.after_settle'] as const) {
    const client = await openClient(agency);
    const { reservationId } = await reserve(client);
    const key = newKey();
    api.crashAt(point);
    assert.equal((await client.try('numbers.buy', { reservationId }, key)).status, 500);
    api.crashAt(undefined);
    await settles(async () => (await numbersOf(client)).length === 1 && (await figures(client)).used === PRICE);
    assert.equal((await client.call('numbers.buy', { reservationId }, key)).state, 'done', `${point}: the same attempt finds it`);
    assert.deepEqual(await figures(client), { available: 100_000 - PRICE, held: 0, used: PRICE }, point);
  }
  assert.equal(sandbox.twilio.numbers(account.sid).length, before + 4);
});

test('numbers.buy F29: a number that an earlier attempt of the same order took meanwhile is its own', async () => {
  const page = await openClient(agency);
  const before = sandbox.twilio.numbers(account.sid).length;
  const { reservationId, number } = await reserve(page);
  // As if the earlier request had arrived between the look and this one.
  const taken = { status: 400, body: { code: 21422, message: `${number} is not available`, status: 400 } };
  sandbox.faults.add({ path: path(account.sid), method: 'POST', how: taken, done: true });
  assert.equal((await page.call('numbers.buy', { reservationId }, newKey())).state, 'done');
  assert.equal(sandbox.twilio.numbers(account.sid).length, before + 1, 'bought once');
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE });
});

test('numbers.buy F29 N6: a crash between the number and the end of its reservation blocks nobody', async () => {
  const { page } = await openNumberShop(api, { changes: { limits: { numbers: 2, sources: null, storageBytes: null } } });
  const reservations = mongoose.connection.collection('reservations');
  const { reservationId } = await reserve(page);
  const key = newKey();
  api.crashAt('number.after_buy');
  assert.equal((await page.try('numbers.buy', { reservationId }, key)).status, 500);
  const kept = await reservations.findOne({ reservationId });
  api.crashAt('order.after_fulfil');
  assert.equal((await page.try('numbers.buy', { reservationId }, key)).status, 500);
  assert.ok(kept && (await numbersOf(page)).length === 1);
  await reservations.insertOne(kept); // as if the process had ended just before
  api.crashAt(undefined);
  assert.equal((await page.call('numbers.buy', { reservationId }, key)).state, 'done');
  assert.equal((await buy(page)).state, 'done', 'the plan has room for the second one');
});

test('numbers.buy F29: an account that is cut off meanwhile charges nobody', async () => {
  const { page, account } = await openNumberShop(api);
  const { reservationId } = await reserve(page);
  sandbox.twilio.setStatus(account.sid, 'suspended');
  const reply = await page.try('numbers.buy', { reservationId }, newKey());
  assert.ok(reply.status === 503 || (reply.status === 200 && reply.body.state === 'working'), String(reply.status));
  const { available, used } = await figures(page);
  assert.equal(used, 0);
  assert.ok(available >= 100_000 - PRICE);
});

test('numbers.search F29: after all of it another number can be bought', async () => {
  const page = await openClient(agency);
  assert.equal((await buy(page, usLocal)).state, 'done');
});
