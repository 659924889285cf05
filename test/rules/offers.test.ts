import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatThousandths, pricePerCredit, savingPercent } from '../../api/rules/money.ts';
import { runs } from '../support/runs.ts';

const offer = (credits: number, priceCents: number) => ({ creditsMillis: credits * 1000, priceCents });
const anyOffer = fc.record({
  creditsMillis: fc.integer({ min: 1, max: 1_000_000_000_000 }),
  priceCents: fc.integer({ min: 50, max: 99_999_999 }),
});

test('credits.packages MT19: a credit costs whole cents from ten cents on, and thousandths below', () => {
  const offers = [offer(100, 3900), offer(300, 9900), offer(1000, 29_000), offer(500, 3990), offer(3, 100), offer(200, 1)];
  assert.deepEqual(
    offers.map((one) => formatThousandths(pricePerCredit(one), 'EUR', 'en')),
    ['€0.39', '€0.33', '€0.29', '€0.08', '€0.33', '€0.00'],
  );
  assert.equal(formatThousandths(pricePerCredit(offer(1000, 7900)), 'EUR', 'en'), '€0.079');
  assert.equal(formatThousandths(1234, 'USD', 'de').replaceAll('\u00a0', ' '), '1,234 $');
});

test('credits.packages MT19: what is saved is measured by the dearest offer, in whole percent, never too much', () => {
  const offers = [offer(100, 3900), offer(300, 9900), offer(1000, 29_000)];
  assert.deepEqual(
    offers.map((one) => savingPercent(one, offers)),
    [0, 15, 25],
  );
  assert.equal(savingPercent(offer(100, 3900), []), 0);
  fc.assert(
    fc.property(anyOffer, fc.array(anyOffer, { maxLength: 5 }), (own, others) => {
      const percent = savingPercent(own, [...others, own]);
      const rate = (one: typeof own, by: bigint) => BigInt(one.priceCents) * by;
      assert.ok(Number.isInteger(percent) && percent >= 0 && percent < 100, `${percent} %`);
      // Of some offer, the percent is saved: own rate <= (100 - percent) % of its rate.
      const all = [...others, own];
      const isTrue = all.some(
        (one) => rate(own, 100n * BigInt(one.creditsMillis)) <= rate(one, BigInt(100 - percent) * BigInt(own.creditsMillis)),
      );
      assert.ok(isTrue, `${percent} % of no offer`);
    }),
    { numRuns: runs(300) },
  );
});

test('credits.packages MT19: the price of a credit is off by half of its last digit at most', () => {
  fc.assert(
    fc.property(anyOffer, (one) => {
      const thousandths = BigInt(pricePerCredit(one));
      const step = thousandths >= 100n ? 10n : 1n;
      const [priced, paid] = [thousandths * BigInt(one.creditsMillis), BigInt(one.priceCents) * 10_000n];
      const off = priced > paid ? priced - paid : paid - priced;
      assert.ok(2n * off <= step * BigInt(one.creditsMillis), `${thousandths} for ${one.priceCents} / ${one.creditsMillis}`);
    }),
    { numRuns: runs(300) },
  );
});
