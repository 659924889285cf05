import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import express from 'express';
import { answerError } from '../../api/http/errors.ts';
import { sendStream } from '../../api/http/stream.ts';
import { until } from '../support/until.ts';

/** Holds the next listener's events, and what ends them. */
let next: { events: (signal: AbortSignal) => AsyncIterable<unknown>; until?: number; stop?: AbortSignal };
let failure: unknown;

const app = express();
app.get('/:name', async (req, res) => {
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, ...(next.stop ? [next.stop] : [])]);
  const check = (event: unknown) => ({ checked: event });
  await sendStream(res, next.events, { name: req.params.name, signal, until: next.until, check }).catch((error: unknown) => {
    failure = error;
    throw error;
  });
});
app.use(answerError);
const server = createServer(app).listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close().closeAllConnections());

const listen = (name: string, signal?: AbortSignal) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`, signal ? { signal } : {});

const untilAborted = (signal: AbortSignal) => (signal.aborted ? undefined : once(signal, 'abort'));
/** Says hello, and nothing more until the stream ends. */
async function* quiet(signal: AbortSignal): AsyncIterable<unknown> {
  yield 'hello';
  await untilAborted(signal);
}

test('live.stream U7: each event is checked and sent at once, in a form that no proxy keeps back', async () => {
  next = {
    async *events() {
      yield 1;
      yield { text: 'line\nline' };
    },
  };
  const reply = await listen('robin');
  const [type, cache, buffering] = ['content-type', 'cache-control', 'x-accel-buffering'].map((name) => reply.headers.get(name));
  assert.deepEqual(
    { status: reply.status, type, cache, buffering },
    { status: 200, type: 'text/event-stream', cache: 'no-store', buffering: 'no' },
  );
  assert.equal(await reply.text(), 'data: {"checked":1}\n\ndata: {"checked":{"text":"line\\nline"}}\n\n');
});

test('live.stream U7: it ends with its token or the process, and what fails before is no good end', async () => {
  const heard = 'data: {"checked":"hello"}\n\n';
  failure = undefined;
  next = { events: quiet, until: Date.now() + 50 };
  assert.equal(await (await listen('robin')).text(), heard);
  const stop = new AbortController();
  next = { events: quiet, stop: stop.signal };
  const reply = await listen('robin');
  stop.abort();
  assert.equal(await reply.text(), heard);
  const leaving = new AbortController();
  next = {
    async *events(signal) {
      yield 'hello';
      await untilAborted(signal);
      throw signal.reason;
    },
    until: Date.now() + 50,
  };
  assert.equal(await (await listen('robin', leaving.signal)).text(), heard, 'a source that breaks off at the end');
  assert.equal(failure, undefined);
  next = {
    // biome-ignore lint/correctness/useYield: this source breaks before its first event
    async *events() {
      throw new Error('a bug of ours');
    },
  };
  await (await listen('robin')).text().catch(() => {});
  assert.match(String(failure), /a bug of ours/);
});

test('live.stream T11: one listener has fifty streams at a time, and each that ends makes room', async () => {
  next = { events: quiet };
  const [first, all] = [new AbortController(), new AbortController()];
  const open = async (name: string, signal = all.signal) => {
    const reply = await listen(name, signal);
    if (reply.status === 200) await reply.body?.getReader().read();
    return reply;
  };
  assert.equal((await open('kim', first.signal)).status, 200);
  for (let count = 2; count <= 50; count += 1) assert.equal((await open('kim')).status, 200);
  const refused = await open('kim');
  const { error } = (await refused.json()) as { error: { code: string; values: object } };
  assert.deepEqual(
    { status: refused.status, code: error.code, values: error.values, wait: refused.headers.get('retry-after') },
    { status: 429, code: 'rate.limited', values: { seconds: 60 }, wait: '60' },
  );
  assert.equal((await open('lee')).status, 200, 'somebody else listens');
  first.abort();
  await until(async () => (await open('kim')).status === 200, 'room for one');
  assert.equal((await open('kim')).status, 429, 'and for no other');
  all.abort();
  await until(async () => (await listen('kim', AbortSignal.timeout(100)).catch(() => undefined))?.status !== 429, 'room for all');
});
