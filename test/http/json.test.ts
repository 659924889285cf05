import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../api/http/json.ts';

test('what is read SX24: JSON means what it says, whatever stands in it', () => {
  const texts = fc.json({ maxDepth: 3 });
  fc.assert(
    fc.property(texts, (text) => assert.deepEqual(parseJson(Buffer.from(text)), JSON.parse(Buffer.from(text).toString()))),
    { numRuns: 50 },
  );
  assert.deepEqual([parseJson(Buffer.alloc(0)), parseJson(Buffer.from('\ufeff{"a":1}'))], [{}, { a: 1 }]);
});
