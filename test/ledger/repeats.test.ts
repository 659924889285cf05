import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { audit } from '../../api/domain/audit/audit.ts';
import { readStatement } from '../../api/domain/credits/statement.ts';
import { settleCall } from '../../api/ledger/transfers/calls.ts';
import { allocateCredits, creditPurchase, grantFree, readBalance } from '../../api/ledger/transfers/grants.ts';
import { holdCredits } from '../../api/ledger/transfers/holds.ts';
import { holdForOrder, refundOrderHold, settleOrderHold } from '../../api/ledger/transfers/orders.ts';
import { freezePurchase, loseFreeze, reinstatePurchase, reversePurchase } from '../../api/ledger/transfers/returns.ts';
import { insertPurchase, noteSession } from '../../api/models/purchase.ts';
import type { ClientScope } from '../../api/models/scope.ts';
import { openEngine } from '../support/engine.ts';
import { runs } from '../support/runs.ts';
import { bySecond, newClient, somebody } from './people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const SALE = { priceCents: 400, currency: 'EUR' } as const;
const MILLIS = 10_000;

/** A purchase of 10 credits for 4.00 with an open checkout page. */
async function openPurchase(client: ClientScope, name: string) {
  const [purchaseId, sessionId] = [`pur_${name}_${client.subject}`, `cs_${name}_${client.subject}`];
  const offer = { _id: purchaseId, memberId: 'mem_1', item: { priceId: 'price_1' }, name: '10 credits', credits: MILLIS, ...SALE };
  await insertPurchase(client, { ...offer, createdAt: somebody.at, checkAt: somebody.at });
  await noteSession(client, purchaseId, { id: sessionId, url: null });
  return { purchaseId, sessionId };
}

/** Actions on one client, in this order. Each is repeated later, beside those that follow. */
async function story(client: ClientScope): Promise<(() => Promise<unknown>)[]> {
  const [plain, forOrder] = [await openPurchase(client, 'plain'), await openPurchase(client, 'order')];
  const credit = (sale: typeof plain, isHeld: boolean) => () =>
    creditPurchase(client, { paymentStatus: 'paid', ...sale, millis: MILLIS, ...SALE, isHeld, ...somebody });
  const [order, call] = [
    { key: 'ord_1', ...somebody },
    { holdId: 'call_1', ...somebody },
  ];
  const refund = { ...plain, cause: 're_1', ...somebody };
  const dispute = { ...plain, cause: 'du_1', disputedCents: 200, ...somebody };
  return [
    () => grantFree(client, { millis: 3000, ...somebody }),
    () => allocateCredits(client, { requestId: 'gift', millis: 20_000, description: 'Some', ...somebody }),
    credit(plain, false),
    credit(forOrder, true),
    () => holdForOrder(client, { ...order, millis: 25_000, takesFree: false }),
    () => settleOrderHold(client, { key: forOrder.sessionId, millis: MILLIS, ...somebody }),
    () => settleOrderHold(client, { ...order, millis: 25_000 }),
    () => refundOrderHold(client, order),
    () => reversePurchase(client, { ...refund, refundedCents: 100 }),
    () => freezePurchase(client, dispute),
    () => reinstatePurchase(client, { ...refund, refundedCents: 0 }),
    () => holdCredits(client, { ...call, millis: 2000, expiresAt: new Date('2100-01-01'), policy: { kind: 'unlimited' } }),
    () => settleCall(client, { callId: 'call_1', seconds: 60, rounding: bySecond, ...somebody }),
    () => loseFreeze(client, dispute),
    () => settleCall(client, { callId: 'call_2', seconds: 60, rounding: bySecond, ...somebody }),
  ];
}
const LENGTH = 15;

const stands = async (client: ClientScope) => {
  const [{ available, held, debt }, { lifetime }] = await Promise.all([readBalance(client, view), readStatement(client, { limit: 1 })]);
  return { available, held, debt, ...lifetime };
};

/** For each new action: the earlier ones to repeat, and the number of ticks after it. */
const repeats = fc.array(fc.array(fc.record({ which: fc.nat(LENGTH - 1), ticks: fc.nat(6) }), { maxLength: 6 }), {
  minLength: LENGTH,
  maxLength: LENGTH,
});

test('credits.statement C4 C17: actions repeated at any moment, beside others, act once and cause no error', {
  timeout: 120_000,
}, async () => {
  const alone = newClient();
  for (const act of await story(alone)) await act();
  const expected = await stands(alone);
  await fc.assert(
    fc.asyncProperty(repeats, async (toldAgain) => {
      const client = newClient();
      const acts = await story(client);
      assert.equal(acts.length, LENGTH);
      for (const [index, act] of acts.entries()) {
        const again = (toldAgain[index] ?? []).map(async ({ which, ticks }) => {
          for (let tick = 0; tick < ticks; tick += 1) await new Promise(setImmediate);
          await acts[which % (index + 1)]?.();
        });
        await Promise.all([act(), ...again]);
      }
      assert.deepEqual(await stands(client), expected);
    }),
    { numRuns: runs(12) },
  );
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
