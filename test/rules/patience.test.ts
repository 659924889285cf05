import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { abortedAfter, runInTime } from '../../api/rules/patience.ts';

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
  assert.deepEqual({ name: late.reason.name, message: late.reason.message }, { name: 'TimeoutError', message: 'It took too long.' });
  assert.equal(getEventListeners(other.signal, 'abort').length, 1, 'of the one that waits');
  other.abort();
  assert.equal(await early, 'AbortError');
  assert.equal(await endOf(() => abortedAfter(60_000, aborted)), 'AbortError');
});

test('patience SX1: when it has ended, it lets go of its time and of the others, and no process waits for it', async (t) => {
  const [ended, over, other] = [new AbortController(), new AbortController(), new AbortController()];
  const before = activeTimers();
  const signal = abortedAfter(60_000, other.signal, over.signal, ended.signal);
  assert.equal(activeTimers(), before, 'a process may end meanwhile');
  const freed = t.mock.method(globalThis, 'clearTimeout');
  over.abort(new Error('enough'));
  assert.equal(freed.mock.callCount(), 1, 'nothing is kept for a minute');
  assert.equal(signal.reason.message, 'enough');
  for (const { signal: one } of [ended, over, other]) assert.equal(getEventListeners(one, 'abort').length, 0);
  other.abort(new Error('later'));
  assert.equal(signal.reason.message, 'enough', 'the first reason stays');
  const late = abortedAfter(60_000, AbortSignal.abort(new Error('before')), other.signal);
  assert.equal(late.reason.message, 'before');
});

test('patience SX1: work that has ended leaves neither its timer nor a listener on a shared signal', async (t) => {
  const shared = new AbortController();
  const freed = t.mock.method(globalThis, 'clearTimeout');
  const works = [async () => 'done', () => Promise.reject(new Error('refused'))];
  const outcomes = await Promise.allSettled(works.map((work) => runInTime<string>(60_000, [shared.signal], work)));
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason.message)),
    ['done', 'refused'],
  );
  assert.deepEqual(
    { freed: freed.mock.callCount(), listeners: getEventListeners(shared.signal, 'abort').length },
    { freed: 2, listeners: 0 },
  );
  const late = runInTime(10, [shared.signal], (signal) => once(signal, 'abort').then(() => signal.reason.name));
  assert.equal(await late, 'TimeoutError');
});

/** Timers that keep the process alive. */
const activeTimers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
