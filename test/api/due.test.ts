import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../api/contract/refusal.ts';
import {
  AGENCIES_AT_ONCE,
  AGENCIES_MAX,
  backOff,
  beginDue,
  type DueWork,
  forEach,
  SLOW_MS,
  UnderWay,
  workThrough,
} from '../../api/domain/due/due.ts';

interface Item {
  agencyId: string;
  world: 'live';
  name: string;
  dueAt: Date;
  checks: number;
}

const START = new Date('2030-01-01T00:00:00Z');
const MINUTE_MS = 60_000;

function closedGate(): { passed: Promise<void>; open(): void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** Items in memory, claimed as the models do it, and a log that is kept. */
function workOf(items: readonly (readonly [agencyId: string, name: string])[], lookAfter: (item: Item) => Promise<void>) {
  const rows: Item[] = items.map(([agencyId, name]) => ({ agencyId, world: 'live', name, dueAt: START, checks: 0 }));
  const lines: { level: string; name: unknown; sentence: string }[] = [];
  const note = (level: string) => (detail: object, sentence: string) =>
    void lines.push({ level, name: 'name' in detail ? detail.name : undefined, sentence });
  const draining = new AbortController();
  const work: DueWork<Item> = {
    name: 'thing',
    leaseMs: MINUTE_MS,
    async claim(now, leaseUntil, but) {
      const row = rows.find(({ agencyId, dueAt }) => dueAt <= now && !but.includes(agencyId));
      if (!row) return null;
      row.dueAt = leaseUntil;
      row.checks += 1;
      return row;
    },
    lookAfter,
    async putOff(item, at) {
      item.dueAt = at;
    },
    restMs: ({ checks }) => backOff(checks, MINUTE_MS, 4 * MINUTE_MS),
    about: ({ name }) => ({ name }),
  };
  return {
    rows,
    lines,
    work,
    draining,
    deps: { now: () => START, draining: draining.signal, log: { info: note('info'), error: note('error') } },
  };
}

test('due work SX2: an item that throws is logged and put off, and every other item has its turn', async () => {
  const seen: string[] = [];
  const { rows, lines, work, deps } = workOf(
    [
      ['a', 'broken'],
      ['a', 'refused'],
      ['a', 'whole'],
      ['b', 'other'],
    ],
    async ({ name }) => {
      seen.push(name);
      if (name === 'broken') throw new TypeError('of this item alone');
      if (name === 'refused') throw new Refusal('payments.provider_unavailable');
    },
  );
  assert.equal(await workThrough(work, deps), 4);
  assert.deepEqual(seen.toSorted(), ['broken', 'other', 'refused', 'whole']);
  assert.deepEqual(
    rows.map(({ dueAt }) => (dueAt.getTime() - START.getTime()) / MINUTE_MS),
    [2, 2, 2, 2],
  );
  assert.deepEqual(lines, [
    { level: 'error', name: 'broken', sentence: 'thing.failed: it is tried again later' },
    { level: 'info', name: 'refused', sentence: 'thing.waits: it is tried again later' },
  ]);
});

test('due work SX2: an item that cannot be put off stops nothing either', async () => {
  const { rows, lines, work, deps } = workOf([['a', 'one']], async () => {});
  const putOff = () => Promise.reject(new Error('the database is away'));
  assert.equal(await workThrough({ ...work, putOff }, deps), 1);
  assert.equal(rows[0]?.dueAt.getTime(), START.getTime() + MINUTE_MS, 'its claim runs out');
  assert.deepEqual(lines, [{ level: 'error', name: 'one', sentence: 'thing.failed: it is tried again when its claim runs out' }]);
});

test('due work F10: a silent provider delays its own agency alone, and each agency has one item at a time', async () => {
  const silent = closedGate();
  const seen: string[] = [];
  const { work, deps } = workOf(
    [
      ['silent', 'first'],
      ['silent', 'second'],
      ['quick', 'third'],
      ['quick', 'fourth'],
    ],
    async ({ agencyId, name }) => {
      seen.push(name);
      if (agencyId === 'silent') await silent.passed;
    },
  );
  const underWay = new UnderWay();
  let freed = () => {};
  const begin = () => beginDue(work, { deps, underWay, most: 100, freed: () => freed() });
  const oneIsDone = () => new Promise<void>((resolve) => (freed = resolve));
  assert.equal(await begin(), 2);
  await oneIsDone();
  assert.equal(await begin(), 1);
  await oneIsDone();
  assert.deepEqual(seen, ['first', 'third', 'fourth']);
  assert.equal(await begin(), 0, 'the second of the silent one waits for its first');
  silent.open();
  await underWay.done();
  assert.equal(await begin(), 1);
  await underWay.done();
  assert.deepEqual(seen.at(-1), 'second');
});

test('due work P10: items skipped while their agency was busy have their turn in the same pass', async () => {
  const { work, deps } = workOf(
    [
      ['a', 'first'],
      ['a', 'second'],
    ],
    async () => {},
  );
  // The first item is done while the database still answers that nothing else is due.
  const claim: typeof work.claim = async (...about) => {
    const row = await work.claim(...about);
    await new Promise((resolve) => setImmediate(resolve));
    return row;
  };
  assert.equal(await workThrough({ ...work, claim }, deps), 2);
});

test('due work F10: the number of agencies at once is limited, and none starts after the process drains', async () => {
  const gate = closedGate();
  const many = Array.from({ length: AGENCIES_AT_ONCE + 3 }, (_, index) => [`agency${index}`, `item${index}`] as const);
  const { work, deps, draining } = workOf(many, () => gate.passed);
  const underWay = new UnderWay();
  assert.equal(await beginDue(work, { deps, underWay, most: 100 }), AGENCIES_AT_ONCE);
  draining.abort();
  gate.open();
  await underWay.done();
  assert.equal(await beginDue(work, { deps, underWay, most: 100 }), 0);
});

test('due work SX8: agencies with silent providers delay nobody else, and their number is limited', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const gate = closedGate();
  const silent = Array.from({ length: AGENCIES_MAX + 3 }, (_, index) => [`silent${index}`, `item${index}`] as const);
  const seen: string[] = [];
  const { rows, work, deps } = workOf(
    [...silent.slice(0, AGENCIES_AT_ONCE), ['quick', 'quick'], ...silent.slice(AGENCIES_AT_ONCE)],
    async ({ name }) => {
      seen.push(name);
      if (name !== 'quick') await gate.passed;
    },
  );
  const underWay = new UnderWay();
  const freed = t.mock.fn();
  const begin = () => beginDue(work, { deps, underWay, most: 1_000, freed });
  assert.equal(await begin(), AGENCIES_AT_ONCE);
  assert.equal(await begin(), 0);
  t.mock.timers.tick(SLOW_MS);
  assert.equal(freed.mock.callCount(), AGENCIES_AT_ONCE, 'whoever looks after what is due looks again');
  await begin();
  assert.ok(seen.includes('quick'));
  for (let round = 0; round < AGENCIES_MAX; round += 1) {
    t.mock.timers.tick(SLOW_MS);
    await begin();
  }
  assert.equal(underWay.size, AGENCIES_MAX);
  gate.open();
  await underWay.done();
  assert.equal(underWay.size, 0);
  await begin();
  assert.equal(seen.length, rows.length, 'those that found no room have their turn');
});

test('for each SX2: a failed item is counted and logged, and the others have their turn', async () => {
  const { lines, deps } = workOf([], async () => {});
  const seen: string[] = [];
  const failed = await forEach(['a', 'b', 'c'], { name: 'letter', about: (name) => ({ name }), deps }, async (name) => {
    if (name === 'b') throw new Error('of this letter alone');
    seen.push(name);
  });
  assert.deepEqual({ failed, seen }, { failed: 1, seen: ['a', 'c'] });
  assert.deepEqual(lines, [{ level: 'error', name: 'b', sentence: 'letter.failed: it is tried again later' }]);
});
