import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startApi } from '../support/api.ts';
import { comesTo } from '../support/until.ts';

/** Behind one trusted proxy, which names the sender. */
const { createAgency, url } = await startApi({ trustedProxies: 1 });
const [agency, other] = [await createAgency(), await createAgency()];
const MEBIBYTE = 1024 * 1024;

/** Opens a connection that announces a body and sends none of it. */
function begin(slug: string, address: string, bytes: number): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {}); // the test expects this error
  socket.write(
    [
      `POST /api/webhooks/stripe/${slug} HTTP/1.1`,
      'Host: x',
      `X-Forwarded-For: ${address}`,
      'Connection: close',
      `Content-Length: ${bytes}`,
      '',
      '',
    ].join('\r\n'),
  );
  return socket;
}

/** Stalls more connections than there is space for, and keeps opening others. */
function besiege(t: TestContext, slug: string, addressOf: (index: number) => string) {
  const open = new Set<Socket>();
  const state = { opened: 0, cutOff: 0 };
  const add = () => {
    const socket = begin(slug, addressOf(state.opened), MEBIBYTE).resume();
    state.opened += 1;
    open.add(socket);
    socket.on('close', () => {
      open.delete(socket);
      state.cutOff += 1;
    });
  };
  for (let index = 0; index < 70; index += 1) add();
  const timer = setInterval(add, 2);
  t.after(() => {
    clearInterval(timer);
    for (const socket of open) socket.destroy();
  });
  return state;
}

/**
 * Sends a real event whose body comes a while after its head.
 * @returns the status of the answer; 0 if it was cut off
 */
async function deliver(slug: string, address: string, lateMs: number): Promise<number> {
  const body = JSON.stringify({ id: 'evt_1', object: 'event', padding: 'x'.repeat(3_000) });
  const socket = begin(slug, address, Buffer.byteLength(body));
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  const closed = once(socket, 'close');
  await wait(lateMs);
  socket.write(body);
  await closed;
  return Number(answer.split(' ')[1] ?? 0);
}

const deliveries = (count: number, slug: string) => Promise.all(Array.from({ length: count }, () => deliver(slug, '198.51.100.7', 1_000)));

test('webhooks.stripe SX32: one stalling address displaces no event whose body comes a while after its head', async (t) => {
  const siege = besiege(t, agency.slug, () => '203.0.113.9');
  await comesTo(async () => siege.cutOff > 20, true);
  assert.deepEqual(new Set(await deliveries(40, agency.slug)), new Set([400]), 'each was read whole, and its signature looked at');
});

test('webhooks.stripe SX32: many addresses that stall at one agency displace nothing at another', async (t) => {
  const siege = besiege(t, agency.slug, (index) => `203.0.${index >> 8}.${index & 255}`);
  await comesTo(async () => siege.cutOff > 20, true);
  assert.deepEqual(new Set(await deliveries(40, other.slug)), new Set([400]));
});

test('webhooks.stripe SX32: a body that brings data keeps its place, even at an address of stalling ones', async (t) => {
  const body = Buffer.from(JSON.stringify({ padding: 'x'.repeat(MEBIBYTE - 1_000) }));
  const slow = begin(agency.slug, '203.0.113.9', body.length);
  const siege = besiege(t, agency.slug, () => '203.0.113.9');
  let answer = '';
  slow.on('data', (chunk) => {
    answer += String(chunk);
  });
  const closed = once(slow, 'close');
  for (let at = 0; at < body.length && !slow.destroyed; at += 64 * 1024) {
    slow.write(body.subarray(at, at + 64 * 1024));
    await wait(40);
  }
  await closed;
  assert.match(answer, /^HTTP\/1\.1 400 /);
  await comesTo(async () => siege.cutOff > 20, true);
});
