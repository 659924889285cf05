import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { creditLevel } from '../../api/rules/credits.ts';
import { type MinutesPolicy, mayFall } from '../../api/rules/minutes.ts';
import { currencies, feeCents, formatMoney, formatRate, includedTaxCents, priceOf } from '../../api/rules/money.ts';
import { callCostMillis } from '../../api/rules/rounding.ts';
import { DAY_MS, HOUR_MS, later, MINUTE_MS } from '../../api/rules/time.ts';

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

test('credits.balance C3 MT20: a balance is low by a share or by an amount, whichever comes first', () => {
  const by = (lowMillis: number) => (available: number) => creditLevel({ available, assigned: 25_000 }, { ...thresholds, lowMillis });
  assert.deepEqual([6483, 9999, 10_000].map(by(10_000)), ['low', 'low', 'enough']);
  assert.deepEqual([6483, 2499, 0].map(by(0)), ['enough', 'critical', 'empty']);
});

test('credits.balance C3: a client that was assigned nothing has enough of what there is', () => {
  assert.equal(creditLevel({ available: 1, assigned: 0 }, thresholds), 'enough');
  assert.equal(creditLevel({ available: -1, assigned: 1000 }, thresholds), 'empty');
});

test('calls.start: minutes fall as far as the agency lets them, and what falls no further is always allowed', () => {
  const after = fc.integer({ min: -2, max: 2 });
  fc.assert(
    fc.property(after, after, after, fc.constantFrom('grant' as const, 'call' as const), (before, left, floorMillis, purpose) => {
      const falls = left < before;
      const may = (policy: MinutesPolicy) => mayFall(policy, purpose, { before, after: left });
      assert.equal(may({ kind: 'unlimited' }), true);
      assert.equal(may({ kind: 'floor', floorMillis }), !falls || left >= floorMillis);
      assert.equal(may({ kind: 'no_grant' }), !falls || purpose === 'call' || left >= 0);
    }),
    { numRuns: 1000 },
  );
});

test('time: an hour and a day are what they are, and later is so many milliseconds later', () => {
  assert.deepEqual({ MINUTE_MS, HOUR_MS, DAY_MS }, { MINUTE_MS: 60_000, HOUR_MS: 3_600_000, DAY_MS: 86_400_000 });
  assert.equal(later(new Date('2026-02-28T23:59:59.999Z'), 1).toISOString(), '2026-03-01T00:00:00.000Z');
});

test('agency.read P6: a fee is the nearest whole cent, and of two as near the even one', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 40 }), fc.integer({ min: 0, max: 10_000 }), (cents, basisPoints) => {
      const twiceOff = 2n * (BigInt(feeCents(cents, basisPoints)) * 10_000n - BigInt(cents) * BigInt(basisPoints));
      const [off, half] = [twiceOff < 0n ? -twiceOff : twiceOff, 10_000n];
      assert.ok(off < half || (off === half && feeCents(cents, basisPoints) % 2 === 0));
    }),
  );
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
  assert.deepEqual(currencies, ['EUR', 'USD', 'GBP']);
  assert.equal(formatMoney(123_456, 'EUR', 'de'), '1.234,56\u00a0€');
  assert.equal(formatMoney(0, 'EUR', 'en'), '€0.00', 'nothing has no sign');
  assert.deepEqual(
    { euros: formatMoney(4000, 'EUR', 'en'), cents: formatMoney(5, 'USD', 'en'), debt: formatMoney(-123_456, 'GBP', 'en') },
    { euros: '€40.00', cents: '$0.05', debt: '-£1,234.56' },
  );
});

test('receipts.read P14: VAT is the share of the gross price that its rate says, rounded once, half to even', () => {
  assert.equal(includedTaxCents(4000, 1900), 639);
  assert.equal(includedTaxCents(10_700, 700), 700);
  // At 100 %, tax is half the price: each odd price is a tie.
  assert.deepEqual(
    [1, 3, 5, 7].map((gross) => includedTaxCents(gross, 10_000)),
    [0, 2, 2, 4],
  );
  const check = (gross: number, rate: number) => {
    const tax = includedTaxCents(gross, rate);
    const twiceOff = 2n * (BigInt(tax) * BigInt(10_000 + rate) - BigInt(gross) * BigInt(rate));
    assert(Number.isSafeInteger(tax) && tax >= 0 && tax <= gross);
    assert((twiceOff < 0n ? -twiceOff : twiceOff) <= BigInt(10_000 + rate));
  };
  fc.assert(fc.property(fc.integer({ min: 0, max: 99_999_999_99 }), fc.integer({ min: 0, max: 5000 }), check));
  assert.deepEqual(
    [0, 1900, 770, 2125].map((rate) => formatRate(rate, 'en')),
    ['0%', '19%', '7.7%', '21.25%'],
  );
});
