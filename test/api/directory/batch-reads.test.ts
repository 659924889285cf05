import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { batchReads } from '../../../api/domain/directory/batch-reads.ts';

const namesOf = (names: readonly string[]) => names;

test('brand.read T3: those who ask at a time get each their own by one query, and who is nobody gets nobody', async () => {
  const queries: (readonly string[])[] = [];
  const find = batchReads(async (names) => {
    queries.push(names);
    return [['old', 'new'], ['other']];
  }, namesOf);
  assert.deepEqual(await Promise.all(['new', 'other', 'stranger', 'new'].map(find)), [['old', 'new'], ['other'], null, ['old', 'new']]);
  assert.deepEqual(queries, [['new', 'other', 'stranger']]);
});

test('keys.rotate T7: who asks while a query is under way neither waits for it nor gets what it read', async () => {
  const answers: ((found: string[][]) => void)[] = [];
  const find = batchReads(() => new Promise<string[][]>((resolve) => answers.push(resolve)), namesOf);
  const before = find('name');
  await nextTurn();
  const after = find('name');
  await nextTurn();
  answers[1]?.([['name', 'changed']]);
  assert.deepEqual(await after, ['name', 'changed']);
  answers[0]?.([['name']]);
  assert.deepEqual(await before, ['name']);
});

test('brand.read SX9: a flood of names makes the queries larger, not more, and everybody gets an answer', async () => {
  const queries: { names: readonly string[]; answer(): void }[] = [];
  const find = batchReads(
    (names) => new Promise<string[][]>((resolve) => queries.push({ names, answer: () => resolve(names.map((name) => [name])) })),
    namesOf,
  );
  const answers = [];
  for (let name = 0; name < 100; name += 1) {
    answers.push(find(`${name}`));
    await nextTurn();
  }
  assert.deepEqual(
    queries.map(({ names }) => names),
    [['0'], ['1'], ['2'], ['3']],
  );
  queries[2]?.answer();
  await answers[2];
  await nextTurn();
  assert.deepEqual(
    queries[4]?.names,
    Array.from({ length: 96 }, (_, index) => `${index + 4}`),
  );
  for (const { answer } of queries) answer();
  assert.deepEqual(
    await Promise.all(answers),
    Array.from({ length: 100 }, (_, name) => [`${name}`]),
  );
});

test('brand.read RM7: a query that fails fails for those who asked, and the next one is tried anew', async () => {
  let isAway = true;
  const find = batchReads(async (names) => {
    if (isAway) throw new Error('away');
    return names.map((name) => [name]);
  }, namesOf);
  const outcomes = await Promise.allSettled([find('one'), find('other')]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  isAway = false;
  assert.deepEqual(await find('one'), ['one']);
});
