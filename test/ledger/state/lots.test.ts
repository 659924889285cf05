import assert from 'node:assert/strict';
import { test } from 'node:test';
import { burn, draw, grant, RULES, sumTaken } from '../../../api/ledger/state/lots.ts';
import { emptyState, stateAfter } from '../../../api/ledger/state/states.ts';
import type { Lot, LotKind } from '../../../api/models/transfer.ts';

const lot = (id: string, kind: LotKind, remaining: number, expiresAt: string | null = null): Lot => ({
  id,
  kind,
  granted: remaining,
  remaining,
  held: 0,
  prepaid: kind === 'free',
  expiresAt,
});

test('usage.record C7: 10 credits used of free, plan and purchased lots come from the free ones', () => {
  const lots = [lot('bought', 'purchased', 50), lot('planned', 'plan', 50), lot('given', 'free', 8, '2026-01-03T00:00:00.000Z')];
  const { lots: left, taken } = burn(lots, 10);
  assert.deepEqual(
    taken.map(({ lot: { id }, millis }) => [id, millis]),
    [
      ['given', 8],
      ['planned', 2],
    ],
  );
  assert.deepEqual(
    left.map(({ id, remaining }) => [id, remaining]),
    [
      ['bought', 50],
      ['planned', 48],
      ['given', 0],
    ],
  );
});

test('usage.record C7: lots burn in the designed order, for all pairs of kinds, ages and expiries', () => {
  const kinds = ['free', 'plan', 'bonus', 'purchased', 'allocated'] as const;
  const dates = ['2026-01-03T00:00:00.000Z', '2026-09-03T00:00:00.000Z', null];
  for (const [before, earlier] of kinds.entries()) {
    for (const later of kinds.slice(before + 1)) {
      for (const [soon, late] of dates.flatMap((one) => dates.map((other) => [one, other]))) {
        const pair = [lot('first', earlier, 1, soon), lot('second', later, 1, late)];
        for (const lots of [pair, pair.toReversed()]) {
          const { taken } = draw(lots, 2);
          assert.deepEqual(
            taken.map(({ lot: { id } }) => id),
            ['first', 'second'],
            `${earlier} until ${soon}, ${later} until ${late}`,
          );
        }
      }
    }
  }
});

test('usage.record C7: within a kind the earliest expiry burns first, no expiry last, then the oldest', () => {
  const lots = [
    lot('never', 'bonus', 1),
    lot('late', 'bonus', 1, '2026-03-01T00:00:00.000Z'),
    lot('soon', 'bonus', 1, '2026-02-01T00:00:00.000Z'),
    lot('younger', 'bonus', 1),
  ];
  assert.deepEqual(
    burn(lots, 4).taken.map(({ lot: { id } }) => id),
    ['soon', 'late', 'never', 'younger'],
  );
  assert.throws(() => burn(lots, 5));
});

test('credits.recharge C7 SX2: more than a hundred open lots of a kind join its newest, and no credit is lost', () => {
  const given = (kind: string, cause: string, amount: number, from: string) => ({
    kind,
    cause,
    account: 'client.a',
    rules: RULES,
    legs: [
      { account: 'client.a', amount },
      { account: from, amount: -amount },
    ],
  });
  let state = stateAfter(emptyState('client.a'), given('signup.grant', 'c', 7, 'minutes.test.0'));
  for (let index = 0; index < 300; index++) {
    state = stateAfter(state, given('credits.recharge', `r${index}`, 10, 'issued.test.0'));
  }
  const { lots, available } = state as { available: number; lots: Lot[] };
  assert.deepEqual({ lots: lots.length, available }, { lots: 101, available: 3007 }, 'a hundred of a kind, and the free one');
  assert.equal(
    lots.reduce((sum, { remaining }) => sum + remaining, 0),
    3007,
  );
  assert.deepEqual(lots.at(-1)?.remaining, 2010, 'the newest took all that followed in');
  const bought = Array.from({ length: 300 }, (_, index) => lot(`bought-${index}`, 'purchased', 1));
  const all = bought.reduce((before, one) => grant(before, one).lots, lots);
  assert.deepEqual(
    bought.map(({ id }) => all.find((one) => one.id === id)?.remaining),
    bought.map(() => 1),
    'what was paid keeps its own name',
  );
});

test('free credits SX2: those with hundreds of different expiry dates are a lot each, and burn in their order', () => {
  const day = (index: number) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString();
  const lots = Array.from({ length: 400 }, (_, index) => index).reduce<Lot[]>(
    (before, index) => grant(before, lot(`day-${index}`, 'free', 1, day((index * 7) % 400))).lots,
    [],
  );
  assert.equal(lots.length, 400);
  assert.deepEqual(
    draw(lots, 400).taken.map(({ lot: { expiresAt } }) => expiresAt),
    lots.map((_, index) => day(index)),
  );
});

const many = (count: number, kind: LotKind) => Array.from({ length: count }, (_, index) => lot(`${kind}-${index}`, kind, 1));

test('credits.recharge C7 SX2: the lot that is joined burns like what joins it', () => {
  const date = '2026-03-01T00:00:00.000Z';
  const unlike = [lot('other kind', 'plan', 1), lot('other date', 'bonus', 1, date), { ...lot('other payer', 'bonus', 1), prepaid: true }];
  const lots = [...many(100, 'bonus'), ...unlike];
  const { lots: joined, id } = grant(lots, { ...lot('new', 'bonus', 5), granted: 7 });
  assert.equal(id, 'bonus-99');
  assert.deepEqual(joined, lots.with(99, { ...lot('bonus-99', 'bonus', 6), granted: 8 }));
  const apart = grant(lots, lot('new', 'bonus', 5, '2026-04-01T00:00:00.000Z'));
  assert.deepEqual(apart, { lots: [...lots, lot('new', 'bonus', 5, '2026-04-01T00:00:00.000Z')], id: 'new' }, 'none burns like it');
});

test('credits.statement C4 SX2: by former rules lots of all kinds counted together, and purchases joined as well', () => {
  const mixed = [...many(50, 'purchased'), ...many(50, 'allocated')];
  const openAfter = (lots: Lot[], kind: LotKind, rules?: number) => grant(lots, lot('new', kind, 1), rules).lots.length;
  assert.deepEqual(
    { purchased: openAfter(mixed, 'purchased', 1), allocated: openAfter(mixed, 'allocated', 1), plan: openAfter(mixed, 'plan', 1) },
    { purchased: 100, allocated: 100, plan: 101 },
  );
  assert.deepEqual(
    { purchased: openAfter(mixed, 'purchased', 2), allocated: openAfter(mixed, 'allocated') },
    { purchased: 101, allocated: 101 },
  );
  assert.deepEqual(
    { purchased: openAfter(mixed.slice(1), 'purchased', 1), allocated: openAfter(mixed.slice(1), 'allocated', 1) },
    { purchased: 100, allocated: 100 },
    'none joins',
  );
});

test('usage.record C7: what was taken of some lots is summed by what they are', () => {
  const { taken } = burn([lot('bought', 'purchased', 50), lot('given', 'free', 8)], 10);
  assert.deepEqual(
    { prepaid: sumTaken(taken, ({ prepaid }) => prepaid), all: sumTaken(taken, () => true), none: sumTaken(taken, () => false) },
    { prepaid: 8, all: 10, none: 0 },
  );
});
