import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { createTrunks } from '../../../api/providers/sip/sip.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { newKey, numbersOf, openClient, openNumberShop } from './shop.ts';

const api = await startApi();
const { sandbox } = api;
const { agency } = await openNumberShop(api, { credits: 0 });

let numbers = 0;
const ownNumber = () => {
  numbers += 1;
  return `+49301235${String(numbers).padStart(3, '0')}`;
};
const trunk = { terminationUri: 'trunk.test', username: 'trunk', password: 'ring-ring' } as const;

test('numbers.connectTrunk N1 N11: the number is active, and the password is never returned', async () => {
  const page = await openClient(agency, 0);
  const added = await page.call('numbers.connectTrunk', { number: ownNumber(), ...trunk, transport: 'udp' }, newKey());
  assert.deepEqual({ way: added.way, state: added.state }, { way: 'sip', state: 'active' });
  assert.deepEqual(added.trunk, {
    terminationUri: 'trunk.test',
    username: 'trunk',
    password: { set: true, last4: null },
    transport: 'udp',
  });
  const stored = JSON.stringify(await mongoose.connection.collection('phonenumbers').find({}).toArray());
  assert.ok(!stored.includes(trunk.password));
  assert.ok(!stored.includes('"ring"'), 'nor the end of it, which is half of it');
  assert.ok(!JSON.stringify(await numbersOf(page)).includes(trunk.password));
  assert.ok(!api.logs.join('').includes(trunk.password));
});

test('numbers.connectTrunk N11: every bad field is refused by its name', async () => {
  const page = await openClient(agency, 0);
  const bad: [field: string, value: unknown][] = [
    ['number', '0301234'],
    ['number', '+49'],
    ['terminationUri', 'http://sip.example.com'],
    ['terminationUri', 'sip.example.com:99999'],
    ['terminationUri', 'sip.example.com;transport=udp'],
    ['terminationUri', 'user@sip.example.com'],
    ['terminationUri', 'nowhere'],
    ['terminationUri', '300.1.1.1'],
    ['terminationUri', 'sip.example.com\r\nEvil: 1'],
    ['transport', 'carrier-pigeon'],
    ['username', ''],
  ];
  for (const [field, value] of bad) {
    const reply = await page.try(
      'numbers.connectTrunk',
      { number: ownNumber(), ...trunk, transport: 'tcp', [field]: value } as never,
      newKey(),
    );
    assert.equal(reply.status, 422, `${field} ${String(value)}`);
    assert.equal((reply.body as unknown as { error: { param: string } }).error.param, field, String(value));
  }
  assert.deepEqual(await numbersOf(page), []);
});

for (const transport of ['udp', 'tcp'] as const) {
  test(`numbers.testTrunk N11: over ${transport} the trunk is asked, admits us, rings, and the call is ended`, async () => {
    const page = await openClient(agency, 0);
    const good = await page.call('numbers.connectTrunk', { number: ownNumber(), ...trunk, transport }, newKey());
    sandbox.trunk.set({ behaviour: 'password', username: 'trunk', password: 'ring-ring' });
    assert.equal((await page.call('numbers.testTrunk', { numberId: good.id })).result, 'ok');
    const [rung] = sandbox.trunk.calls().filter(({ method }) => method === 'INVITE');
    assert.equal(rung?.status, 487, 'it was hung up on while it rang');
    sandbox.trunk.set({ behaviour: 'proxy-password' });
    assert.equal((await page.call('numbers.testTrunk', { numberId: good.id })).result, 'ok', 'a proxy asks in its own way');
    sandbox.trunk.set({ behaviour: 'password' });
    const bad = await page.call('numbers.connectTrunk', { number: ownNumber(), ...trunk, password: 'wrong', transport }, newKey());
    const refused = await page.call('numbers.testTrunk', { numberId: bad.id });
    assert.equal(refused.result, 'unauthorized');
    const bare = await page.call('numbers.connectTrunk', { number: ownNumber(), terminationUri: 'trunk.test', transport }, newKey());
    assert.deepEqual(await page.call('numbers.testTrunk', { numberId: bare.id }).then(({ result, status }) => [result, status]), [
      'unauthorized',
      401,
    ]);
    sandbox.trunk.set({ behaviour: 'open' });
    assert.equal((await page.call('numbers.testTrunk', { numberId: bare.id })).result, 'ok');
    sandbox.trunk.set({ behaviour: 'forbidden' });
    assert.ok(['unauthorized', 'refused'].includes((await page.call('numbers.testTrunk', { numberId: bare.id })).result));
    sandbox.trunk.set({ behaviour: 'unavailable' });
    assert.equal((await page.call('numbers.testTrunk', { numberId: bare.id })).result, 'refused');
    sandbox.trunk.set({ behaviour: 'silent' });
    assert.deepEqual(await page.call('numbers.testTrunk', { numberId: bare.id }).then(({ result, status }) => [result, status]), [
      'timeout',
      null,
    ]);
    sandbox.trunk.set({ behaviour: 'password', username: 'trunk', password: 'ring-ring' });
  });
}

test('numbers.testTrunk A08: trunks inside our own network are not contacted', async () => {
  const trunks = createTrunks();
  for (const host of ['127.0.0.1', '10.0.0.1', '192.168.1.1', '169.254.169.254', '0.0.0.0', '100.64.0.1', 'localhost.localdomain']) {
    const startedAt = performance.now();
    assert.deepEqual(await trunks.test({ host, port: Number(new URL(api.url).port), transport: 'tcp' }, '+4930123456'), {
      result: 'unreachable',
      status: null,
    });
    assert.ok(performance.now() - startedAt < 3500, host);
  }
});

test('numbers.testTrunk N11: a number without a trunk has none to test', async () => {
  const page = await openClient(agency, 0);
  const { id: numberId } = await page.call('numbers.connect', { number: ownNumber(), channel: 'sms' }, newKey());
  const reply = await page.try('numbers.testTrunk', { numberId });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'trunk.missing' });
});
