import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { test } from 'node:test';
import { createLooks } from '../../../api/providers/stripe/looks.ts';
import { createTurns, type Turn, type Turns } from '../../../api/providers/stripe/turns.ts';

test('credits.checkout P1 SX8: three requests to one account start at once, then at even distances, none refused', async () => {
  const turns = createTurns(11);
  const startedAt = performance.now();
  const take = async () => {
    assert.equal(await turns.take({ who: 'cli_1', isUrgent: true }), undefined);
    return performance.now() - startedAt;
  };
  const starts = await Promise.all(Array.from({ length: 14 }, take));
  assert(
    starts.slice(0, 3).every((start) => start < 50),
    `the first went out after ${starts.slice(0, 3)} ms`,
  );
  for (const [index, start] of starts.entries())
    assert(start > (index - 2) * (1000 / 7) - 2, `request ${index} went out after ${start} ms`);
  for (const from of starts) assert(starts.filter((at) => at >= from && at < from + 1000).length < 11);
});

/** Turns of which the first three are taken, so that callers wait. Each one notes its name when its turn comes. */
async function busyTurns(perSecond: number) {
  const turns = createTurns(perSecond);
  for (let used = 0; used < 3; used += 1) await turns.take({ who: 'others', isUrgent: true });
  const order: string[] = [];
  const take = async (who: string, more: Partial<Turn> = {}) => {
    const end = await turns.take({ who, isUrgent: false, ...more });
    if (end === undefined) order.push(who);
    return end;
  };
  return { turns, order, take };
}

test('credits.checkout SX8: a payment goes before all who look, however many wait', async () => {
  const { order, take } = await busyTurns(54); // one every 20 ms
  const looks = Array.from({ length: 20 }, (_, index) => take(`look ${index}`));
  const money = take('money', { isUrgent: true });
  await Promise.all([...looks, money]);
  assert.equal(order[0], 'money');
});

test('purchases.read SX8: a caller with few requests does not wait behind one with many', async () => {
  const { order, take } = await busyTurns(54);
  const many = Array.from({ length: 10 }, () => take('greedy'));
  await Promise.all([...many, take('modest'), take('other'), take('other')]);
  assert.deepEqual(order.slice(0, 5), ['greedy', 'modest', 'other', 'greedy', 'other']);
});

test('purchases.read SX8: a queue is limited, and a full one drops from the caller with the most', async () => {
  const { take } = await busyTurns(14); // one every 100 ms: 50 within the five seconds
  const gone = new AbortController();
  setMaxListeners(0, gone.signal); // a process has a signal for each caller
  const many = Array.from({ length: 50 }, () => take('greedy', { signal: gone.signal }));
  const { length: waiting } = many;
  const modest = take('modest');
  const ends = new Map<string | undefined, number>();
  for (const end of many) void end.then((reason) => ends.set(reason, (ends.get(reason) ?? 0) + 1));
  assert.equal(await modest, undefined);
  gone.abort();
  await Promise.all(many);
  assert.equal(ends.get('full'), 1, 'the last of the greedy one, and nobody else');
  assert.equal(
    [...ends.values()].reduce((sum, count) => sum + count, 0),
    waiting,
  );
});

test('purchases.read SX8: nobody waits longer than allowed, and a caller who left gets no turn', async () => {
  const { order, take } = await busyTurns(5); // one a second
  const gone = new AbortController();
  const startedAt = performance.now();
  const ends = [take('late', { waitMs: 100 }), take('late', { waitMs: 150 }), take('gone', { signal: gone.signal })];
  gone.abort();
  assert.deepEqual(await Promise.all(ends), ['late', 'late', 'gone']);
  assert.ok(performance.now() - startedAt < 900, 'nobody waited for the next turn');
  assert.equal(await take('gone', { signal: gone.signal }), 'gone');
  assert.deepEqual(order, []);
});

test('purchases.read SX8: with ten busy callers, a stranger waits for one turn each at most', async () => {
  const { take, turns } = await busyTurns(104); // one every 10 ms
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const poll = async (who: string, all: Turns) => {
    while (!stop.signal.aborted) await Promise.all([1, 2, 3].map(() => all.take({ who, isUrgent: false, signal: stop.signal })));
  };
  const polling = Array.from({ length: 10 }, (_, index) => poll(`poller ${index}`, turns));
  await take('settled');
  const waits: number[] = [];
  for (let looks = 0; looks < 10; looks += 1) {
    const joinedAt = performance.now();
    await take('stranger');
    waits.push(performance.now() - joinedAt);
  }
  stop.abort();
  await Promise.all(polling);
  const median = waits.toSorted((a, b) => a - b)[5] ?? Number.NaN;
  assert.ok(median < 250, `it waited ${waits.map(Math.round)} ms`);
});

test('purchases.read SX8: an occasional look gets a fresh answer, a constant one an answer of this second', async () => {
  const looks = createLooks<number>();
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return asked;
  };
  const look = (name = 'cs_1') => looks(name, undefined, ask);
  assert.deepEqual(await Promise.all([look(), look(), look()]), [1, 1, 1], 'one question at a time');
  for (const questions of [2, 3, 3, 3]) assert.equal(await look(), questions);
  assert.equal(await look('cs_2'), 4);
  const startedAt = performance.now();
  const seen: number[] = [];
  while (performance.now() - startedAt < 2_500) {
    seen.push(await look());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual([...new Set(seen)], [3, 5, 6], 'and then once a second');
});

test('purchases.read SX8: a request ends with its last caller, and a failure belongs to its caller alone', async () => {
  const looks = createLooks<number>();
  const signals: AbortSignal[] = [];
  const never = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<number>((_, reject) => signal.addEventListener('abort', () => reject(new Error('given up'))));
  };
  const [one, two] = [new AbortController(), new AbortController()];
  const waiting = [looks('cs_1', one.signal, never), looks('cs_1', two.signal, never)].map((look) => assert.rejects(look, /given up/));
  one.abort();
  assert.equal(signals[0]?.aborted, false, 'somebody still waits');
  two.abort();
  assert.equal(signals[0]?.aborted, true);
  await Promise.all(waiting);
  assert.deepEqual({ signals: signals.length, looks: await looks('cs_1', undefined, async () => 7) }, { signals: 1, looks: 7 });
});
