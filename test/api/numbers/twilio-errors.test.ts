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

/** One that no row of the table names. */
const ANOTHER_CODE = 20_001;

/** From now on Twilio answers so to this call, until the faults are over. */
function answerWith({ call, row }: Case): void {
  const [method, path] = paths[call];
  const how = { status: row.status, body: { status: row.status, code: Number(row.code ?? ANOTHER_CODE), message: row.says } };
  sandbox.faults.add({ path: `/twilio/${path}`, method, how, times: 1_000 });
}

const all = casesOf(twilioErrors);
const casesFor = (...calls: TwilioCall[]) => all.filter(({ call }) => calls.includes(call));
const expected = ({ row }: Case) => (row.agency === undefined ? [] : [row.agency]);
const untouched = [100_000, 0, 0];

test('numbers.buy PX5 PX8: every definite no of Twilio gives the credits back, says why, and is told to whoever can change it', async () => {
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

test('numbers.buy PX5: what may pass is asked again, and given up within a day, with the credits back', async () => {
  const { agency } = await openNumberShop(api);
  for (const one of casesFor('buyNumber').filter(({ row }) => row.lasts === 'passing')) {
    const { name } = one;
    const page = await openClient(agency);
    const watched = await watchCase(api, agency);
    const { reservationId } = await reserve(page);
    answerWith(one);
    const { orderId, state } = await page.call('numbers.buy', { reservationId }, newKey());
    assert.deepEqual([state, await figures(page)], ['working', [100_000 - PRICE, PRICE, 0]], name);
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

test('numbers.connect PX7: every no of Twilio to a code has its sentence, and is told to whoever can change it', async () => {
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

test('numbers.search PX8: what Twilio answers to whoever looks around is a sentence of ours, or nothing to find', async () => {
  const { agency, page } = await openNumberShop(api);
  for (const one of casesFor('searchNumbers')) {
    const { row, name } = one;
    const watched = await watchCase(api, agency);
    answerWith(one);
    const reply = await page.try('numbers.search', usLocal);
    sandbox.faults.calm();
    assert.deepEqual([reply.status === 200, codeOf(reply) ?? null], [row.person === null, row.person], name);
    assert.deepEqual(await watched.notices(), expected(one), name);
    if (row.person !== null) await until(async () => watched.isLogged(one), `${name} is logged`);
  }
});

test('numbers.release PX5: what Twilio refuses to take back now is taken back later, and the client is rid of it', async () => {
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
