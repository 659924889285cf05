import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { newKey, numbersOf, openClient, openNumberShop, reserve, usLocal } from './shop.ts';

const api = await startApi();
const { sandbox } = api;

test('inventory.offer SX6: what a client of the other mode has is neither offered nor shown, kept or paid for, and can be taken back', async () => {
  const { agency, page, account } = await openNumberShop(api);
  const { live } = agency;
  await live.connectStripe(sandbox, undefined);
  await live.call('agency.update', { plan: (await agency.call('agency.read', {})).plan });
  await live.call('integrations.connectTelephony', { accountSid: account.sid, authToken: account.authToken });
  const [first, second] = sandbox.twilio.numbers(account.sid).map(({ phoneNumber }) => phoneNumber) as [string, string];
  for (const one of [agency, live]) await one.call('inventory.offer', { number: first, offered: true });
  await agency.call('inventory.offer', { number: second, offered: true });
  const visitor = await openClient(live);
  const isShown = async (number: string) => (await visitor.call('numbers.search', usLocal)).numbers.some((one) => one.number === number);
  assert.ok(await isShown(first), 'as long as nobody has it');

  for (const number of [first, second]) {
    const { reservationId } = await reserve(page, number);
    await page.call('numbers.buy', { reservationId }, newKey());
  }
  assert.equal((await numbersOf(page)).length, 2);
  assert.ok(!(await isShown(first)));
  const kept = await visitor.try('numbers.reserve', { number: first, ...usLocal });
  assert.deepEqual([kept.status, codeOf(kept)], [409, 'number.taken']);
  assert.equal(codeOf(await live.try('inventory.offer', { number: second, offered: true })), 'number.taken');
  assert.equal((await live.call('inventory.offer', { number: first, offered: false })).offered, false);

  const [{ id: numberId = '' } = {}] = (await numbersOf(page)).filter(({ number }) => number === second);
  await page.call('numbers.release', { numberId, lastDigits: second.slice(-4) });
  assert.equal((await live.call('inventory.offer', { number: second, offered: true })).offered, true, 'when it is free again');
  assert.ok(await isShown(second));
});
