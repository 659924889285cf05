import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AMOUNT_MAX } from '../../api/contract/values.ts';
import { assertBalanced, legs } from '../../api/ledger/legs.ts';

test('the ledger C4: movements of one account are one leg; only those of a client or purchase may be of nothing', () => {
  const moved = legs(
    ['client.a', -5],
    ['used.live', 3],
    ['used.live', 4],
    ['minutes.live', 2],
    ['minutes.live', -2],
    ['purchase.p.live', 0],
    ['held.live', 0],
    ['client.b', -0],
  );
  assert.deepEqual(moved, [
    { account: 'client.a', amount: -5 },
    { account: 'used.live', amount: 7 },
    { account: 'purchase.p.live', amount: 0 },
    { account: 'client.b', amount: 0 },
  ]);
});

const pair = (amount: number, account = 'used.live') => [
  { account: 'client.a', amount: -amount },
  { account, amount },
];
const wrong = (moved: Parameters<typeof assertBalanced>[0], message: RegExp) =>
  assert.throws(() => assertBalanced(moved), { name: 'AssertionError', message });

test('the ledger C4: a transfer of whole amounts within bounds that sum to zero is balanced', () => {
  assertBalanced(pair(5));
  assertBalanced(pair(AMOUNT_MAX));
  assertBalanced(pair(-AMOUNT_MAX));
  assertBalanced([...pair(5), { account: 'clearing.EUR.live', amount: 9 }, { account: 'revenue.EUR.live', amount: -9 }]);
  assertBalanced([
    { account: 'client.a', amount: 0 },
    { account: 'purchase.p.live', amount: 0 },
  ]);
});

test('the ledger C4: what appears, vanishes, is a part of a unit or nothing, or stands twice, is no transfer', () => {
  wrong(pair(0.5), /client\.a moves by -0\.5/);
  wrong(pair(AMOUNT_MAX + 1), /client\.a moves by/);
  wrong(pair(-AMOUNT_MAX - 1), /client\.a moves by/);
  wrong(pair(0), /used\.live moves by 0/);
  wrong([{ account: 'client.a', amount: 0 }], /a transfer has two sides/);
  wrong([], /a transfer has two sides/);
  wrong([...pair(5), ...pair(6, 'held.live')], /an account stands twice in one transfer/);
  wrong([...pair(5), { account: 'held.live', amount: 1 }], /credits does not sum to zero/);
  wrong([...pair(5), { account: 'clearing.EUR.live', amount: 9 }, { account: 'revenue.USD.live', amount: -9 }], /EUR does not sum to zero/);
});
