import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { burn, draw, grant, RULES } from '../../api/ledger/state/lots.ts';
import { emptyState, stateAfter } from '../../api/ledger/state/states.ts';
import type { Lot, LotKind } from '../../api/models/transfer.ts';
import { creditLevel } from '../../api/rules/credits.ts';
import { feeCents, formatMoney, priceOf } from '../../api/rules/money.ts';
import { callCostMillis } from '../../api/rules/rounding.ts';

const thresholds = { lowPermille: 250, criticalPermille: 100 };

test('usage.record C1: 61 seconds cost 1.017 credits by the second, 2 by the minute, 1.1 by increments of 6 seconds', () => {
  assert.equal(callCostMillis(61, { by: 'second' }), 1017);
  assert.equal(callCostMillis(61, { by: 'minute' }), 2000);
  assert.equal(callCostMillis(61, { by: 'increment', seconds: 6 }), 1100);
  assert.equal(callCostMillis(60, { by: 'second' }), 1000);
  for (const rounding of [{ by: 'second' }, { by: 'minute' }, { by: 'increment', seconds: 30 }] as const)
    assert.equal(callCostMillis(0, rounding), 0);
});

test('usage.record C1: by the second, no call costs less than its time or a milli-credit more', () => {
  const check = (seconds: number) => {
    const cost = callCostMillis(seconds, { by: 'second' });
    assert(Number.isSafeInteger(cost) && cost * 60 >= seconds * 1000 && (cost - 1) * 60 < seconds * 1000);
  };
  fc.assert(fc.property(fc.integer({ min: 1, max: 86_400 }), check));
});

test('credits.balance C3: at 25.0, 24.9, 10.0 and 9.9 percent the bar is primary, orange, orange and red', () => {
  const levels = [250, 249, 100, 99, 0].map((available) => creditLevel({ available, assigned: 1000 }, thresholds));
  assert.deepEqual(levels, ['enough', 'low', 'low', 'critical', 'empty']);
  assert.equal(creditLevel({ available: 0, assigned: 0 }, thresholds), 'empty');
});

test('agency.read P6: the fee is 2 percent, rounded half to even', () => {
  assert.deepEqual(
    [4000, 5000, 25, 75, 125, 26, 0].map((cents) => feeCents(cents, 200)),
    [80, 100, 0, 2, 2, 1, 0],
  );
  assert.equal(feeCents(999_999_999_999, 200), 20_000_000_000);
});

test('credits.checkout L1: a custom amount costs its share of the price of 100 credits', () => {
  assert.equal(priceOf(100_000, 4000), 4000);
  assert.equal(priceOf(1000, 4050), 40);
  assert.equal(priceOf(1_000_000_000_000, 99_999), 999_990_000_000);
});

test('credits.packages L1: an amount is written as people write it', () => {
  assert.deepEqual(
    [formatMoney(4000, 'EUR', 'en'), formatMoney(5, 'USD', 'en'), formatMoney(-123_456, 'GBP', 'en')],
    ['€40.00', '$0.05', '-£1,234.56'],
  );
});

const lot = (id: string, kind: LotKind, remaining: number, expiresAt: string | null = null): Lot => ({
  id,
  kind,
  granted: remaining,
  remaining,
  held: 0,
  prepaid: kind === 'free',
  expiresAt,
});

test('usage.record C7: 10 used of lots free, plan and purchased come from the free ones first, however old the others are', () => {
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
    ],
  );
});

test('usage.record C7: the order of lots is what the design says, over all pairs of kinds, however old they are and whenever they expire', () => {
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

test('usage.record C7: among lots of one kind the earliest expiry burns first, one without comes last, and then the oldest', () => {
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

test('credits.recharge C7 SX2: more open lots of a kind than a hundred join the newest of it, no credit is lost, and no kind pushes another out', () => {
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
