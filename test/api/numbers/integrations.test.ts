import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { advanceDueOrders } from '../../../api/domain/orders/orders.ts';
import { twilioErrors } from '../../../api/providers/twilio/errors.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { until } from '../../support/until.ts';
import { figures, newKey, numbersOf, openClient, openNumberShop, plan, reserve } from './shop.ts';

const api = await startApi();
await api.stopDueWork();
const { sandbox, createAgency } = api;

/** Returns the whole database as text. */
async function everything(): Promise<string> {
  const collections = await mongoose.connection.listCollections();
  return JSON.stringify(await Promise.all(collections.map(({ name }) => mongoose.connection.collection(name).find().toArray())));
}

test('integrations.connectTelephony N5 S1: the account is checked first, its token sealed, and only its end shown', async () => {
  const agency = await createAgency({ plan });
  const { sid: accountSid, authToken, friendlyName } = sandbox.twilio.createAccount('First');
  const wrong = await agency.try('integrations.connectTelephony', { accountSid, authToken: 'a'.repeat(32) });
  assert.deepEqual({ status: wrong.status, code: codeOf(wrong) }, { status: 422, code: 'account.invalid_credentials' });
  const unknown = await agency.try('integrations.connectTelephony', { accountSid: `AC${'0'.repeat(32)}`, authToken });
  assert.deepEqual({ status: unknown.status, code: codeOf(unknown) }, { status: 422, code: 'account.invalid_credentials' });
  assert.equal((await agency.call('integrations.read', {})).telephony.connected, false, 'nothing was kept');

  const { telephony } = await agency.call('integrations.connectTelephony', { accountSid, authToken });
  assert.deepEqual(telephony, { connected: true, name: friendlyName, last4: authToken.slice(-4), warning: null });
  assert.ok(!(await everything()).includes(authToken), 'the token is nowhere in the database');
  assert.ok(!api.logs.join('').includes(authToken), 'nor in the log');
  agency.mode = 'live';
  assert.equal((await agency.call('integrations.read', {})).telephony.connected, false, 'the other mode has its own');
  agency.mode = 'test';
  await agency.call('integrations.disconnect', { provider: 'telephony' });
  assert.equal((await agency.call('integrations.read', {})).telephony.connected, false);
  assert.ok(!(await everything()).includes(accountSid), 'nothing of it is left');
});

test('integrations.connectTelephony PG12: a trial is told at connecting, to the agency and to a client', async () => {
  const agency = await createAgency({ plan });
  const trial = sandbox.twilio.createAccount('Trial', { trial: true, numbers: 1 });
  const account = { accountSid: trial.sid, authToken: trial.authToken };
  const { telephony } = await agency.call('integrations.connectTelephony', account);
  assert.deepEqual({ connected: telephony.connected, code: telephony.warning?.code }, { connected: true, code: 'account.trial' });
  assert.match(telephony.warning?.message ?? '', /one number/);
  assert.equal((await agency.call('integrations.read', {})).telephony.warning?.code, 'account.trial', 'and later');
  const page = await openClient(agency, 0);
  assert.equal((await page.call('numbers.connectAccount', account)).warning?.code, 'account.trial');
});

test('numbers.buy PG12: only the code for a number that is taken says taken', () => {
  const codes = twilioErrors.filter(({ person }) => person === 'number.taken').map(({ calls, code }) => ({ calls, code }));
  assert.deepEqual(codes, [{ calls: ['buyNumber'], code: '21422' }]);
});

test('integrations.connectTelephony F29: without an answer nothing is stored, and its words are only logged', async () => {
  const agency = await createAgency({ plan });
  const { sid: accountSid, authToken } = sandbox.twilio.createAccount('Silent');
  for (const how of ['500', '429', 'reset', 'html', 'garbage-json'] as const) {
    sandbox.faults.add({ path: `/twilio/2010-04-01/Accounts/${accountSid}.json`, how, times: 1 });
    const reply = await agency.try('integrations.connectTelephony', { accountSid, authToken });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'telephony.provider_unavailable' }, how);
  }
  assert.equal((await agency.call('integrations.read', {})).telephony.connected, false);
  assert.ok(!api.logs.join('').includes(authToken));
  assert.ok(!api.logs.join('').includes(Buffer.from(`${accountSid}:${authToken}`).toString('base64')), 'nor as a header');
});

test('inventory.list N3 N15: the agency sees its numbers, their prices at the provider, and their holders', async () => {
  const { agency, account } = await openNumberShop(api);
  const { numbers } = await agency.call('inventory.list', {});
  assert.deepEqual(
    numbers.map(({ number }) => number).sort(),
    sandbox.twilio
      .numbers(account.sid)
      .map(({ phoneNumber }) => phoneNumber)
      .sort(),
  );
  for (const one of numbers) {
    assert.equal(one.offered, false);
    assert.equal(one.clientId, null);
    assert.equal(one.providerCost?.currency, 'USD');
    assert.ok((one.providerCost?.monthlyCents ?? 0) > 0);
  }
});

test('inventory.offer N15: a number is offered and withdrawn, and one outside the account is not found', async () => {
  const { agency, account } = await openNumberShop(api);
  const number = sandbox.twilio.numbers(account.sid)[0]?.phoneNumber ?? '';
  assert.equal((await agency.call('inventory.offer', { number, offered: true })).offered, true);
  assert.equal((await agency.call('inventory.offer', { number, offered: true })).offered, true, 'twice is once');
  assert.equal((await agency.call('inventory.offer', { number, offered: false })).offered, false);
  const foreign = await agency.try('inventory.offer', { number: '+14155559999', offered: true });
  assert.deepEqual({ status: foreign.status, code: codeOf(foreign) }, { status: 404, code: 'number.not_found' });
});

for (const how of ['another account is connected', 'the account is disconnected'] as const) {
  test(`integrations.connectTelephony N7 F29: ${how} during an unknown purchase charges nothing and is logged`, async () => {
    const { agency, page, account } = await openNumberShop(api);
    const { reservationId, number } = await reserve(page);
    const path = `/twilio/2010-04-01/Accounts/${account.sid}/IncomingPhoneNumbers.json`;
    sandbox.faults.add({ path, method: 'POST', how: 'drop-after-headers', done: true, times: 1 });
    const { orderId } = await page.call('numbers.buy', { reservationId }, newKey());
    if (how.startsWith('another')) {
      const { sid: accountSid, authToken } = sandbox.twilio.createAccount('The other');
      await agency.call('integrations.connectTelephony', { accountSid, authToken });
    } else await agency.call('integrations.disconnect', { provider: 'telephony' });
    await until(async () => {
      sandbox.clock.advance(700);
      await advanceDueOrders(api.deps);
      return (await page.call('orders.read', { orderId })).state === 'undone';
    }, 'the end of the order');
    assert.deepEqual(
      { figures: await figures(page), numbers: await numbersOf(page) },
      { figures: { available: 100_000, held: 0, used: 0 }, numbers: [] },
    );
    const line = api.logs.find((one) => one.includes(orderId) && one.includes('number.left')) ?? '{}';
    assert.equal(JSON.parse(line).at, `${account.sid}/${number}`);
  });
}
