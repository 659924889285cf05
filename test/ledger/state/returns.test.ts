import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  disputedMillis,
  isAboutMoney,
  isCorrection,
  isReturn,
  returnsAfter,
  untouched,
  unusedBy,
} from '../../../api/ledger/state/returns.ts';
import { emptyState, stateAfter } from '../../../api/ledger/state/states.ts';
import type { PurchaseReturns } from '../../../api/models/transfer.ts';
import { feeCents } from '../../../api/rules/money.ts';

const happening = fc.oneof(
  fc.record({ kind: fc.constantFrom('refund.reverse', 'refund.fail'), refundedCents: fc.nat({ max: 500 }) }),
  fc.record({ kind: fc.constantFrom('dispute.freeze', 'dispute.resolve'), disputedCents: fc.nat({ max: 300 }) }),
);
const sale = fc.record({
  priceCents: fc.integer({ min: 1, max: 500 }),
  credits: fc.integer({ min: 1, max: 10 ** 9 }),
  isOrdered: fc.boolean(),
});

test('webhooks.stripe F13 P8: returns of a purchase follow from the sum of refunds and lost disputes alone', () => {
  fc.assert(
    fc.property(sale, fc.array(happening, { maxLength: 8 }), ({ isOrdered, ...sold }, all) => {
      const bought = { sessionId: 'cs_1', ...sold, ...(isOrdered && { isOrdered: true as const }) };
      const shareOf = (cents: number) => Number((BigInt(sold.credits) * BigInt(cents)) / BigInt(sold.priceCents));
      let [refunded, lost, isOver] = [0, 0, false];
      let state: PurchaseReturns = untouched;
      for (const { kind, ...amounts } of all) {
        const before = state;
        const correction = { ...bought, ...amounts };
        state = returnsAfter(before, kind, correction);
        const cents = 'refundedCents' in amounts ? Math.min(amounts.refundedCents, sold.priceCents * 2) : 0;
        if (kind === 'refund.reverse') refunded = Math.max(refunded, cents);
        if (kind === 'refund.fail') refunded = Math.min(refunded, cents);
        if (kind === 'dispute.resolve' && 'disputedCents' in amounts) lost += amounts.disputedCents;
        if ('refundedCents' in amounts && amounts.refundedCents !== cents) return; // no refund is twice the price
        const back = Math.min(sold.priceCents, refunded + lost);
        const wasOver = isOver;
        isOver ||= isOrdered && back === sold.priceCents;
        const reversed = shareOf(back);
        const expected = { refundedCents: refunded, lostCents: lost, reversed, reversedFeeCents: feeCents(back, 200) };
        assert.deepEqual(state, isOver ? { ...expected, isOrderOver: true } : expected);
        assert.equal(unusedBy(before, state, correction), isOrdered && !wasOver ? reversed - before.reversed : 0);
        const disputed = 'disputedCents' in amounts ? amounts.disputedCents : 0;
        const ifLost = Math.min(sold.priceCents, before.refundedCents + before.lostCents + disputed);
        assert.equal(disputedMillis(before, { ...bought, disputedCents: disputed }), shareOf(ifLost) - before.reversed);
        const account = 'purchase.p.test.0';
        assert.deepEqual(stateAfter(before, { kind, cause: 'c', correction, legs: [], account, rules: 2 }), state);
      }
    }),
    { numRuns: 500 },
  );
  const negative = { sessionId: 'cs_1', priceCents: 100, credits: 100, refundedCents: -1 };
  assert.throws(() => returnsAfter(untouched, 'refund.fail', negative), assert.AssertionError);
});

test('the ledger I4: kinds of transfers say what they correct, and of what money is', () => {
  const kinds = [
    'refund.reverse',
    'refund.fail',
    'dispute.freeze',
    'dispute.resolve',
    'order.refund',
    'free.return',
    'credits.purchase',
    'usage.record',
  ];
  assert.deepEqual(kinds.map(isReturn), [true, true, true, true, false, false, false, false]);
  assert.deepEqual(kinds.map(isCorrection), [true, true, true, true, true, true, false, false]);
  assert.deepEqual(kinds.map(isAboutMoney), [true, true, true, true, false, false, true, false]);
});

test('the ledger I4: minutes move by what a transfer says, and what was granted is counted by itself', () => {
  const account = 'minutes.test.0';
  const after = (before: object, kind: string, amount: number) =>
    stateAfter(before as never, { kind, cause: 'c', legs: [{ account, amount }], account, rules: 2 });
  assert.deepEqual(emptyState(account), { available: 0 });
  assert.deepEqual(after({ available: 0 }, 'minutes.grant', 5), { available: 5, granted: 5 });
  assert.deepEqual(after({ available: 5, granted: 5 }, 'minutes.grant', 2), { available: 7, granted: 7 });
  assert.deepEqual(after({ available: 5, granted: 5 }, 'usage.record', -9), { available: -4, granted: 5 });
  assert.deepEqual(after({ available: 5 }, 'call.hold', -1), { available: 4 });
  assert.deepEqual(emptyState('client.a'), { available: 0, held: 0, used: 0, assigned: 0, lots: [] });
  assert.equal(emptyState('purchase.p.test.0'), untouched);
  const purchase = { kind: 'usage.record', cause: 'c', legs: [], account: 'purchase.p.test.0', rules: 2 };
  assert.throws(() => stateAfter(untouched, purchase), /only ever corrected/);
  assert.throws(() => stateAfter(untouched, { ...purchase, correction: { key: 'o', parts: [] } }), /only ever corrected/);
});
