import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, linkText, type StatedEntry, verifyStatement } from '../../api/rules/chain.ts';

const fact = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, 0.5, -1, 2 ** 53, Number.MAX_SAFE_INTEGER),
    fc.integer(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: fc.constantFrom(...'aB1_- "\\\n') }), tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** The same with the names of every object the other way round. */
const turned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, one]) => [name, turned(one)]),
  );
};

test('credits.statement C25: equal facts are one text, and different facts are two', () => {
  fc.assert(
    fc.property(fact, (value) => {
      const text = canonicalJson(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalJson(turned(value)), text);
      assert.equal(canonicalJson(JSON.parse(text)), text);
    }),
  );
  assert.equal(canonicalJson({ b: [1, 'x', null], a: { 'c d': true, c: 1.5 } }), '{"a":{"c":1.5,"c d":true},"b":[1,"x",null]}');
  assert.equal(canonicalJson({ at: new Date(0) }), canonicalJson({ at: '1970-01-01T00:00:00.000Z' }));
  assert.deepEqual({ list: canonicalJson([]), object: canonicalJson({}) }, { list: '[]', object: '{}' });
});

/** Entries as the ledger writes them, hashed by another hand. */
function hashed(changes: readonly Partial<StatedEntry>[]): StatedEntry[] {
  const entries: StatedEntry[] = [];
  for (const [index, change] of changes.entries()) {
    const seq = index + 1;
    const at = `2026-01-0${seq}T00:00:00.000Z`;
    const fields = {
      transferId: `t${seq}`,
      kind: 'usage.record',
      at,
      account: 'client.a',
      seq,
      amount: -seq,
      after: { available: 99 - seq },
      ...change,
    };
    const { transferId: _id, ...rest } = fields;
    const text = linkText(entries.at(-1)?.hash ?? '', { _id, ...rest });
    entries.push({ ...fields, hash: createHash('sha256').update(text).digest('base64url') });
  }
  return entries;
}
const write = (count: number, account = 'client.a') => hashed(Array.from({ length: count }, () => ({ account })));

test('credits.statement C25: the text of an entry covers all that a statement says of it, and the hash before it', () => {
  const [entry] = write(1);
  const { transferId: _id, hash: _, ...rest } = entry as StatedEntry;
  const link = { _id, ...rest };
  assert.equal(
    linkText('before', link),
    'before{"_id":"t1","account":"client.a","after":{"available":98},"amount":-1,"at":"2026-01-01T00:00:00.000Z","kind":"usage.record","seq":1}',
  );
});

test('credits.statement C25: any stretch in any order is as it was written, and the first entry that is not is named', async () => {
  const entries = write(9);
  const stretch = fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 9 })).map(([from, to]) => entries.slice(from, to));
  await fc.assert(fc.asyncProperty(stretch, async (some) => assert.equal(await verifyStatement(some.toReversed()), undefined)));
  const change = fc.constantFrom<Partial<StatedEntry>>(
    { kind: 'x' },
    { at: 'x' },
    { amount: 1 },
    { after: {} },
    { transferId: 'x' },
    { hash: 'x' },
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 8 }), change, async (at, changed) => {
      const forged = entries.map((entry, index) => (index === at ? { ...entry, ...changed } : entry));
      assert.equal(await verifyStatement(forged), at + 1);
    }),
  );
});

test('credits.statement C25: numbers follow each other on one account, also where somebody made the hashes fit', async () => {
  const forge = (changes: Partial<StatedEntry>) => hashed([{ seq: 1 }, { seq: 2 }, { seq: 3, ...changes }]);
  assert.equal(await verifyStatement(forge({})), undefined);
  assert.equal(await verifyStatement(forge({ seq: 4 })), 4);
  assert.equal(await verifyStatement(forge({ account: 'client.b' })), 3);
});

test('credits.statement C25: an entry that is missing, doubled or of another account is noticed', async () => {
  const entries = write(5);
  assert.equal(await verifyStatement(entries.toSpliced(2, 1)), 4);
  assert.equal(await verifyStatement([...entries, ...entries.slice(1, 2)]), 2);
  const [first, , third] = write(3, 'client.b');
  assert.equal(await verifyStatement(entries.with(2, third as StatedEntry)), 3);
  assert.equal(await verifyStatement([first as StatedEntry, ...entries.slice(1)]), 2);
});
