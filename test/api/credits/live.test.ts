import assert from 'node:assert/strict';
import test from 'node:test';
import type { Output } from '../../../api/contract/index.ts';
import { startApi, startPlainClient } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { comesTo } from '../../support/until.ts';

const api = await startApi();
const { url } = api;
const plainClient = () => startPlainClient(api);

/** Reads a live stream until it has sent `count` events. */
async function listen(page: Page, after: number | undefined, count: number): Promise<Output<'live.stream'>[]> {
  const query = new URLSearchParams({ key: page.agency.keys.test.publishable, ...(after !== undefined && { after: String(after) }) });
  const answer = await fetch(`${url}/v1/live.stream?${query}`, { headers: { authorization: `Bearer ${page.token}`, origin: page.origin } });
  assert.equal(answer.headers.get('content-type'), 'text/event-stream');
  const events: Output<'live.stream'>[] = [];
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) if (part.startsWith('data: ')) events.push(JSON.parse(part.slice(6)));
    if (events.length >= count) break;
  }
  return events;
}

test('live.stream U7: an open page hears every entry in order, and a returning page those that it missed', async () => {
  const { agency, page } = await plainClient();
  const heard = listen(page, undefined, 4);
  for (let index = 1; index <= 3; index += 1) await agency.allocate(page.clientId, 1000);
  const events = await heard;
  assert.equal(events[0]?.kind, 'hello');
  const last = events.at(-1);
  assert.deepEqual(
    events.slice(1).map(({ seq }) => seq),
    events.slice(1).map((_, index) => (events[0]?.seq ?? 0) + index + 1),
  );
  assert.ok(last);
  const missed = await listen(page, 1, 3);
  assert.deepEqual(
    missed.map(({ seq, kind }) => [seq, kind]),
    [
      [1, 'hello'],
      [2, 'credits.allocate'],
      [3, 'credits.allocate'],
    ],
  );
});

test('live.stream T3: without a token there is no stream', async () => {
  const { page } = await plainClient();
  assert.equal(
    (await fetch(`${url}/v1/live.stream?key=${page.agency.keys.test.publishable}`, { headers: { origin: page.origin } })).status,
    401,
  );
});

test('live.stream T11: one member holds fifty streams at once; the next is refused until one ends', async () => {
  const { page } = await plainClient();
  const leave = Array.from({ length: 50 }, () => new AbortController());
  const open = (signal: AbortSignal) =>
    fetch(`${url}/v1/live.stream?key=${page.agency.keys.test.publishable}`, {
      headers: { authorization: `Bearer ${page.token}`, origin: page.origin },
      signal,
    });
  const opened = await Promise.all(leave.map(({ signal }) => open(signal)));
  assert.ok(opened.every(({ status }) => status === 200));
  const refused = await open(AbortSignal.timeout(5_000));
  assert.deepEqual({ status: refused.status, retryAfter: refused.headers.get('retry-after') }, { status: 429, retryAfter: '60' });
  leave[0]?.abort();
  const last = new AbortController();
  await comesTo(async () => (await open(last.signal)).status, 200);
  for (const controller of [...leave, last]) controller.abort();
});
