import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { audit } from '../../../api/domain/audit/audit.ts';
import { readStatement } from '../../../api/domain/credits/statement.ts';
import { chargeCall } from '../../../api/ledger/transfers/calls.ts';
import { allocateCredits, creditPurchase, readBalance, readFees } from '../../../api/ledger/transfers/grants.ts';
import { settleOrderHold } from '../../../api/ledger/transfers/orders.ts';
import { loseFreeze, readReturns, reinstatePurchase, releaseFreeze, reversePurchase } from '../../../api/ledger/transfers/returns.ts';
import { insertPurchase, noteSession } from '../../../api/models/purchase.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { openEngine } from '../../support/engine.ts';
import { runs } from '../../support/runs.ts';
import { bySecond, newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
/** 30 credits for an odd price, so that every part is rounded. */
const SOLD = { millis: 30_000, priceCents: 1199, currency: 'EUR' } as const;
const CREDITS = SOLD.millis;

let purchases = 0;
/** An order that was paid with money and delivered. */
async function order(client: ClientScope) {
  purchases += 1;
  const [purchaseId, sessionId] = [`pur_${purchases}`, `cs_${purchases}`];
  const { millis: credits, ...price } = SOLD;
  const offer = { _id: purchaseId, memberId: 'mem_1', item: { priceId: 'price_1' }, name: 'A plan', orderId: `ord_${purchases}`, credits };
  await insertPurchase(client, { ...offer, ...price, createdAt: somebody.at, checkAt: somebody.at });
  await noteSession(client, purchaseId, { id: sessionId, url: null });
  await creditPurchase(client, { paymentStatus: 'paid', sessionId, purchaseId, ...SOLD, isHeld: true, ...somebody });
  await settleOrderHold(client, { key: sessionId, millis: CREDITS, ...somebody });
  return { sessionId, purchaseId };
}

/** @returns the milli-credits that the client had for it */
async function call(client: ClientScope, callId: string, seconds: number): Promise<number> {
  const { costMillis, overrunMillis } = await chargeCall(client, { callId, seconds, rounding: bySecond, ...somebody });
  return costMillis - overrunMillis;
}

async function standing(client: ClientScope) {
  const { available, held, debt = 0 } = await readBalance(client, view);
  return { available, held, debt, ...(await readStatement(client, { limit: 1 })).lifetime };
}

/** Events of two orders and of the credits beside them. Amounts in cents and credits. */
const event = fc.oneof(
  fc.record({ what: fc.constant('refund' as const), of: fc.nat(1), cents: fc.integer({ min: 1, max: SOLD.priceCents }) }),
  fc.record({ what: fc.constant('fail' as const), of: fc.nat(1), cents: fc.nat(SOLD.priceCents) }),
  fc.record({
    what: fc.constant('dispute' as const),
    of: fc.nat(1),
    cents: fc.integer({ min: 1, max: SOLD.priceCents }),
    isLost: fc.boolean(),
  }),
  fc.record({ what: fc.constantFrom('gift' as const, 'call' as const), of: fc.nat(1), cents: fc.nat(20) }),
);

test('webhooks.stripe SX26 C4: however much of the payment returns, the client owes and loses nothing', {
  timeout: 180_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 14 }), async (events) => {
      const client = newClient();
      const orders = [await order(client), await order(client)] as const;
      /** Milli-credits that came and went beside the orders. */
      let [given, called] = [0, 0];
      for (const [at, { what, of, cents, ...more }] of events.entries()) {
        const about = { ...(orders[of] ?? orders[0]), cause: `${client.subject}-${at}`, ...somebody };
        const before = await readReturns(client, about.purchaseId);
        // After the order is over, a failed refund brings ordinary credits, which can be spent and then owed. This test leaves that out.
        if (before.isOrderOver && what !== 'gift' && what !== 'call') continue;
        if (what === 'refund') await reversePurchase(client, { ...about, refundedCents: Math.max(before.refundedCents, cents) });
        if (what === 'fail') await reinstatePurchase(client, { ...about, refundedCents: Math.min(before.refundedCents, cents) });
        if (what === 'dispute' && 'isLost' in more && more.isLost) await loseFreeze(client, { ...about, disputedCents: cents });
        if (what === 'dispute' && 'isLost' in more && !more.isLost) await releaseFreeze(client, about);
        if (what === 'gift')
          await allocateCredits(client, { requestId: about.cause, millis: 1000 + cents, description: 'A gift', ...somebody });
        if (what === 'gift') given += 1000 + cents;
        if (what === 'call') called += await call(client, about.cause, cents);

        const returns = await Promise.all(orders.map(({ purchaseId }) => readReturns(client, purchaseId)));
        const reversed = returns.reduce((sum, one) => sum + one.reversed, 0);
        const kept = 2 * CREDITS - reversed;
        assert.deepEqual(await standing(client), {
          available: given - called,
          held: 0,
          debt: 0,
          assigned: 2 * CREDITS + given,
          used: kept + called,
          reversed,
        });
        for (const { refundedCents, lostCents, reversed: part, isOrderOver = false } of returns) {
          const wentBack = Math.min(SOLD.priceCents, refundedCents + lostCents);
          assert.equal(part, Math.floor((CREDITS * wentBack) / SOLD.priceCents));
          assert.equal(isOrderOver, wentBack === SOLD.priceCents);
        }
        const feesLeft = returns.reduce((sum, one) => sum + 24 - one.reversedFeeCents, 0);
        assert.deepEqual(await readFees(client), [{ currency: 'EUR', owedCents: feesLeft }]);
      }
    }),
    { numRuns: runs(12) },
  );
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
