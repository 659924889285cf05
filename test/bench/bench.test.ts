import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFigure, median, percentile, ratios, roundsNeeded } from './numbers.ts';
import { cpuOf, runRounds, type Sample } from './rounds.ts';
import { boundRow, compareRow, formatTable, type Row } from './table.ts';

test('the bench: a median is the middle value, or the mean of the middle two', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([7]), 7);
});

test('the bench: a percentile is a value that was measured', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  assert.equal(percentile(values, 99), 198);
  assert.equal(percentile(values, 100), 200);
  assert.equal(percentile([3], 99), 3);
});

test('the bench: figures have three digits, and no fraction from a thousand on', () => {
  assert.deepEqual([0.01234, 12.345, 999.9, 12_345.6, 0].map(formatFigure), ['0.0123', '12.3', '1000', '12,346', '0']);
  assert.equal(formatFigure(Number.NaN), '-');
});

test('the bench: a claim needs 6 of 7 rounds, or all of fewer', () => {
  assert.deepEqual([3, 7, 9].map(roundsNeeded), [3, 6, 8]);
  const floors = [1, 1, 1, 1, 1, 1, 1];
  const row = (ours: number[]) => compareRow('Q0', 'something', { ours, floors, unit: 'us', atMost: 1.5 });
  assert.equal(row([1, 1, 1, 1, 1, 1, 9]).verdict, 'met (6 of 7 rounds)');
  assert.equal(row([1, 1, 1, 1, 1, 9, 9]).verdict, 'missed (5 of 7 rounds)');
});

test('the bench: ratios are taken round by round, so that a slow round changes nothing', () => {
  assert.deepEqual(ratios([2, 200, 2], [1, 100, 1]), [2, 2, 2]);
  const rates = { ours: [80, 8, 90], floors: [100, 10, 100], unit: '/s' };
  const { ratio, bar, verdict } = compareRow('Q0', 'something', { ...rates, atLeast: 0.8 });
  assert.deepEqual({ ratio, bar, verdict }, { ratio: '0.80', bar: '>= 0.8x', verdict: 'met (3 of 3 rounds)' });
  assert.equal(compareRow('Q0', 'something', rates).verdict, 'no bar');
});

test('the bench: a bar without a measurement is not met', () => {
  assert.equal(boundRow('Q0', 'something', { measured: Number.NaN, unit: 'ms', atMost: 5 }).verdict, 'missed');
  assert.equal(boundRow('Q0', 'something', { measured: 5, unit: 'ms', atMost: 5 }).verdict, 'met');
  assert.equal(compareRow('Q0', 'something', { ours: [], floors: [], unit: 'us', atMost: 2 }).verdict, 'missed (0 of 0 rounds)');
});

test('the bench: each round runs every variant, begins with another one, and the first does not count', async () => {
  const order: string[] = [];
  const variant = (name: string) => async (): Promise<Sample> => ({ cpuMicros: order.push(name), perSecond: 1 });
  const samples = await runRounds(2, { a: variant('a'), b: variant('b') });
  assert.equal(order.join(''), 'abbaab');
  assert.deepEqual({ a: cpuOf(samples.a), b: cpuOf(samples.b) }, { a: [4, 5], b: [3, 6] });
});

test('the bench: the table has its verdicts in words, in aligned columns', () => {
  const rows: Row[] = [
    boundRow('Q1', 'bytes', { measured: 16_385, unit: 'bytes', atMost: 16_384, isExact: true }),
    compareRow('Q9', 'a longer description', { ours: [2], floors: [1], unit: 'us CPU', atMost: 2 }),
  ];
  const lines = formatTable(rows).split('\n');
  assert.equal(lines.length, 4);
  assert.equal(new Set(lines.map((line) => line.length)).size, 1);
  assert.match(lines[2] ?? '', /^\| Q1 \| bytes +\| 16,385 bytes \|.*\| <= 16,384 bytes \| missed/);
  assert.match(lines[3] ?? '', /\| 2 us CPU +\| 1 us CPU \| 2\.00 +\| <= 2x +\| met \(1 of 1 rounds\) \|$/);
});
