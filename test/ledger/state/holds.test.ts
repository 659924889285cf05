import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chargeHeld,
  countHolds,
  frozenFor,
  heldFor,
  heldUnder,
  holdFor,
  isFreeze,
  isHeld,
  orderedFor,
  promisedIn,
} from '../../../api/ledger/state/holds.ts';
import { accountWith, free, lot } from './account.ts';

test('the ledger I4: holds keep their names, by which stored accounts are read', () => {
  assert.deepEqual(
    { call: heldFor('c'), order: orderedFor('o'), dispute: frozenFor('d') },
    { call: 'call/c', order: 'order/o', dispute: 'dispute/d' },
  );
  assert.deepEqual(['dispute/d', 'call/dispute/', 'order/o'].map(isFreeze), [true, false, false]);
});

const account = accountWith({
  lots: [lot('a', 20), free('f', 4, { held: 6 }), lot('b', 30)],
  holds: [{ id: 'order/o', lots: [{ id: 'f', millis: 6 }] }],
});

test('calls.start C7 C10: a hold takes free credits first, and its name is known until it ends', () => {
  const held = holdFor(account, 'call/c', 30);
  const parts = [
    { id: 'f', millis: 4 },
    { id: 'a', millis: 20 },
    { id: 'b', millis: 6 },
  ];
  const lots = [lot('a', 0, { held: 20 }), free('f', 0, { held: 10 }), lot('b', 24, { held: 6 })];
  const holds = [...(account.holds ?? []), { id: 'call/c', lots: parts }];
  assert.deepEqual(held, accountWith({ lots, holds }));
  assert.equal(promisedIn(held, 'call/c'), 26);
  assert.deepEqual(
    { c: heldUnder(held, 'call/c'), d: heldUnder(held, 'call/d'), none: heldUnder(accountWith({ lots: [] }), 'call/c') },
    { c: 30, d: 0, none: 0 },
  );
  assert.deepEqual(
    ['call/c', 'order/o', 'call/d'].map((name) => isHeld(held, name)),
    [true, true, false],
  );
  assert.deepEqual(
    { calls: countHolds(held, 'call/'), orders: countHolds(held, 'order/'), none: countHolds(accountWith({ lots: [] }), 'call/') },
    { calls: 1, orders: 1, none: 0 },
  );
  assert.throws(() => holdFor(account, 'call/c', 55), /nobody spends more than there is/);
});

test('calls.end F24: a call that costs more than its hold takes what is beside it, and no more than there is', () => {
  const held = holdFor(account, 'call/c', 30);
  const dearer = chargeHeld(held, 'call/c', 40);
  const holds = account.holds ?? [];
  assert.deepEqual(
    dearer.state,
    accountWith({
      lots: [lot('a', 0, { granted: 20 }), free('f', 0, { granted: 10, held: 6 }), lot('b', 14, { granted: 30 })],
      holds,
      used: 40,
    }),
  );
  assert.deepEqual(
    dearer.taken.map(({ lot: { id }, millis }) => ({ id, millis })),
    [
      { id: 'f', millis: 4 },
      { id: 'a', millis: 20 },
      { id: 'b', millis: 6 },
      { id: 'b', millis: 10 },
    ],
  );
  assert.deepEqual({ rest: dearer.rest.map(({ millis }) => millis), overrun: dearer.overrun }, { rest: [0, 0, 0], overrun: 0 });
  const dearest = chargeHeld(held, 'call/c', 60);
  const usedUp = [lot('a', 0, { granted: 20 }), free('f', 0, { granted: 10, held: 6 }), lot('b', 0, { granted: 30 })];
  assert.deepEqual(dearest.state, accountWith({ lots: usedUp, holds, used: 54 }));
  assert.equal(dearest.overrun, 6);
});

test('calls.end F24: a cheaper call leaves the rest of its hold in the lots that it came from', () => {
  const cheap = chargeHeld(holdFor(account, 'call/c', 30), 'call/c', 5);
  const lots = [lot('a', 19, { granted: 20 }), free('f', 0, { granted: 10, held: 6 }), lot('b', 30)];
  assert.deepEqual(cheap.state, accountWith({ lots, holds: account.holds ?? [], used: 5 }));
  assert.deepEqual(cheap.rest, [
    { id: 'f', millis: 0 },
    { id: 'a', millis: 19 },
    { id: 'b', millis: 6 },
  ]);
});

test('the ledger I4: only what is held is charged, and an account without holds has no list of them', () => {
  const never = { name: 'AssertionError', message: 'what is charged is held' };
  assert.throws(() => chargeHeld(account, 'call/c', 1), never);
  assert.throws(() => chargeHeld(accountWith({ lots: [lot('a', 5)] }), 'call/c', 1), never);
  const { state } = chargeHeld(holdFor(accountWith({ lots: [lot('a', 5)] }), 'call/c', 2), 'call/c', 2);
  assert.deepEqual(state, accountWith({ lots: [lot('a', 3, { granted: 5 })], used: 2 }));
});
