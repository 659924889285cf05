import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ErrorBody } from '../../../../api/contract/index.ts';
import { codeOf } from '../../../support/agency.ts';
import { startApi } from '../../../support/api.ts';
import { runs } from '../../../support/runs.ts';

const { createAgency } = await startApi();
const openAgency = (centsPer100Credits = 4000) =>
  createAgency({ stripe: false, packages: [], plan: { centsPer100Credits, currency: 'EUR' } });
const one = { name: 'One', creditsMillis: 100_000, currency: 'EUR' } as const;

test('packages.create MT4: a price far from what credits cost in the first plan is asked about, with both prices', async () => {
  const agency = await openAgency();
  const cases: [priceCents: number, words: string | undefined][] = [
    [20_001, '€200.01, more than 5 times the €40.00'],
    [20_000, undefined],
    [800, undefined],
    [799, '€7.99, less than a fifth of the €40.00'],
  ];
  for (const [priceCents, words] of cases) {
    const reply = await agency.try('packages.create', { ...one, priceCents });
    const { code, param, message } = (reply.body as unknown as Partial<ErrorBody>).error ?? {};
    const rest = 'of the plan; 1 credit is 1000 in creditsMillis. Send priceConfirmed with the package if that is meant.';
    const fault = { code: 'package.price_unusual', param: 'creditsMillis', message: `100 credits would cost ${words} ${rest}` };
    assert.deepEqual(
      { status: reply.status, code, param, message },
      words ? { status: 422, ...fault } : { status: 200, code: undefined, param: undefined, message: undefined },
    );
    assert.equal((await agency.try('packages.create', { ...one, priceCents, priceConfirmed: true })).status, 200);
  }
});

test('agency.update MT4: packages are compared with the plan that is saved with them, unless their price stays', async () => {
  const agency = await openAgency();
  const plan = { centsPer100Credits: 1000 };
  const packages = [{ ...one, priceCents: 5001 }];
  assert.equal(codeOf(await agency.try('agency.update', { plan, packages })), 'package.price_unusual');
  assert.equal((await agency.try('agency.update', { packages })).status, 200);
  assert.equal((await agency.try('agency.update', { plan, packages: [{ ...one, priceCents: 5001 }] })).status, 200);
});

test('packages.create MT4: the comparison with the plan is exact for prices and amounts of every size', async () => {
  const agency = await openAgency();
  const amount = fc.record({
    creditsMillis: fc.integer({ min: 1000, max: 1_000_000_000 }),
    priceCents: fc.integer({ min: 50, max: 99_999_999 }),
    centsPer100Credits: fc.integer({ min: 0, max: 1_000_000 }),
  });
  await fc.assert(
    fc.asyncProperty(amount, async ({ creditsMillis, priceCents, centsPer100Credits }) => {
      const perCredit = (BigInt(priceCents) * 1000n) / BigInt(creditsMillis);
      const [own, usual] = [BigInt(priceCents) * 100_000n, BigInt(centsPer100Credits) * BigInt(creditsMillis)];
      const isFar = usual > 0n && (own > 5n * usual || 5n * own < usual);
      const isOdd = perCredit < 1n || BigInt(priceCents) * 1000n > 1000n * BigInt(creditsMillis);
      const packages = [{ ...one, creditsMillis, priceCents }];
      const reply = await agency.try('agency.update', { plan: { centsPer100Credits }, packages });
      assert.equal(reply.status, isFar || isOdd ? 422 : 200);
      await agency.call('agency.update', { packages: [] });
    }),
    { numRuns: runs(30) },
  );
});
