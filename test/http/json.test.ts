import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Refusal } from '../../api/contract/refusal.ts';
import { parseJson } from '../../api/http/json.ts';

test('what is read SX24: JSON means what it says, whatever stands in it', () => {
  const texts = fc.json({ maxDepth: 3 });
  fc.assert(
    fc.property(texts, (text) => assert.deepEqual(parseJson(Buffer.from(text)), JSON.parse(Buffer.from(text).toString()))),
    { numRuns: 50 },
  );
  assert.deepEqual({ empty: parseJson(Buffer.alloc(0)), marked: parseJson(Buffer.from('\ufeff{"a":1}')) }, { empty: {}, marked: { a: 1 } });
});

const parse = (text: string): unknown => parseJson(Buffer.from(text));
const refusalOf = (text: string): unknown => {
  try {
    return parse(text);
  } catch (error) {
    return (error as Refusal).code;
  }
};
const nested = (depth: number, inside = '') => '['.repeat(depth) + inside + ']'.repeat(depth);

test('what is read SX24: 32 levels are read and one more is not, whatever is side by side or in a text', () => {
  assert.deepEqual(parse(nested(32)), JSON.parse(nested(32)));
  assert.equal(refusalOf(nested(33)), 'body.too_deep');
  assert.equal(refusalOf(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`), 'body.too_deep');
  const wide = `[${Array(40).fill('[],{}').join(',')}]`;
  assert.deepEqual(parse(wide), JSON.parse(wide));
  for (const text of ['['.repeat(40), '\\"'.repeat(20) + '['.repeat(40), `\\\\${'{'.repeat(40)}`.slice(2)]) {
    assert.deepEqual(parse(JSON.stringify({ text })), { text });
  }
  assert.equal(refusalOf(`["\\\\",${nested(32)}]`), 'body.too_deep');
});

test('what is read SX24: ten thousand values are read and one more is not; text that is no JSON is named', () => {
  const list = (count: number) => `[${Array(count).fill(1).join(',')}]`;
  assert.equal((parse(list(9_999)) as unknown[]).length, 9_999);
  assert.equal(refusalOf(list(10_000)), 'body.too_many_values');
  assert.equal(refusalOf(`[${Array(5_001).fill('{}').join(',')}]`), 'body.too_many_values');
  assert.deepEqual(parse(`{"text":"${','.repeat(20_000)}"}`), { text: ','.repeat(20_000) });
  assert.deepEqual(['{', '"open', '"open\\', '1 2', ']'].map(refusalOf), Array(5).fill('body.malformed'));
});
