import assert from 'node:assert/strict';
import test from 'node:test';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { advanceDueOrders } from '../../../api/domain/orders/orders.ts';
import type { Telephony, TelephonyAccess } from '../../../api/ports/index.ts';
import { type TwilioCall, twilioErrors } from '../../../api/providers/twilio/errors.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { casesOf, differentOf, type ErrorCase, endOf, refusalOf, watchCase } from '../../support/provider-errors.ts';
import { until } from '../../support/until.ts';
import { figures, newKey, numbersOf, openClient, openNumberShop, PRICE, reserve, usLocal } from './shop.ts';

const api = await startApi();
const { sandbox } = api;
// Each case lets a day pass, which wakes every job. Due work is done here instead.
await api.stopDueWork();
const { agency } = await openNumberShop(api, { credits: 0 });

type Case = ErrorCase<TwilioCall>;

const account = '2010-04-01/Accounts/*';
const message = { from: '+15005550006', to: '+493012345678', code: '123456', sender: 'Northwind' };
const route =
  (address: string): Ask =>
  (telephony, access) =>
    telephony.routeNumber(access, `PN${'0'.repeat(32)}`, address);
/** Where each call goes, and how the port is asked for it. */
const calls: Record<TwilioCall, [method: 'GET' | 'POST' | 'DELETE', path: string, ask: Ask]> = {
  readAccount: ['GET', account, (telephony, access) => telephony.readAccount(access)],
  searchNumbers: ['GET', `${account}/AvailablePhoneNumbers`, (telephony, access) => telephony.searchNumbers(access, usLocal)],
  listNumbers: ['GET', `${account}/IncomingPhoneNumbers.json`, (telephony, access) => telephony.listNumbers(access)],
  buyNumber: [
    'POST',
    `${account}/IncomingPhoneNumbers.json`,
    (telephony, access) => telephony.buyNumber(access, { number: '+12125550100', tag: 'ord_1' }),
  ],
  releaseNumber: [
    'DELETE',
    `${account}/IncomingPhoneNumbers/`,
    (telephony, access) => telephony.releaseNumber(access, `PN${'0'.repeat(32)}`),
  ],
  readTrunk: ['GET', 'v1/Trunks', route('sip:read.test')],
  makeTrunk: ['POST', 'v1/Trunks', route('sip:make.test')],
  routeNumber: ['POST', `${account}/IncomingPhoneNumbers/`, route('sip:route.test')],
  readRegulations: ['GET', 'v2/RegulatoryCompliance/Regulations', (telephony, access) => telephony.readRegulatedTypes(access, 'DE')],
  readBundles: ['GET', 'v2/RegulatoryCompliance/Bundles', (telephony, access) => telephony.readBundles(access, 'DE', 'local')],
  readPrices: ['GET', 'v1/PhoneNumbers/Countries', (telephony, access) => telephony.readPrices(access, 'DE')],
  findAddress: ['GET', `${account}/Addresses.json`, (telephony, access) => telephony.findAddress(access, 'DE')],
  callWithCode: ['POST', `${account}/Calls.json`, (telephony, access) => telephony.sendCode(access, { channel: 'call', ...message })],
  writeCode: ['POST', `${account}/Messages.json`, (telephony, access) => telephony.sendCode(access, { channel: 'sms', ...message })],
};
type Ask = (telephony: Telephony, access: TelephonyAccess) => Promise<unknown>;

/** A code outside the table. */
const ANOTHER_CODE = '20001';

/** Makes Twilio answer this call so until the faults end. */
function answerWith({ call, row }: Case): void {
  const [method, path] = calls[call];
  const how = { status: row.status, body: { status: row.status, code: Number(row.code ?? ANOTHER_CODE), message: row.says } };
  sandbox.faults.add({ path: `/twilio/${path}`, method, how, times: 1_000 });
}

const all = casesOf(twilioErrors);
const casesFor = (...wanted: TwilioCall[]) => differentOf(all.filter(({ call }) => wanted.includes(call)));
const expected = ({ row }: Case) => (row.agency === undefined ? [] : [row.agency]);
const untouched = { available: 100_000, held: 0, used: 0 };

/** Refusals of Twilio that are answers for the caller. */
const answers: Partial<Record<string, unknown>> = {
  'readAccount 401': undefined,
  'readAccount 403': undefined,
  'readAccount 404': undefined,
  'searchNumbers 404': [],
  'readRegulations 404': [],
  'releaseNumber 404': undefined,
};

test('Twilio PX5 PX7 PX8: the port refuses each call with every documented error as the table says', async () => {
  const { sid, authToken } = sandbox.twilio.createAccount('Port');
  for (const one of all) {
    const { call, row, name } = one;
    answerWith(one);
    const end = await endOf(calls[call][2](api.deps.telephony, { accountSid: sid, authToken }));
    sandbox.faults.calm();
    const refusal = refusalOf({ ...one, row: { code: ANOTHER_CODE, ...row } }, 'telephony.provider_unavailable');
    const key = `${call} ${row.status}`;
    assert.deepEqual(end, row.code === undefined && key in answers ? { value: answers[key] } : refusal, name);
  }
});

test('numbers.buy PX5 PX8: every final no of Twilio returns the credits with a reason, and alerts the right one', async () => {
  const page = await openClient(agency);
  for (const one of casesFor('buyNumber').filter(({ row }) => row.lasts === 'definite')) {
    const { row, name } = one;
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
      sandbox.clock.advance(6 * 3600);
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
  const page = await openClient(agency);
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
    const isReleased = async () => {
      sandbox.clock.advance(150);
      await collectRents(api.deps);
      return (await numbersOf(page)).every(({ state }) => state === 'released');
    };
    await until(isReleased, `${name} is released`);
  }
});
