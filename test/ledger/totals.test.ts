import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Totals } from '../../api/ledger/totals.ts';

const one = { agencyId: 'agn_1', world: 'live' } as const;
const written = { _id: 'x', writtenAt: new Date(0) };
const posted = (used: number, other: number) => [
  { account: 'client.a', amount: -used - other },
  { account: 'used.live', amount: used },
  { account: 'held.live', amount: other },
];

test('audit C4: totals count the transfers of each world, those without a seal, and sum what has no chain', () => {
  const totals = new Totals();
  totals.add({ ...one, ...written, seal: 's', postings: posted(5, 1) });
  totals.add({ ...one, ...written, postings: posted(7, -2) });
  totals.add({ ...one, ...written, world: 'test.0', seal: 's', postings: posted(9, 9) });
  const sums = [
    { account: 'used.live', amount: 12 },
    { account: 'held.live', amount: -1 },
  ];
  assert.deepEqual(totals.of(one), { ...one, transfers: 2, unsealed: 1, sums });
  assert.deepEqual(totals.worlds(), [one, { ...one, world: 'test.0' }]);
  const unknown = { agencyId: 'agn_2', world: 'live' } as const;
  assert.deepEqual(totals.of(unknown), { ...unknown, transfers: 0, unsealed: 0, sums: [] });
  assert.equal(totals.worlds().length, 2, 'asking adds no world');
});

test('audit C4: totals of parts add up to those of the whole', () => {
  const totals = new Totals();
  const part = { ...one, transfers: 3, unsealed: 2, sums: [{ account: 'used.live', amount: 4 }] };
  totals.include(part);
  totals.include({ ...part, transfers: 10, unsealed: 0, sums: [{ account: 'used.live', amount: -1 }] });
  assert.deepEqual(totals.of(one), { ...one, transfers: 13, unsealed: 2, sums: [{ account: 'used.live', amount: 3 }] });
});
