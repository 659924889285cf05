import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, promiseTo } from '../../../api/ledger/state/changes.ts';
import { accountWith } from './account.ts';

const scope = { agencyId: 'agn_1', world: 'test.0', clientId: 'cli_1', subject: 'a' } as const;

test('the ledger I4: each figure of an account moves on an account of its own, and all of them sum to zero', () => {
  const before = { ...accountWith({ lots: [] }), available: 10, held: 20, used: 30, assigned: 60 };
  const after = { ...before, available: 11, held: 22, used: 33, reversed: 44, debt: 55, assigned: 66 };
  const [client, held, debt, used, issued] = ['client.a', 'held.test.0', 'debt.test.0', 'used.test.0', 'issued.test.0'];
  assert.deepEqual(changeOf(scope, before, after), [
    [client, 1],
    [held, 2],
    [debt, -55],
    [used, 3],
    [issued, 38],
  ]);
  assert.deepEqual(changeOf(scope, after, before), [
    [client, -1],
    [held, -2],
    [debt, 55],
    [used, -3],
    [issued, -38],
  ]);
});

test('credits.balance F15: promised credits pay what is owed, and the rest reaches the client', () => {
  const promised = (debt: number | undefined) =>
    promiseTo(scope, { ...accountWith({ lots: [] }), ...(debt !== undefined && { debt }) }, 70);
  const legs = (client: number, debt: number) => [
    ['client.a', client],
    ['debt.test.0', debt],
    ['issued.test.0', -70],
  ];
  assert.deepEqual(promised(undefined), legs(70, 0));
  assert.deepEqual(promised(30), legs(40, 30));
  assert.deepEqual(promised(100), legs(0, 70));
});
