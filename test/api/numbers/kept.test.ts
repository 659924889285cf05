import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';
import { newKey, openClient, openNumberShop, reserve, usLocal } from './shop.ts';

const api = await startApi();
const { clock } = api.sandbox;
const changes = { limits: { numbers: 100 } };

const tryReserve = (page: Page, number: string, type: 'local' | 'toll_free' = 'local') =>
  page.try('numbers.reserve', { number, country: 'US', type });

const payLater = async (page: Page, reservationId: string) =>
  page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl }, newKey());

/** Waits for the end of the order, because a round of the clock may be handling it. */
async function giveUp(page: Page, orderId: string): Promise<void> {
  await page.call('orders.cancel', { orderId });
  await until(async () => (await page.call('orders.read', { orderId })).state === 'undone', 'the end of the order');
}

/** Finds numbers for sale, with their kinds. */
async function freeNumbers(page: Page) {
  const kinds = ['local', 'toll_free'] as const;
  const search = async (type: (typeof kinds)[number]) =>
    (await page.call('numbers.search', { country: 'US', type })).numbers
      .filter(({ taken }) => !taken)
      .map(({ number }) => ({ number, type }));
  return (await Promise.all(kinds.map(search))).flat();
}

test('numbers.reserve SX27: orders canceled one after another reserve no number for ever, and others get it', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 0, changes });
  const { number, reservationId } = await reserve(page);
  const { orderId } = await payLater(page, reservationId);
  clock.advance(59 * 60);
  await giveUp(page, orderId);
  const again = await reserve(page, number);
  clock.advance(2 * 60);
  const { orderId: second } = await payLater(page, again.reservationId);
  clock.advance(40 * 60);
  await giveUp(page, second);
  const refused = await tryReserve(page, number);
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 409, code: 'reservation.too_long' });
  const other = await openClient(agency, 0);
  assert.equal((await tryReserve(other, number)).status, 200, 'somebody else has it at once');
  clock.advance(3600 + 16 * 60);
  assert.equal((await tryReserve(page, number)).status, 200, 'and after a while everybody may again');
});

test('numbers.reserve SX27: a reservation pushed out and taken again counts from its first start', async () => {
  const { page } = await openNumberShop(api, { credits: 0, changes: { limits: { numbers: 1 } } });
  const [one = assert.fail(), other = assert.fail()] = (await page.call('numbers.search', usLocal)).numbers.filter(({ taken }) => !taken);
  for (let quarter = 0; quarter < 4; quarter += 1) {
    assert.equal((await tryReserve(page, one.number)).status, 200);
    clock.advance(14 * 60);
    await reserve(page, other.number);
    clock.advance(60);
  }
  assert.equal(codeOf(await tryReserve(page, one.number)), 'reservation.too_long');
});

test('numbers.buy SX27: attempts refused for lack of credits do not extend the reservation', async () => {
  const { page } = await openNumberShop(api, { credits: 0 });
  const { reservationId } = await reserve(page);
  const attempt = async () => codeOf(await page.try('numbers.buy', { reservationId }, newKey()));
  clock.advance(10 * 60);
  assert.equal(await attempt(), 'credits.insufficient');
  clock.advance(4 * 60);
  assert.equal(await attempt(), 'credits.insufficient');
  clock.advance(2 * 60);
  assert.equal(await attempt(), 'reservation.not_found');
});

test("numbers.reserve SX27: at most ten numbers wait for a client's money, even if it asks for many at once", async () => {
  const { page } = await openNumberShop(api, { credits: 0, changes });
  const free = await freeNumbers(page);
  assert.ok(free.length >= 14, `${free.length} numbers`);
  const orders: string[] = [];
  for (const { number, type } of free.slice(0, 9)) {
    const { reservationId } = await reserve(page, number, { country: 'US', type });
    orders.push((await payLater(page, reservationId)).orderId);
  }
  const rest = free.slice(9, 14);
  const replies = await Promise.all(rest.map(({ number, type }) => tryReserve(page, number, type)));
  assert.ok(
    replies.every((reply) => reply.status === 200 || codeOf(reply) === 'reservation.too_many'),
    replies.map(codeOf).join(),
  );
  const [last = assert.fail(), more = assert.fail()] = rest;
  const { reservationId } = await reserve(page, last.number, { country: 'US', type: last.type });
  await payLater(page, reservationId);
  const refused = await tryReserve(page, more.number, more.type);
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 409, code: 'reservation.too_many' });
  await giveUp(page, orders[0] ?? '');
  assert.equal((await tryReserve(page, more.number, more.type)).status, 200, 'one that is given up makes room');
});
