import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import mongoose from 'mongoose';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { newKey, numbersOf, openClient, openNumberShop } from './shop.ts';

const api = await startApi();
const { sandbox } = api;
const shop = await openNumberShop(api);

let numbers = 0;
/** Returns a number of somebody's own. */
const ownNumber = () => {
  numbers += 1;
  return `+49301234${String(numbers).padStart(3, '0')}`;
};
const codeFor = async (number: string) => (await sandbox.phone.waitFor(number)).code ?? '';
const wrongFor = (code: string) => (code === '000000' ? '000001' : '000000');

for (const channel of ['sms', 'call'] as const) {
  test(`numbers.connect N1 N13: a code by ${channel} proves the client’s number; before, it is no caller id`, async () => {
    const page = await openClient(shop.agency, 0);
    const number = ownNumber();
    const added = await page.call('numbers.connect', { number, channel, label: 'Front desk' }, newKey());
    assert.deepEqual(
      { way: added.way, state: added.state, callerId: added.callerId, label: added.label, country: added.country },
      { way: 'manual', state: 'pending_verification', callerId: false, label: 'Front desk', country: 'DE' },
    );
    const message = await sandbox.phone.waitFor(number);
    assert.equal(message.channel, channel);
    const code = message.code ?? '';
    assert.match(code, /^\d{6}$/);
    const stored = await mongoose.connection
      .collection('phonenumbers')
      .find({ _id: added.id as never })
      .toArray();
    assert.equal(stored.length, 1);
    assert.ok(!JSON.stringify(stored).includes(code), 'the code lies nowhere in clear');
    const proven = await page.call('numbers.verify', { numberId: added.id, code });
    assert.deepEqual({ state: proven.state, callerId: proven.callerId }, { state: 'active', callerId: true });
    assert.equal(codeOf(await page.try('numbers.verify', { numberId: added.id, code })), 'number.verified');
    assert.equal(codeOf(await page.try('numbers.sendCode', { numberId: added.id })), 'number.verified');
  });
}

test('numbers.verify N13: five wrong codes lock for 15 minutes, also against the right one and against a new code', async () => {
  const page = await openClient(shop.agency, 0);
  const number = ownNumber();
  const { id: numberId } = await page.call('numbers.connect', { number, channel: 'sms' }, newKey());
  const code = await codeFor(number);
  for (const left of [4, 3, 2, 1]) {
    const reply = await page.try('numbers.verify', { numberId, code: wrongFor(code) });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'number.code_wrong' });
    assert.match(JSON.stringify(reply.body), new RegExp(`left: ${left}`));
  }
  const fifth = await page.try('numbers.verify', { numberId, code: wrongFor(code) });
  assert.deepEqual({ status: fifth.status, code: codeOf(fifth) }, { status: 429, code: 'number.locked' });
  assert.equal(codeOf(await page.try('numbers.verify', { numberId, code })), 'number.locked');
  assert.equal(codeOf(await page.try('numbers.sendCode', { numberId, channel: 'sms' })), 'number.locked');
  assert.equal((await numbersOf(page))[0]?.callerId, false);

  mock.timers.enable({ apis: ['Date'], now: Date.now() + 15 * 60 * 1000 + 1000 });
  try {
    await page.enter();
    assert.equal(codeOf(await page.try('numbers.verify', { numberId, code })), 'number.code_expired', 'the old code does not come back');
    await page.call('numbers.sendCode', { numberId, channel: 'sms' });
    const next = sandbox.phone.list(number)[0]?.code ?? '';
    assert.equal((await page.call('numbers.verify', { numberId, code: next })).state, 'active');
  } finally {
    mock.timers.reset();
  }
});

test('numbers.verify N13: parallel guesses all count', async () => {
  const page = await openClient(shop.agency, 0);
  const number = ownNumber();
  const { id: numberId } = await page.call('numbers.connect', { number, channel: 'sms' }, newKey());
  const wrong = wrongFor(await codeFor(number));
  const replies = await Promise.all(Array.from({ length: 20 }, () => page.try('numbers.verify', { numberId, code: wrong })));
  assert.equal(replies.filter((reply) => codeOf(reply) === 'number.code_wrong').length, 4);
  assert.equal(replies.filter((reply) => codeOf(reply) === 'number.locked').length, 16);
});

test('numbers.sendCode N13: an earlier code is void, a code lives ten minutes, and new codes give no new tries', async () => {
  const page = await openClient(shop.agency, 0);
  const number = ownNumber();
  const { id: numberId } = await page.call('numbers.connect', { number, channel: 'sms' }, newKey());
  const first = await codeFor(number);
  await page.try('numbers.verify', { numberId, code: wrongFor(first) });
  assert.deepEqual(await page.call('numbers.sendCode', { numberId, channel: 'sms' }), { sent: true, expiresInSeconds: 600 });
  const second = sandbox.phone.list(number)[0]?.code ?? '';
  if (first !== second) assert.match(JSON.stringify((await page.try('numbers.verify', { numberId, code: first })).body), /left: 3/);
  mock.timers.enable({ apis: ['Date'], now: Date.now() + 10 * 60 * 1000 + 1000 });
  try {
    assert.equal(codeOf(await page.try('numbers.verify', { numberId, code: second })), 'number.code_expired');
  } finally {
    mock.timers.reset();
  }
});

test('numbers.connect N13: an unproven number blocks nobody, and a proven one belongs to its client', async () => {
  const [first, second] = [await openClient(shop.agency, 0), await openClient(shop.agency, 0)];
  const number = ownNumber();
  const claimed = await first.call('numbers.connect', { number, channel: 'sms' }, newKey());
  const firstCode = await codeFor(number);
  assert.equal(
    codeOf(await first.try('numbers.connect', { number, channel: 'sms' }, newKey())),
    'number.connected',
    'not twice by one client',
  );
  const other = await second.call('numbers.connect', { number, channel: 'sms' }, newKey());
  const secondCode = sandbox.phone.list(number)[0]?.code ?? '';
  await second.call('numbers.verify', { numberId: other.id, code: secondCode });
  const late = await first.try('numbers.verify', { numberId: claimed.id, code: firstCode });
  assert.deepEqual({ status: late.status, code: codeOf(late) }, { status: 409, code: 'number.connected' });
});

test('numbers.connect N1: the same attempt twice is one number and one call', async () => {
  const page = await openClient(shop.agency, 0);
  const number = ownNumber();
  const key = newKey();
  const [one, two] = [
    await page.call('numbers.connect', { number, channel: 'call' }, key),
    await page.call('numbers.connect', { number, channel: 'call' }, key),
  ];
  assert.deepEqual(one, two);
  assert.equal(sandbox.phone.list(number).length, 1);
});

test('numbers.connect N11: bad numbers are refused at their field, and the limit of the plan holds', async () => {
  const page = await openClient(shop.agency, 0);
  for (const number of ['030 123456', '+49', '+4930123456789012', 'twelve', '+0123456789']) {
    const reply = await page.try('numbers.connect', { number, channel: 'sms' }, newKey());
    assert.equal(reply.status, 422, number);
    assert.equal((reply.body as unknown as { error: { param: string } }).error.param, 'number', number);
  }
  assert.equal((await page.call('numbers.connect', { number: '+49 (30) 99-88 77', channel: 'sms' }, newKey())).number, '+4930998877');
  const small = await openNumberShop(api, { credits: 0, changes: { limits: { numbers: 1 } } });
  await small.page.call('numbers.connect', { number: ownNumber(), channel: 'sms' }, newKey());
  const over = await small.page.try('numbers.connect', { number: ownNumber(), channel: 'sms' }, newKey());
  assert.deepEqual({ status: over.status, code: codeOf(over) }, { status: 403, code: 'plan.limit' });
  assert.equal((await numbersOf(small.page)).length, 1);
});

test('numbers.connect F29: if no code can be sent the client is told, and can ask for another', async () => {
  const page = await openClient(shop.agency, 0);
  const number = ownNumber();
  sandbox.faults.add({ path: `/twilio/2010-04-01/Accounts/${shop.account.sid}/Messages.json`, how: '500' });
  const key = newKey();
  const reply = await page.try('numbers.connect', { number, channel: 'sms' }, key);
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 503, code: 'telephony.provider_unavailable' });
  const [pending] = await numbersOf(page);
  assert.equal(pending?.state, 'pending_verification');
  await page.call('numbers.sendCode', { numberId: pending?.id ?? '', channel: 'sms' });
  assert.equal((await page.call('numbers.verify', { numberId: pending?.id ?? '', code: await codeFor(number) })).state, 'active');
});
