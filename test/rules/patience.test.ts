import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { abortedAfter } from '../../api/rules/patience.ts';

setFlagsFromString('--expose-gc');
const cleanUp = runInNewContext('gc') as () => void;

/** How a signal ends that nobody holds but who listens to it. */
const endOf = (make: () => AbortSignal) =>
  new Promise<string>((resolve) => {
    const signal = make();
    const end = () => resolve(signal.reason.name);
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
  });

test('patience SX1: the time that was set comes, also where memory is cleaned up meanwhile', async () => {
  const other = new AbortController();
  const ends = [endOf(() => abortedAfter(100)), endOf(() => abortedAfter(100, other.signal))];
  for (let round = 0; round < 5; round += 1) {
    cleanUp();
    await wait(10);
  }
  assert.deepEqual(await Promise.race([Promise.all(ends), wait(5_000)]), ['TimeoutError', 'TimeoutError']);
});

test('patience SX1: another signal ends it earlier, and it leaves nothing behind there', async () => {
  const [other, aborted] = [new AbortController(), AbortSignal.abort()];
  const late = abortedAfter(20, other.signal);
  const early = endOf(() => abortedAfter(60_000, new AbortController().signal, other.signal));
  await wait(60);
  assert.equal(late.reason.name, 'TimeoutError');
  assert.equal(getEventListeners(other.signal, 'abort').length, 1, 'of the one that waits');
  other.abort();
  assert.equal(await early, 'AbortError');
  assert.equal(await endOf(() => abortedAfter(60_000, aborted)), 'AbortError');
});
