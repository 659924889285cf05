import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { collectRents } from '../../../api/domain/numbers/rent.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { until } from '../../support/until.ts';
import { buy, figures, findNumber, newKey, numbersOf, openClient, openNumberShop, PRICE, reserve, usLocal } from './shop.ts';

const api = await startApi();
await api.stopDueWork();
const { sandbox } = api;

test('numbers.release N10: the last four digits confirm it, a repetition does nothing, the provider has it back', async () => {
  const { page, account } = await openNumberShop(api);
  const { number } = await buy(page);
  const [owned] = await numbersOf(page);
  const numberId = owned?.id ?? '';
  const right = number.slice(-4);
  const wrong = await page.try('numbers.release', { numberId, lastDigits: right === '0000' ? '1111' : '0000' });
  assert.deepEqual({ status: wrong.status, code: codeOf(wrong) }, { status: 422, code: 'number.digits_wrong' });
  for (const few of [right.slice(-1), right.slice(1), ''])
    assert.equal((await page.try('numbers.release', { numberId, lastDigits: few })).status, 422, few);
  assert.equal((await numbersOf(page))[0]?.state, 'active');
  const released = await page.call('numbers.release', { numberId, lastDigits: right });
  assert.deepEqual(
    { state: released.state, agentId: released.agentId, callerId: released.callerId },
    { state: 'released', agentId: null, callerId: false },
  );
  const stored = () => mongoose.connection.collection('phonenumbers').findOne({ _id: numberId as never });
  const before = await stored();
  sandbox.clock.advance(60);
  assert.deepEqual(await page.call('numbers.release', { numberId, lastDigits: right }), released);
  assert.deepEqual(await stored(), before);
  assert.ok(!sandbox.twilio.numbers(account.sid).some(({ phoneNumber }) => phoneNumber === number));
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE }, 'what was paid is paid');
});

test('numbers.release F29: if the provider does not answer the number stays, and goes the next time', async () => {
  const { page, account } = await openNumberShop(api);
  const { number } = await buy(page);
  const numberId = (await numbersOf(page))[0]?.id ?? '';
  sandbox.faults.add({
    path: `/twilio/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers/`,
    method: 'DELETE',
    how: '500',
    done: true,
  });
  const reply = await page.try('numbers.release', { numberId, lastDigits: number.slice(-4) });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'telephony.provider_unavailable' });
  assert.equal((await numbersOf(page))[0]?.state, 'active');
  assert.equal((await page.call('numbers.release', { numberId, lastDigits: number.slice(-4) })).state, 'released');
});

test("numbers.release F29: a proxy's page in place of an answer is no release", async () => {
  const { page, account } = await openNumberShop(api);
  const { number } = await buy(page);
  const asked = { numberId: (await numbersOf(page))[0]?.id ?? '', lastDigits: number.slice(-4) };
  const isThere = () => sandbox.twilio.numbers(account.sid).some(({ phoneNumber }) => phoneNumber === number);
  const path = `/twilio/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers/`;
  sandbox.faults.add({ path, method: 'DELETE', how: 'html', done: false, times: 1 });
  assert.equal(codeOf(await page.try('numbers.release', asked)), 'telephony.provider_unavailable');
  assert.ok(isThere(), 'the agency still pays for it');
  assert.equal((await page.call('numbers.release', asked)).state, 'released');
  assert.ok(!isThere());
});

test('numbers.release N9 N10: an unanswered release is finished without another request, and no rent is taken', async () => {
  const { page, account } = await openNumberShop(api);
  const { number } = await buy(page);
  const numberId = (await numbersOf(page))[0]?.id ?? '';
  const path = `/twilio/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers/`;
  sandbox.faults.add({ path, method: 'DELETE', how: 'drop-after-headers', done: true, times: 1 });
  const reply = await page.try('numbers.release', { numberId, lastDigits: number.slice(-4) });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'telephony.provider_unavailable' });
  assert.ok(!sandbox.twilio.numbers(account.sid).some(({ phoneNumber }) => phoneNumber === number), 'it is gone at the provider');
  sandbox.clock.advance(31 * 24 * 3600);
  await until(async () => {
    await collectRents(api.deps, 100);
    return (await numbersOf(page))[0]?.state === 'released';
  }, 'the release');
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE }, 'a number that is gone costs no rent');
});

for (const how of [
  'is in another account than the one that is connected by now',
  'was given back by the agency at the provider',
] as const) {
  test(`numbers.buy N15 N7: an inventory number that ${how} is not charged`, async () => {
    const { agency, page, account } = await openNumberShop(api);
    const [own] = sandbox.twilio.numbers(account.sid);
    const number = own?.phoneNumber ?? '';
    await agency.call('inventory.offer', { number, offered: true });
    const { reservationId } = await reserve(page, number);
    if (how.startsWith('is in')) {
      const { sid: accountSid, authToken } = sandbox.twilio.createAccount('The other');
      await agency.call('integrations.connectTelephony', { accountSid, authToken });
    } else await api.deps.telephony.releaseNumber({ accountSid: account.sid, authToken: account.authToken }, own?.sid ?? '');
    const reply = await page.try('numbers.buy', { reservationId }, newKey());
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'number.unavailable' });
    assert.deepEqual(await figures(page), { available: 100_000, held: 0, used: 0 });
    assert.deepEqual(await numbersOf(page), []);
  });
}

test("numbers.buy N15 N1: an inventory number is sold at the plan's price, and nothing is bought at the provider", async () => {
  const { agency, page, account } = await openNumberShop(api);
  const [own] = sandbox.twilio.numbers(account.sid);
  const number = own?.phoneNumber ?? '';
  const before = sandbox.twilio.numbers(account.sid);
  const { country, type } = await agency.call('inventory.offer', { number, offered: true });
  assert.deepEqual({ country, type }, { country: 'US', type: 'local' });
  const { numbers } = await page.call('numbers.search', usLocal);
  assert.equal(numbers[0]?.number, number, 'the agency’s own come first');
  assert.equal(numbers[0]?.setupMillis, 3000);
  const { reservationId } = await reserve(page, number);
  assert.equal((await page.call('numbers.buy', { reservationId }, newKey())).state, 'done');
  assert.deepEqual(sandbox.twilio.numbers(account.sid), before, 'nothing changed there');
  const [mine] = await numbersOf(page);
  assert.deepEqual(
    { way: mine?.way, state: mine?.state, monthlyMillis: mine?.monthlyMillis },
    { way: 'inventory', state: 'active', monthlyMillis: 2000 },
  );
  assert.deepEqual(await figures(page), { available: 100_000 - PRICE, held: 0, used: PRICE });
  assert.equal((await agency.call('inventory.list', {})).numbers.find((one) => one.number === number)?.clientId, page.clientId);
  assert.equal(codeOf(await agency.try('inventory.offer', { number, offered: false })), 'number.taken');
  assert.ok(!(await page.call('numbers.search', usLocal)).numbers.some((one) => one.number === number), 'it is sold');

  await page.call('numbers.release', { numberId: mine?.id ?? '', lastDigits: number.slice(-4) });
  assert.deepEqual(sandbox.twilio.numbers(account.sid), before, 'given back to the agency, not to the provider');
  const next = await openClient(agency);
  assert.equal((await next.call('numbers.search', usLocal)).numbers[0]?.number, number, 'and offered again');
});

test('numbers.assign N10: a number gets an agent of its client, and loses it at the release', async () => {
  const { agency, page } = await openNumberShop(api);
  const { agentIds } = await agency.connectVoice(sandbox);
  const providerAgentId = agentIds[0] ?? assert.fail('no agent');
  const { id: agentId } = await agency.call('agents.register', { clientId: page.clientId, providerAgentId, name: 'Desk' });
  const { number } = await buy(page);
  const numberId = (await numbersOf(page))[0]?.id ?? '';
  assert.equal((await page.call('numbers.assign', { numberId, agentId: null })).agentId, null);
  const unknown = await page.try('numbers.assign', { numberId, agentId: 'agt_never_existed' });
  assert.deepEqual({ status: unknown.status, code: codeOf(unknown) }, { status: 404, code: 'agent.not_found' });
  assert.equal((await page.call('numbers.assign', { numberId, agentId })).agentId, agentId);
  assert.equal((await page.call('numbers.release', { numberId, lastDigits: number.slice(-4) })).agentId, null);
  assert.equal((await numbersOf(page))[0]?.agentId, null);
  assert.equal(codeOf(await page.try('numbers.assign', { numberId, agentId })), 'number.not_found');
});

test('numbers.release A01: another client’s number looks like an unknown one', async () => {
  const { agency, page } = await openNumberShop(api);
  const { number } = await buy(page);
  const numberId = (await numbersOf(page))[0]?.id ?? '';
  const other = await openClient(agency);
  const reply = await other.try('numbers.release', { numberId, lastDigits: number.slice(-4) });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 404, code: 'number.not_found' });
  assert.equal((await numbersOf(page))[0]?.state, 'active');
  assert.ok(await findNumber(page));
});
