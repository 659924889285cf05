import assert from 'node:assert/strict';
import test from 'node:test';
import { advanceDueOrders } from '../../../api/domain/orders/orders.ts';
import { type TwilioCall, twilioErrors } from '../../../api/providers/twilio/errors.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { casesOf, type ErrorCase, watchCase } from '../../support/provider-errors.ts';
import { until } from '../../support/until.ts';
import { figures, newKey, numbersOf, openClient, openNumberShop, PRICE, reserve, usLocal } from './shop.ts';

const api = await startApi();
const { sandbox } = api;

type Case = ErrorCase<TwilioCall>;

const account = '2010-04-01/Accounts/*';
const paths: Record<TwilioCall, ['GET' | 'POST' | 'DELETE', string]> = {
  readAccount: ['GET', account],
  searchNumbers: ['GET', `${account}/AvailablePhoneNumbers`],
  listNumbers: ['GET', `${account}/IncomingPhoneNumbers.json`],
  buyNumber: ['POST', `${account}/IncomingPhoneNumbers.json`],
  releaseNumber: ['DELETE', `${account}/IncomingPhoneNumbers/`],
  readRegulations: ['GET', 'v2/RegulatoryCompliance/Regulations'],
  readBundles: ['GET', 'v2/RegulatoryCompliance/Bundles'],
  readPrices: ['GET', 'v1/PhoneNumbers/Countries'],
  findAddress: ['GET', `${account}/Addresses.json`],
  callWithCode: ['POST', `${account}/Calls.json`],
  writeCode: ['POST', `${account}/Messages.json`],
};

/** A code outside the table. */
const ANOTHER_CODE = 20_001;

/** Makes Twilio answer this call so until the faults end. */
function answerWith({ call, row }: Case): void {
  const [method, path] = paths[call];
  const how = { status: row.status, body: { status: row.status, code: Number(row.code ?? ANOTHER_CODE), message: row.says } };
  sandbox.faults.add({ path: `/twilio/${path}`, method, how, times: 1_000 });
}

const all = casesOf(twilioErrors);
const casesFor = (...calls: TwilioCall[]) => all.filter(({ call }) => calls.includes(call));
const expected = ({ row }: Case) => (row.agency === undefined ? [] : [row.agency]);
const untouched = { available: 100_000, held: 0, used: 0 };

test('numbers.buy PX5 PX8: every final no of Twilio returns the credits with a reason, and alerts the right one', async () => {
  const { agency } = await openNumberShop(api);
  for (const one of casesFor('buyNumber').filter(({ row }) => row.lasts === 'definite')) {
    const { row, name } = one;
    const page = await openClient(agency);
    const { reservationId, number } = await reserve(page);
    const watched = await watchCase(api, agency);
    answerWith(one);
    const again = await page.call('numbers.reserve', { number, ...usLocal });
    assert.ok(again.reservationId !== reservationId, 'a day has gone by since the first');
    const reply = await page.try('numbers.buy', { reservationId: again.reservationId }, newKey());
    sandbox.faults.calm();
    assert.equal(codeOf(reply), row.person, name);
    assert.ok(!JSON.stringify(reply.body).includes(row.says), 'no word of it reaches the client');
    assert.deepEqual(await figures(page), untouched, name);
    assert.deepEqual(await numbersOf(page), []);
    assert.deepEqual(await watched.notices(), expected(one), name);
    await until(async () => watched.isLogged(one), `${name} is logged`);
    assert.equal((await page.try('numbers.reserve', { number, ...usLocal })).status, 200, 'the number is free again');
  }
});

test('numbers.buy PX5: a passing error is repeated, and given up within a day with the credits back', async () => {
  const { agency } = await openNumberShop(api);
  for (const one of casesFor('buyNumber').filter(({ row }) => row.lasts === 'passing')) {
    const { name } = one;
    const page = await openClient(agency);
    const watched = await watchCase(api, agency);
    const { reservationId } = await reserve(page);
    answerWith(one);
    const { orderId, state } = await page.call('numbers.buy', { reservationId }, newKey());
    assert.deepEqual(
      { state, figures: await figures(page) },
      { state: 'working', figures: { available: 100_000 - PRICE, held: PRICE, used: 0 } },
      name,
    );
    await until(async () => watched.isLogged(one), `${name} is logged`);
    const stateOf = async () => (await page.call('orders.read', { orderId })).state;
    const ends = async () => {
      sandbox.clock.advance(3600);
      await advanceDueOrders(api.deps);
      return (await stateOf()) === 'undone';
    };
    await until(ends, name, 60);
    sandbox.faults.calm();
    assert.deepEqual(await figures(page), untouched, name);
    assert.deepEqual(await watched.notices(), [], name);
  }
});

test('numbers.connect PX7: every refusal of a code has its own sentence, and alerts the right one', async () => {
  const { agency } = await openNumberShop(api);
  let digits = 1000;
  for (const one of casesFor('callWithCode', 'writeCode')) {
    const { row, call, name } = one;
    const page = await openClient(agency, 0);
    const watched = await watchCase(api, agency);
    answerWith(one);
    digits += 1;
    const input = { number: `+493012${digits}`, channel: call === 'callWithCode' ? ('call' as const) : ('sms' as const) };
    const key = newKey();
    const reply = await page.try('numbers.connect', input, key);
    sandbox.faults.calm();
    assert.equal(codeOf(reply), row.person, name);
    assert.ok(!JSON.stringify(reply.body).includes(row.says), 'no word of it reaches the client');
    assert.deepEqual(await watched.notices(), expected(one), name);
    await until(async () => watched.isLogged(one), `${name} is logged`);
    if (row.lasts === 'passing') continue;
    assert.deepEqual(await numbersOf(page), [], 'nothing is stored of it');
    const before = sandbox.phone.list().length;
    assert.equal((await page.try('numbers.connect', input, key)).status, 200, 'tried again, it goes');
    assert.equal(sandbox.phone.list().length, before + 1, 'and a code is sent');
  }
});

test("numbers.search PX8: Twilio's answers during a search become a sentence of ours, or nothing found", async () => {
  const { agency, page } = await openNumberShop(api);
  for (const one of casesFor('searchNumbers')) {
    const { row, name } = one;
    const watched = await watchCase(api, agency);
    answerWith(one);
    const reply = await page.try('numbers.search', usLocal);
    sandbox.faults.calm();
    assert.deepEqual(
      { isFound: reply.status === 200, code: codeOf(reply) ?? null },
      { isFound: row.person === null, code: row.person },
      name,
    );
    assert.deepEqual(await watched.notices(), expected(one), name);
    if (row.person !== null) await until(async () => watched.isLogged(one), `${name} is logged`);
  }
});

test('numbers.release PX5: a number that Twilio cannot take back now is returned later; the client is rid of it', async () => {
  const { agency } = await openNumberShop(api);
  for (const one of casesFor('releaseNumber')) {
    const { row, name } = one;
    const page = await openClient(agency);
    const { reservationId, number } = await reserve(page);
    await page.call('numbers.buy', { reservationId }, newKey());
    const [{ id: numberId = '' } = {}] = await numbersOf(page);
    const watched = await watchCase(api, agency);
    answerWith(one);
    const reply = await page.try('numbers.release', { numberId, lastDigits: number.slice(-4) });
    sandbox.faults.calm();
    if (row.lasts === 'definite') assert.equal(reply.status, 200, name);
    else await until(async () => watched.isLogged(one), `${name} is logged`);
    assert.deepEqual(await watched.notices(), expected(one), name);
    await until(
      async () => sandbox.clock.advance(150) > 0 && (await numbersOf(page)).every(({ state }) => state === 'released'),
      `${name} is released`,
    );
  }
});
