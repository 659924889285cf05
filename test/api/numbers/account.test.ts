import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { newKey, numbersOf, openClient, openNumberShop } from './shop.ts';

const api = await startApi();
const { sandbox } = api;
const { agency } = await openNumberShop(api);

async function everything(): Promise<string> {
  const collections = await mongoose.connection.listCollections();
  return JSON.stringify(await Promise.all(collections.map(({ name }) => mongoose.connection.collection(name).find().toArray())));
}
const own = (name: string) => {
  const { sid: accountSid, authToken } = sandbox.twilio.createAccount(name, { numbers: 3 });
  return { accountSid, authToken };
};

test('numbers.connectAccount N12: a wrong token is a 422; the right one lists and imports, and leaves no secret', async () => {
  const page = await openClient(agency, 0);
  const account = own('A client');
  const wrong = await page.try('numbers.connectAccount', { ...account, authToken: 'f'.repeat(32) });
  assert.deepEqual({ status: wrong.status, code: codeOf(wrong) }, { status: 422, code: 'account.invalid_credentials' });
  assert.equal(codeOf(await page.try('numbers.import', { numbers: ['+14155550111'] }, newKey())), 'account.missing');

  const { numbers } = await page.call('numbers.connectAccount', account);
  assert.equal(numbers.length, 3);
  assert.ok(numbers.every(({ imported }) => !imported));
  assert.ok(numbers.every(({ number, display }) => display.includes(' ') && display.replaceAll(' ', '') === number));
  assert.equal((await page.call('numbers.offer', {})).account?.accountSid, account.accountSid);
  assert.ok(!(await everything()).includes(account.authToken), 'sealed');
  const key = newKey();
  const wanted = { numbers: numbers.map(({ number }) => number) };
  const first = await page.call('numbers.import', wanted, key);
  assert.deepEqual(await page.call('numbers.import', wanted, key), first, 'the same attempt is the same numbers');
  assert.deepEqual(
    (await numbersOf(page)).map(({ way, state, callerId, monthlyMillis }) => [way, state, callerId, monthlyMillis]),
    Array.from({ length: 3 }, () => ['account', 'active', true, 0]),
  );
  assert.ok((await page.call('numbers.connectAccount', account)).numbers.every(({ imported }) => imported));
  assert.deepEqual(await page.call('numbers.disconnectAccount', {}), { removed: 3 });
  assert.ok((await numbersOf(page)).every(({ state }) => state === 'released'));
  assert.equal((await page.call('numbers.offer', {})).account, null);
  const left = await mongoose.connection.collection('provideraccounts').find({ clientId: page.clientId }).toArray();
  assert.deepEqual(left, []);
  assert.equal(sandbox.twilio.numbers(account.accountSid).length, 3, 'the client keeps its numbers there');
  assert.equal(codeOf(await page.try('numbers.disconnectAccount', {})), 'account.missing');
  assert.ok(!api.logs.join('').includes(account.authToken));
});

test('numbers.import N12: a number outside the account is refused, and none is added', async () => {
  const page = await openClient(agency, 0);
  const { numbers } = await page.call('numbers.connectAccount', own('Another'));
  const reply = await page.try('numbers.import', { numbers: [numbers[0]?.number ?? '', '+14155559876'] }, newKey());
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'account.number_missing' });
  assert.deepEqual(await numbersOf(page), []);
});

test('numbers.import F30: of two clients with one account, one imports a number', async () => {
  const [first, second] = [await openClient(agency, 0), await openClient(agency, 0)];
  const account = own('Shared');
  const { numbers } = await first.call('numbers.connectAccount', account);
  await second.call('numbers.connectAccount', account);
  const wanted = { numbers: [numbers[0]?.number ?? ''] };
  const replies = await Promise.all([first, second].map((page) => page.try('numbers.import', wanted, newKey())));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
  assert.equal(codeOf(replies.find(({ status }) => status === 409) ?? { body: {} }), 'number.connected');
});

test('numbers.import L3: the limit of the plan holds for all of them together', async () => {
  const small = await openNumberShop(api, { credits: 0, changes: { limits: { numbers: 2 } } });
  const { numbers } = await small.page.call('numbers.connectAccount', own('Large'));
  const all = { numbers: numbers.map(({ number }) => number) };
  const reply = await small.page.try('numbers.import', all, newKey());
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'plan.limit' });
  assert.deepEqual(await numbersOf(small.page), []);
});
