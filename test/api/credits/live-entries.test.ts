import assert from 'node:assert/strict';
import { after, mock, test } from 'node:test';
import { type LiveEntry, watchClient } from '../../../api/domain/credits/live.ts';
import { creditPurchase, rechargeCredits } from '../../../api/ledger/transfers/grants.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { newClient, somebody } from '../../ledger/people.ts';
import { Writers } from '../../ledger/processes.ts';
import { openEngine } from '../../support/engine.ts';

const engine = await openEngine();
after(() => engine.close());

const give = (client: ClientScope, requestId: string) => rechargeCredits(client, { requestId, millis: 1000, ...somebody });

/** Reads the first entries of a stream. */
async function take(stream: AsyncIterable<LiveEntry>, count: number): Promise<LiveEntry[]> {
  const entries: LiveEntry[] = [];
  for await (const entry of stream) if (entries.push(entry) === count) break;
  return entries;
}
/** A listener who leaves before its test fails. */
const waiting = () => ({ signal: AbortSignal.timeout(19_000) });

test('live.stream U7: starts with the state of the account, then sends every entry as it comes', { timeout: 20_000 }, async () => {
  const client = newClient();
  await give(client, 'before');
  const stream = watchClient(client, waiting());
  const hello = await stream.next();
  assert.deepEqual(
    { kind: hello.value?.kind, seq: hello.value?.seq, available: hello.value?.state.available },
    { kind: 'hello', seq: 1, available: 1000 },
  );
  await give(client, 'one');
  await creditPurchase(client, {
    paymentStatus: 'paid',
    sessionId: 'cs_1',
    purchaseId: 'pur_1',
    millis: 5000,
    priceCents: 200,
    currency: 'EUR',
    ...somebody,
  });
  const entries = await take(stream, 2);
  assert.deepEqual(
    entries.map(({ seq, kind, amount, purchaseId, state }) => [seq, kind, amount, purchaseId, state.available]),
    [
      [2, 'credits.recharge', 1000, null, 2000],
      [3, 'credits.purchase', 5000, 'pur_1', 7000],
    ],
  );
});

test('live.stream U7: a listener who returns with its last number gets everything since, and nothing twice', {
  timeout: 20_000,
}, async () => {
  const client = newClient();
  // So long ago that nothing announces them any more: each page of entries has to ask for the next.
  mock.timers.enable({ apis: ['Date'], now: Date.now() - 60 * 60 * 1000 });
  try {
    for (let index = 0; index < 250; index++) await give(client, `r${index}`);
  } finally {
    mock.timers.reset();
  }
  const entries = await take(watchClient(client, { after: 7, ...waiting() }), 244);
  assert.deepEqual({ kind: entries[0]?.kind, available: entries[0]?.state.available }, { kind: 'hello', available: 7000 });
  assert.deepEqual(
    entries.map(({ seq }) => seq),
    Array.from({ length: 244 }, (_, index) => 7 + index),
  );
  assert.deepEqual(
    (await take(watchClient(client, { after: 99_999, ...waiting() }), 1)).map(({ seq }) => seq),
    [250],
  );
});

test('live.stream U7: entries of another process arrive within a second, in order', { timeout: 20_000 }, async () => {
  const client = newClient();
  await give(client, 'enough');
  const writers = new Writers(engine.uri);
  const heard = take(watchClient(client, waiting()), 6);
  const calls = Array.from({ length: 5 }, (_, index) => ({ client, callId: `call-${index}`, seconds: 6 }));
  const writer = writers.start({ calls, atOnce: 2 });
  await writer.done();
  const written = performance.now();
  const entries = await heard;
  assert(performance.now() - written < 1000, 'within a second');
  assert.deepEqual(
    entries.map(({ seq, state }) => [seq, state.available]),
    [
      [1, 1000],
      [2, 900],
      [3, 800],
      [4, 700],
      [5, 600],
      [6, 500],
    ],
  );
});

test('live.stream U7: ends when the listener goes', { timeout: 20_000 }, async () => {
  const gone = new AbortController();
  const stream = watchClient(newClient(), { signal: gone.signal });
  assert.equal((await stream.next()).value?.kind, 'hello');
  const next = stream.next();
  gone.abort();
  assert.deepEqual(await next, { done: true, value: undefined });
});
