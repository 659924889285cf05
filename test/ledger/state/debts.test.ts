import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chargeHold,
  freeze,
  receiveCredits,
  receiveHeld,
  releaseHold,
  returnCredits,
  returnParts,
  takeBack,
  takeFromUse,
  unfreeze,
} from '../../../api/ledger/state/debts.ts';
import type { Lot, ReturnedPart } from '../../../api/models/transfer.ts';
import { accountWith, free, lot } from './account.ts';

const partOf = ({ id, kind, prepaid, expiresAt }: Lot, millis: number): ReturnedPart => ({ id, kind, prepaid, expiresAt, millis });

test('credits.balance F15: credits that come in pay what is owed, and only the rest can be spent', () => {
  const owing = accountWith({ lots: [free('f', 5)], used: 50, debt: 30 });
  assert.deepEqual(
    receiveCredits(owing, lot('new', 100)),
    accountWith({ lots: [free('f', 5), lot('new', 70, { granted: 100 })], used: 50, assigned: 125 }),
  );
  const eaten = (granted: number) => [free('f', 5), lot('new', 0, { granted })];
  assert.deepEqual(receiveCredits(owing, lot('new', 20)), accountWith({ lots: eaten(20), used: 50, debt: 10 }));
  assert.deepEqual(receiveCredits(owing, lot('new', 30)), accountWith({ lots: eaten(30), used: 50 }), 'nothing is left of the lot');
  assert.deepEqual(receiveCredits(owing, lot('new', 30), 2), accountWith({ lots: [free('f', 5)], used: 50 }), 'by the rules of before');
});

test('credits.balance F15: free credits and those bought for an order pay no debt', () => {
  const owing = accountWith({ lots: [], used: 50, debt: 30 });
  assert.deepEqual(receiveCredits(owing, free('f', 100)), accountWith({ lots: [free('f', 100)], used: 50, debt: 30 }));
  const lots = [lot('new', 0, { granted: 100, held: 100 })];
  const holds = [{ id: 'order/cs', lots: [{ id: 'new', millis: 100 }] }];
  assert.deepEqual(receiveHeld(owing, lot('new', 100), 'order/cs'), accountWith({ lots, holds, used: 50, debt: 30 }));
});

test('credits.recharge C19: who owes nothing and had nothing taken back has no figures of that', () => {
  const received = receiveCredits(accountWith({ lots: [] }), lot('new', 100));
  assert.deepEqual(Object.keys(received).sort(), ['assigned', 'available', 'held', 'lots', 'used']);
});

test('orders.cancel: returned credits enlarge their lot where it was made anew in the meantime, and not otherwise', () => {
  const [whole, smaller] = [lot('w', 5, { granted: 50 }), lot('s', 4, { granted: 10, held: 3 })];
  const holds = [{ id: 'order/o', lots: [{ id: 's', millis: 3 }] }];
  const before = accountWith({ lots: [whole, smaller], holds, used: 40 });
  const after = returnParts(before, [partOf(whole, 20), partOf(smaller, 12)]);
  const lots = [
    { ...whole, remaining: 25 },
    { ...smaller, granted: 19, remaining: 16 },
  ];
  assert.deepEqual(after, accountWith({ lots, holds, used: 8 }));
});

test('orders.cancel F15: credits that an order gives back pay what is owed, though free ones do not', () => {
  const before = accountWith({ lots: [], used: 100, debt: 30 });
  const after = returnParts(before, [partOf(free('f', 0), 10), partOf(lot('a', 0), 20), partOf(lot('b', 0), 25)]);
  const paying = lot('a', 0, { granted: 20 });
  assert.deepEqual(after, accountWith({ lots: [free('f', 10), paying, lot('b', 15, { granted: 25 })], used: 45 }));
});

test('orders.cancel F15 C4: what joins another lot pays from there; under former rules it paid nothing', () => {
  const lots = Array.from({ length: 100 }, (_, index) => lot(`a${index}`, 0, { kind: 'allocated', granted: 1, held: 1 }));
  const holds = [{ id: 'order/o', lots: lots.map(({ id }) => ({ id, millis: 1 })) }];
  const before = accountWith({ lots, holds, used: 50, debt: 30 });
  const parts = [partOf(lot('gone', 0, { kind: 'allocated' }), 40)];
  const with40 = lots.with(99, lot('a99', 40, { kind: 'allocated', granted: 41, held: 1 }));
  assert.deepEqual(returnParts(before, parts, 1), accountWith({ lots: with40, holds, used: 10, debt: 30 }));
  const with10 = lots.with(99, lot('a99', 10, { kind: 'allocated', granted: 41, held: 1 }));
  for (const rules of [2, undefined]) assert.deepEqual(returnParts(before, parts, rules), accountWith({ lots: with10, holds, used: 10 }));
});

/** Everything from which credits can be taken back, and what nobody may take. */
const rich = accountWith({
  lots: [
    free('f', 40),
    lot('older', 30),
    lot('own', 10, { granted: 200, held: 35 }),
    lot('other', 5, { held: 50 }),
    lot('late', 5, { kind: 'allocated' }),
  ],
  holds: [
    { id: 'call/c', lots: [{ id: 'own', millis: 8 }] },
    { id: 'dispute/other', lots: [{ id: 'other', millis: 50 }] },
    { id: 'dispute/1', lots: [{ id: 'own', millis: 20 }] },
    { id: 'dispute/2', lots: [{ id: 'own', millis: 7 }] },
  ],
  used: 155,
  reversed: 3,
});
const holdsOf = (...left: number[]) =>
  (rich.holds ?? []).flatMap(({ id, lots }, index) => {
    const millis = left[index] ?? lots[0]?.millis ?? 0;
    return millis === 0 ? [] : [{ id, lots: [{ id: lots[0]?.id ?? '', millis }] }];
  });

test('webhooks.stripe C19 SX18: a refund takes its own lot, then what a dispute froze of it, then other paid lots', () => {
  const after = (millis: number) => takeBack(rich, 'own', millis);
  const [givenFree, older, own, other, late] = rich.lots as [Lot, Lot, Lot, Lot, Lot];
  const shrunk = (one: Lot, remaining: number, held: number) => ({
    ...one,
    granted: one.granted - remaining - held,
    remaining: one.remaining - remaining,
    held: one.held - held,
  });
  assert.deepEqual(
    after(6),
    accountWith({ ...rich, available: 84, lots: [givenFree, older, shrunk(own, 6, 0), other, late], assigned: rich.assigned, reversed: 9 }),
  );
  assert.deepEqual(
    after(24),
    accountWith({
      ...rich,
      available: 80,
      held: 71,
      lots: [givenFree, older, shrunk(own, 10, 14), other, late],
      holds: holdsOf(8, 50, 6, 7),
      reversed: 27,
    }),
    'a part of the first freeze',
  );
  assert.deepEqual(
    after(33),
    accountWith({
      ...rich,
      available: 80,
      held: 62,
      lots: [givenFree, older, shrunk(own, 10, 23), other, late],
      holds: holdsOf(8, 50, 0, 4),
      reversed: 36,
    }),
    'a part of the second freeze',
  );
  assert.deepEqual(
    after(60),
    accountWith({
      ...rich,
      available: 57,
      held: 58,
      lots: [givenFree, shrunk(older, 23, 0), shrunk(own, 10, 27), other, late],
      holds: holdsOf(8, 50, 0, 0),
      reversed: 63,
    }),
  );
  assert.deepEqual(
    after(100),
    accountWith({
      ...rich,
      available: 40,
      held: 58,
      lots: [givenFree, shrunk(own, 10, 27), shrunk(other, 5, 0)],
      holds: holdsOf(8, 50, 0, 0),
      reversed: 103,
      debt: 23,
    }),
    'free credits, calls and what is disputed of another purchase stay; the rest is owed',
  );
});

test('webhooks.stripe C19 C2: of a lot whose frozen rest is taken back, what was used stays in the meter', () => {
  const frozen = accountWith({
    lots: [lot('own', 0, { granted: 50, held: 20 })],
    holds: [{ id: 'dispute/1', lots: [{ id: 'own', millis: 20 }] }],
    used: 30,
  });
  const used = lot('own', 0, { granted: 30 });
  assert.deepEqual(takeBack(frozen, 'own', 20), accountWith({ lots: [used], used: 30, reversed: 20 }));
  assert.deepEqual(takeBack(accountWith({ lots: [lot('own', 50)] }), 'own', 50), accountWith({ lots: [], reversed: 50 }), 'unused');
});

test('webhooks.stripe C19: of a purchase that is used up, the refund is owed on top of what is owed', () => {
  const before = accountWith({ lots: [free('f', 10)], used: 60, reversed: 5, debt: 5 });
  assert.deepEqual(takeBack(before, 'gone', 60), accountWith({ lots: [free('f', 10)], used: 60, reversed: 65, debt: 65 }));
});

test('webhooks.stripe F13: credits of a failed refund come back to their lot or as a new one, less what is owed', () => {
  const lots = [lot('other', 10), lot('own', 5, { granted: 50 })];
  const before = accountWith({ lots, used: 45, reversed: 40 });
  assert.deepEqual(
    returnCredits(before, 'own', 30),
    accountWith({ lots: [lot('other', 10), lot('own', 35, { granted: 80 })], used: 45, reversed: 10 }),
  );
  assert.deepEqual(returnCredits(before, 'own', 40).reversed, undefined);
  const owing = accountWith({ lots: [free('f', 1)], used: 60, reversed: 40, debt: 25 });
  assert.deepEqual(returnCredits(owing, 'own', 40), accountWith({ lots: [free('f', 1), lot('own', 15)], used: 60 }));
  assert.deepEqual(returnCredits(owing, 'own', 25), accountWith({ lots: [free('f', 1)], used: 60, reversed: 15 }));
  assert.deepEqual(returnCredits(owing, 'own', 10), accountWith({ lots: [free('f', 1)], used: 60, reversed: 30, debt: 15 }));
});

test('the ledger I4: more than was taken back cannot come back', () => {
  const before = accountWith({ lots: [], used: 60, reversed: 40, debt: 40 });
  assert.throws(() => returnCredits(before, 'own', 41), { name: 'AssertionError', message: 'nobody pays more than is owed' });
});

test('webhooks.stripe SX26: what an order used and its money paid is taken back without a debt', () => {
  const before = accountWith({ lots: [lot('a', 10)], used: 60, debt: 7 });
  const after = takeFromUse(before, 25);
  assert.deepEqual(after, accountWith({ lots: [lot('a', 10)], used: 35, reversed: 25, debt: 7 }));
  assert.deepEqual(takeFromUse(after, -25), before);
});

test('webhooks.stripe C19: a freeze sets aside a part of one lot under the name of its dispute', () => {
  const before = accountWith({ lots: [lot('a', 10), lot('b', 30)] });
  const frozen = freeze(before, 'dp_1', 'b', 20);
  const holds = [{ id: 'dispute/dp_1', lots: [{ id: 'b', millis: 20 }] }];
  assert.deepEqual(frozen, accountWith({ lots: [lot('a', 10), lot('b', 10, { held: 20 })], holds }));
  assert.deepEqual(unfreeze(frozen, 'dp_1'), before);
  assert.equal(unfreeze(frozen, 'dp_2'), frozen);
});

/** Owes 25 and holds free and paid credits, beside some that are not held. */
const holding = accountWith({
  lots: [free('f', 2, { held: 10 }), lot('beside', 50), lot('a', 3, { held: 10 }), lot('b', 0, { held: 20 })],
  holds: [
    { id: 'call/other', lots: [{ id: 'b', millis: 5 }] },
    {
      id: 'call/c',
      lots: [
        { id: 'f', millis: 10 },
        { id: 'a', millis: 10 },
        { id: 'b', millis: 15 },
      ],
    },
  ],
  used: 60,
  debt: 21,
});

test('credits.balance F15: credits of a hold that ends pay what is owed, out of their own lots and never free ones', () => {
  const holds = [{ id: 'call/other', lots: [{ id: 'b', millis: 5 }] }];
  const lots = [free('f', 12), lot('beside', 50), lot('a', 3, { granted: 13 }), lot('b', 4, { granted: 20, held: 5 })];
  assert.deepEqual(releaseHold(holding, 'call/c'), accountWith({ lots: [lots[0]!, lots[1]!, lots[2]!, lots[3]!], holds, used: 60 }));
  assert.equal(releaseHold(holding, 'call/unknown'), holding);
  const { debt: _, ...others } = holding;
  const even = accountWith({ ...others, assigned: others.assigned + 21 });
  assert.equal(releaseHold(even, 'call/c').available, 90, 'who owes nothing gets everything back');
});

test('calls.end F15 F24: a call uses the free part of its hold first, and the rest of the hold pays what is owed', () => {
  const holds = [{ id: 'call/other', lots: [{ id: 'b', millis: 5 }] }];
  const { state, taken, overrun } = chargeHold(holding, 'call/c', 16);
  const lots = [free('f', 2, { granted: 12 }), lot('beside', 50), lot('a', 3, { granted: 13 }), lot('b', 0, { granted: 20, held: 5 })];
  assert.deepEqual(state, accountWith({ lots, holds, used: 76, debt: 2 }));
  assert.deepEqual(
    taken.map(({ lot: { id }, millis }) => ({ id, millis })),
    [
      { id: 'f', millis: 10 },
      { id: 'a', millis: 6 },
    ],
  );
  assert.equal(overrun, 0);
});
