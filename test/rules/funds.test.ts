import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fundKinds, fundsFor } from '../../api/rules/funds.ts';

test('credits.funds MT7: what is for calls only pays for calls, and for nothing else', () => {
  const balance = { available: 20_000, callsOnly: 15_000 };
  assert.deepEqual(fundsFor(balance, 'plan', 50_000), {
    kind: 'plan',
    spendableMillis: 5_000,
    callsOnlyMillis: 15_000,
    missingMillis: 45_000,
  });
  assert.deepEqual(fundsFor(balance, 'calls', 18_000), { kind: 'calls', spendableMillis: 20_000, callsOnlyMillis: 0, missingMillis: 0 });
});

test('credits.funds MT7: buying exactly what is missing is always enough', () => {
  const amount = fc.nat({ max: 1_000_000_000 });
  fc.assert(
    fc.property(amount, amount, amount, fc.constantFrom(...fundKinds), (free, bought, price, kind) => {
      const before = fundsFor({ available: free + bought, callsOnly: free }, kind, price);
      assert.equal(before.spendableMillis + before.callsOnlyMillis, free + bought);
      const after = fundsFor({ available: free + bought + before.missingMillis, callsOnly: free }, kind, price);
      assert.equal(after.missingMillis, 0);
      if (before.missingMillis > 0) assert.equal(after.spendableMillis, price, 'no more than that');
    }),
  );
});
