import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import type { Output } from '../../../api/contract/index.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';
import { DAY_SECONDS, newKey, openNumberShop, reserve } from '../numbers/shop.ts';

const api = await startApi();
const { sandbox } = api;
type Thing = Output<'credits.history'>['things'][number];

async function readAll(page: Page, limit = 100): Promise<{ things: Thing[]; availableMillis: number; asOf: number; pages: number }> {
  const things: Thing[] = [];
  let first: Output<'credits.history'> | undefined;
  let pages = 0;
  for (let before: number | undefined; ; ) {
    const answer = await page.call('credits.history', { limit, ...(first && { asOf: first.asOf }), ...(before && { before }) });
    first ??= answer;
    pages += 1;
    things.push(...answer.things);
    if (answer.next === null) return { things, availableMillis: first.availableMillis, asOf: first.asOf, pages };
    before = answer.next;
  }
}

/** Returns the facts of a thing that people see. */
const shown = ({ kind, name, named, amountMillis, heldMillis, state, money }: Thing) => ({
  kind,
  name: named?.values.display ?? name,
  amountMillis,
  heldMillis,
  state,
  ...(money && { priceCents: money.priceCents, paid: money.state }),
});

const ended = (page: Page, orderId: string) =>
  until(async () => {
    const { state } = await page.call('orders.read', { orderId });
    return state === 'done' || state === 'undone' ? state : undefined;
  }, 'the end of the order');

test('credits.history C18: one row for each thing by its name, with the money paid, whatever entries it left', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 0 });
  const { clientId } = page;
  await agency.allocate(clientId, 20_000, 'Invoice 7');
  const { reservationId, number } = await reserve(page);
  const byCredits = await page.call('numbers.buy', { reservationId, pay: 'credits' }, newKey());
  await ended(page, byCredits.orderId);
  const second = await reserve(page);
  const byMoney = await page.call(
    'numbers.buy',
    { reservationId: second.reservationId, pay: 'money', returnUrl: page.returnUrl },
    newKey(),
  );
  sandbox.stripe.pay(/cs_test_\w+/.exec(byMoney.checkoutUrl ?? '')?.[0] ?? '');
  assert.equal(await ended(page, byMoney.orderId), 'done');
  await agency.call('calls.start', { clientId, callId: 'call-1', seconds: 600 });
  await agency.call('calls.end', { clientId, callId: 'call-1', seconds: 61 });
  await agency.call('calls.start', { clientId, callId: 'call-2', seconds: 60 });
  await agency.call('calls.cancel', { clientId, callId: 'call-2' });
  await agency.call('calls.start', { clientId, callId: 'call-3', seconds: 120 });

  const { things, availableMillis } = await readAll(page);
  const digits = (text: string | undefined | null) => text?.replaceAll(/[^\d+]/g, '') ?? '';
  assert.deepEqual(
    things.map((thing) => ({ ...shown(thing), ...(thing.kind === 'number' && { name: digits(shown(thing).name) }) })),
    [
      { kind: 'call', name: null, amountMillis: -2000, heldMillis: 2000, state: 'pending' },
      { kind: 'call', name: null, amountMillis: 0, heldMillis: 0, state: 'void' },
      { kind: 'call', name: null, amountMillis: -1017, heldMillis: 0, state: 'done' },
      { kind: 'number', name: second.number, amountMillis: 0, heldMillis: 0, state: 'done', priceCents: 200, paid: 'paid' },
      { kind: 'number', name: number, amountMillis: -5000, heldMillis: 0, state: 'done' },
      { kind: 'given', name: 'Invoice 7', amountMillis: 20_000, heldMillis: 0, state: 'done' },
    ],
  );
  assert.equal(
    things.reduce((sum, { amountMillis }) => sum + amountMillis, 0),
    availableMillis,
  );
  const [held, , call, bought] = things;
  assert.deepEqual(
    { held: held?.callId, call: call?.callId, order: bought?.orderId, isPurchase: bought?.purchaseId?.startsWith('pur_') },
    { held: 'call-3', call: 'call-1', order: byMoney.orderId, isPurchase: true },
  );
});

test('credits.history C18: it says when the account had its first entry, on every page and for good', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 0 });
  const firstAt = async (input = {}) => (await page.call('credits.history', input)).firstAt;
  assert.equal(await firstAt(), null);
  await agency.allocate(page.clientId, 1000);
  const [first] = (await page.call('credits.history', {})).things;
  sandbox.clock.advance(40 * DAY_SECONDS);
  await agency.allocate(page.clientId, 1000);
  const { things, next } = await page.call('credits.history', { limit: 1 });
  assert.notEqual(things[0]?.at, first?.at);
  assert.ok(next);
  assert.deepEqual({ now: await firstAt(), older: await firstAt({ before: next }) }, { now: first?.at, older: first?.at });
});

test('credits.history C18: its entries are those of the statement, each under the one thing that caused it', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 100_000 });
  const { clientId } = page;
  for (const callId of ['a', 'b', 'c']) {
    await agency.call('calls.start', { clientId, callId, seconds: 60 });
    await agency.call('usage.record', { clientId, callId, seconds: 30 });
  }
  await agency.call('usage.record', { clientId, callId: 'unstarted', seconds: 60 });
  const [{ entries }, { things }] = [await page.call('credits.statement', { limit: 100 }), await readAll(page, 2)];
  const told = things
    .flatMap((thing) => thing.entries.map((entry) => ({ ...entry, thing: thing.id })))
    .toSorted((one, other) => other.seq - one.seq);
  assert.deepEqual(
    told.map(({ seq, kind, amount, availableAfter }) => ({ seq, kind, amount, availableAfter })),
    entries.map(({ seq, kind, amount, after }) => ({ seq, kind, amount, availableAfter: after.available })),
  );
  assert.equal(new Set(things.map(({ id }) => id)).size, things.length, 'no thing stands on two pages');
});

test('credits.history C18 U7: while calls are charged, each reading adds up and is no older than the balance', {
  timeout: 60_000,
}, async () => {
  const { agency, page } = await openNumberShop(api, { credits: 1_000_000 });
  const { clientId } = page;
  const calls = Array.from({ length: 60 }, (_, index) => `call-${index}`);
  let isOver = false;
  const charging = Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let callId = calls.shift(); callId; callId = calls.shift()) {
        await agency.call('calls.start', { clientId, callId, seconds: 60 });
        await agency.call('calls.end', { clientId, callId, seconds: 30 });
      }
    }),
  ).then(() => {
    isOver = true;
  });
  for (let polls = 0; !isOver || polls === 0; polls += 1) {
    const balance = await page.balance();
    const { things, availableMillis, asOf } = await readAll(page, 50);
    assert.ok(asOf >= balance.seq, `entry ${asOf} is older than the balance of ${balance.seq}`);
    const sum = things.reduce((total, { amountMillis }) => total + amountMillis, 0);
    assert.equal(sum, availableMillis, `as of ${asOf}`);
  }
  await charging;
  const { things, availableMillis } = await readAll(page);
  assert.deepEqual({ things: things.length, availableMillis }, { things: 61, availableMillis: 1_000_000 - 60 * 500 });
  assert.equal((await page.balance()).available, availableMillis);
});

test('credits.history C18: a page of a long history costs as many queries as one of a short history', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 1_000_000 });
  const { clientId } = page;
  /** Counts queries about this agency, the least of several readings: work in the background asks the database as well. */
  const queriesOf = async () => {
    const counts: number[] = [];
    let things = 0;
    for (let run = 0; run < 5; run += 1) {
      let count = 0;
      mongoose.set('debug', (_collection: string, _method: string, ...args: unknown[]) => {
        if (JSON.stringify(args).includes(agency.id)) count += 1;
      });
      things = (await page.call('credits.history', { limit: 25 })).things.length;
      counts.push(count);
    }
    mongoose.set('debug', false);
    return { count: Math.min(...counts), things };
  };
  await agency.call('usage.record', { clientId, callId: 'first', seconds: 6 });
  await agency.call('calls.start', { clientId, callId: 'second', seconds: 6 });
  const short = await queriesOf();
  // One after the other: of calls that run side by side, a page has as many as its entries tell whole.
  for (let index = 0; index < 60; index += 1) {
    await agency.call('calls.start', { clientId, callId: `call-${index}`, seconds: 6 });
    await agency.call('calls.end', { clientId, callId: `call-${index}`, seconds: 6 });
  }
  const long = await queriesOf();
  assert.deepEqual({ short: short.things, long: long.things }, { short: 3, long: 25 });
  assert.ok(long.count <= short.count, `${long.count} queries instead of ${short.count}`);
});

test('credits.history MT18: a call has its duration, and the number and agent that came with it first', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 100_000 });
  const { clientId } = page;
  const anna = { number: '+1 415 555 9804', agentName: ' Anna ' };
  await agency.call('usage.record', { clientId, callId: 'reported', seconds: 61, ...anna });
  const again = await agency.call('usage.record', { clientId, callId: 'reported', seconds: 61, number: 'another', agentName: 'Bert' });
  assert.equal(again.repeated, true);
  const other = await agency.try('usage.record', { clientId, callId: 'reported', seconds: 62, agentName: 'Bert' });
  assert.equal(other.status, 409);
  await agency.call('calls.start', { clientId, callId: 'started', seconds: 600 });
  await agency.call('calls.end', { clientId, callId: 'started', seconds: 133, agentName: 'Bert' });
  await agency.call('calls.start', { clientId, callId: 'running', seconds: 60 });
  const { things } = await readAll(page);
  const known = Object.fromEntries(things.map(({ callId, call }) => [callId, call]));
  assert.deepEqual(known, {
    reported: { seconds: 61, number: '+1 415 555 9804', agentName: 'Anna' },
    started: { seconds: 133, number: null, agentName: 'Bert' },
    running: { seconds: null, number: null, agentName: null },
    null: null,
  });
  const long = await agency.try('usage.record', { clientId, callId: 'long', seconds: 1, agentName: 'x'.repeat(81) });
  assert.equal(long.status, 422);
});

test('credits.history C18: each entry names its cause by its kind and its name in the ledger, also entries of before', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 0 });
  const { clientId } = page;
  await agency.allocate(clientId, 20_000, 'Invoice 7');
  const { reservationId } = await reserve(page);
  const { orderId } = await page.call('numbers.buy', { reservationId, pay: 'credits' }, newKey());
  await ended(page, orderId);
  const { packages } = await page.call('credits.packages', {});
  const { purchaseId, sessionId } = await page.call('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl });
  sandbox.stripe.pay(sessionId);
  await until(async () => (await page.call('purchases.read', { purchaseId })).state === 'paid', 'the payment');
  await agency.call('calls.start', { clientId, callId: 'call-1', seconds: 60 });
  await agency.call('calls.end', { clientId, callId: 'call-1', seconds: 30 });
  const { things } = await readAll(page);
  const told = things.flatMap(({ entries }) => entries.map(({ kind, cause }) => ({ kind, cause: cause?.kind, id: cause?.id })));
  const [gift] = told.splice(-1);
  assert.deepEqual(
    { kind: gift?.kind, cause: gift?.cause, isNamed: (gift?.id ?? '') !== '' },
    { kind: 'credits.allocate', cause: 'agency', isNamed: true },
  );
  assert.deepEqual(told, [
    { kind: 'call.hold', cause: 'call', id: 'call-1' },
    { kind: 'hold.resolve', cause: 'call', id: 'call-1' },
    { kind: 'credits.purchase', cause: 'purchase', id: purchaseId },
    { kind: 'order.hold', cause: 'order', id: orderId },
    { kind: 'order.resolve', cause: 'order', id: orderId },
  ]);
});
