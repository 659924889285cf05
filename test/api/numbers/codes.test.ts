import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { newKey, numbersOf, openClient, openNumberShop } from './shop.ts';

/** The real limits. */
const api = await startApi({ limitFactor: 1 });
const { agency, page: first } = await openNumberShop(api, { credits: 0 });
const second = await openClient(agency, 0);

test('numbers.sendCode A21: one phone gets five codes an hour, whoever asks and however it is written', async () => {
  const { id } = await first.call('numbers.connect', { number: '+4930123456', channel: 'sms' }, newKey());
  for (let sent = 2; sent <= 4; sent += 1) await first.call('numbers.sendCode', { numberId: id, channel: 'sms' });
  const other = await second.call('numbers.connect', { number: '+49 030 123456', channel: 'sms' }, newKey());
  assert.equal(other.number, '+4930123456');
  for (const [page, numberId] of [
    [first, id],
    [second, other.id],
  ] as const) {
    const reply = await page.try('numbers.sendCode', { numberId, channel: 'sms' });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 429, code: 'rate.limited' });
  }
  assert.equal(api.sandbox.phone.list('+4930123456').length, 5);
  await second.call('numbers.connect', { number: '+4930123457', channel: 'sms' }, newKey());
});

test('numbers.connect A18: numbers whose owner earns from calls are neither called nor added', async () => {
  const before = (await numbersOf(first)).length;
  for (const number of ['+499001234567', '+449098790000', '+19005550100', '+4918012345678', '+447011234567']) {
    const reply = await first.try('numbers.connect', { number, channel: 'call' }, newKey());
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'number.costly' }, number);
    assert.deepEqual(api.sandbox.phone.list(number), [], number);
  }
  assert.equal((await numbersOf(first)).length, before);
});
