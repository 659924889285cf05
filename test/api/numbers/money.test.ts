import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';
import { figures, newKey, numbersOf, openClient, openNumberShop, PRICE, reserve, usLocal } from './shop.ts';

const api = await startApi();
const { sandbox } = api;

/** Reserves a number and pays for it on the sandbox's page. */
async function pay(page: Page, meanwhile: (number: string) => void = () => {}) {
  const { reservationId, number } = await reserve(page);
  const order = await page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl }, newKey());
  assert.equal(order.state, 'open');
  assert.deepEqual(await numbersOf(page), [], 'nothing is bought before the money is there');
  const sessionId = /cs_test_\w+/.exec(order.checkoutUrl ?? '')?.[0] ?? '';
  meanwhile(number);
  sandbox.stripe.pay(sessionId);
  const state = await until(async () => {
    const now = (await page.call('orders.read', { orderId: order.orderId })).state;
    return now === 'done' || now === 'undone' ? now : undefined;
  }, 'the end of the order');
  return { state, number };
}

test('numbers.buy N7: paid with money, it is authorised, then the number is bought, then the money is taken', async () => {
  const { page, account } = await openNumberShop(api, { credits: 0 });
  const { state, number } = await pay(page);
  assert.equal(state, 'done');
  assert.deepEqual(
    (await numbersOf(page)).map((one) => [one.number, one.state]),
    [[number, 'active']],
  );
  assert.ok(sandbox.twilio.numbers(account.sid).some(({ phoneNumber }) => phoneNumber === number));
  const { available, held } = await figures(page);
  assert.deepEqual({ available, held }, { available: 0, held: 0 }, 'what was bought for it went into it');
});

test('numbers.buy N7: if the number is gone meanwhile the authorisation is canceled, and nothing was taken', async () => {
  const { page } = await openNumberShop(api, { credits: PRICE });
  const { state } = await pay(page, (number) => sandbox.twilio.take(number));
  assert.equal(state, 'undone');
  assert.deepEqual(await numbersOf(page), []);
  assert.deepEqual(await figures(page), { available: PRICE, held: 0, used: 0 });
});

test('numbers.buy N7 SX33: parallel clicks make one order, and each answer names its checkout page', async () => {
  const { page } = await openNumberShop(api, { credits: 0 });
  for (let round = 0; round < 10; round += 1) {
    const { reservationId } = await reserve(page);
    const input = { reservationId, pay: 'money', returnUrl: page.returnUrl } as const;
    const orders = await Promise.all(Array.from({ length: 4 }, () => page.call('numbers.buy', input, newKey())));
    const [{ orderId, checkoutUrl } = assert.fail('nothing was bought')] = orders;
    assert.match(checkoutUrl ?? '', /cs_test_/);
    for (const order of orders)
      assert.deepEqual(
        { orderId: order.orderId, state: order.state, checkoutUrl: order.checkoutUrl },
        { orderId, state: 'open', checkoutUrl },
      );
    assert.equal((await page.call('orders.cancel', { orderId })).state, 'undone');
  }
});

test('orders.cancel N7: after a canceled payment anybody can buy the number at once', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 0 });
  const { reservationId, number } = await reserve(page);
  const { orderId } = await page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl }, newKey());
  const other = await openClient(agency);
  assert.equal(codeOf(await other.try('numbers.reserve', { number, ...usLocal })), 'number.taken');
  assert.equal((await page.call('orders.cancel', { orderId })).state, 'undone');
  const { reservationId: freed } = await reserve(other, number);
  assert.equal((await other.call('numbers.buy', { reservationId: freed }, newKey())).state, 'done');
});

test('numbers.buy N7 F29: if the checkout page failed to open, the same attempt opens it', async () => {
  const { page } = await openNumberShop(api, { credits: 0 });
  const { reservationId, number } = await reserve(page);
  sandbox.faults.add({ path: '/v1/checkout/sessions', method: 'POST', how: '500', done: false, times: 5 });
  const [input, key] = [{ reservationId, pay: 'money' as const, returnUrl: page.returnUrl }, newKey()];
  assert.equal((await page.try('numbers.buy', input, key)).status, 503);
  sandbox.faults.calm();
  const order = await page.call('numbers.buy', input, key);
  assert.equal(order.state, 'open');
  sandbox.stripe.pay(/cs_test_\w+/.exec(order.checkoutUrl ?? '')?.[0] ?? '');
  await until(async () => (await page.call('orders.read', { orderId: order.orderId })).state === 'done', 'the number');
  assert.deepEqual(
    (await numbersOf(page)).map((one) => one.number),
    [number],
  );
});
