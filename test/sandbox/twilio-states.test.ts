import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTwilio } from './twilio-sdk.ts';

/** Sets a state as the sandbox's page does. */
async function setState(url: string, path: string, body: object): Promise<void> {
  const reply = await fetch(`${url}/sandbox/twilio/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.ok(reply.ok, `${path}: ${reply.status} ${await reply.text()}`);
}

const german = '+49301234567';

test('sandbox Twilio PX7: the kind of a phone decides the answers to messages and calls', async (t) => {
  const { sandbox, client } = await openTwilio(t);
  const from = (await client.incomingPhoneNumbers.list()).find(({ capabilities }) => capabilities.sms)?.phoneNumber ?? '';
  const write = (to: string) => client.messages.create({ from, to, body: 'Code 123456' });
  const call = (to: string) => client.calls.create({ from, to, twiml: '<Response><Say>1 2 3</Say></Response>' });
  const is = (number: string, kind: string) => setState(sandbox.url, 'phones', { number, kind });
  await is(german, 'landline');
  await assert.rejects(write(german), { status: 400, code: 21635, message: "'To' number cannot be a landline" });
  await call(german);
  await is('+12025550101', 'landline');
  await write('+12025550101'); // Twilio tries it there
  await is(german, 'opted-out');
  await assert.rejects(write(german), { status: 400, code: 21610 });
  await call(german);
  await is(german, 'unreachable');
  await assert.rejects(write(german), { status: 400, code: 21612 });
  await assert.rejects(call(german), { status: 400, code: 21214 });
  await is(german, 'not-there');
  await assert.rejects(write(german), { status: 400, code: 21211 });
  await assert.rejects(call(german), { status: 400, code: 21211 });
  await is(german, 'usual');
  await write(german);
  await assert.rejects(write(from), { status: 400, code: 21266 });
});

test('sandbox Twilio PX7: a country without permission gets no calls or texts, and a trial only verified numbers', async (t) => {
  const { sandbox, account, client } = await openTwilio(t, { numbers: 1, trial: true });
  const [{ phoneNumber: from } = { phoneNumber: '' }] = await client.incomingPhoneNumbers.list();
  const write = () => client.messages.create({ from, to: german, body: 'Code 123456' });
  const call = () => client.calls.create({ from, to: german, twiml: '<Response><Say>1 2 3</Say></Response>' });
  await assert.rejects(write(), { status: 400, code: 21608 });
  await assert.rejects(call(), { status: 400, code: 21219 });
  await setState(sandbox.url, `accounts/${account.sid}/verified`, { number: german });
  await call();
  await setState(sandbox.url, `accounts/${account.sid}/countries`, { closed: ['DE'] });
  await assert.rejects(write(), { status: 400, code: 21408 });
  await assert.rejects(call(), { status: 400, code: 21215 });
  await setState(sandbox.url, `accounts/${account.sid}/countries`, { closed: ['FR'] });
  await call();
});

test('sandbox Twilio PX5: a restricted account buys only toll-free numbers, and a suspended one none', async (t) => {
  const { sandbox, account, client } = await openTwilio(t);
  const [local] = await client.availablePhoneNumbers('US').local.list({ limit: 1 });
  const [free] = await client.availablePhoneNumbers('US').tollFree.list({ limit: 1 });
  await setState(sandbox.url, `accounts/${account.sid}/restrict`, { restricted: true });
  await assert.rejects(client.incomingPhoneNumbers.create({ phoneNumber: local?.phoneNumber ?? '' }), { status: 400, code: 22300 });
  await client.incomingPhoneNumbers.create({ phoneNumber: free?.phoneNumber ?? '' });
  await setState(sandbox.url, `accounts/${account.sid}/restrict`, { restricted: false });
  await setState(sandbox.url, `accounts/${account.sid}/status`, { status: 'suspended' });
  await assert.rejects(client.incomingPhoneNumbers.list(), { status: 401, code: 20005, message: 'Account not active' });
  await setState(sandbox.url, `accounts/${account.sid}/status`, { status: 'active' });
  await client.incomingPhoneNumbers.create({ phoneNumber: local?.phoneNumber ?? '' });
});
