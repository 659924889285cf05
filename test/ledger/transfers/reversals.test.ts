import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { audit } from '../../../api/domain/audit/audit.ts';
import { readStatement } from '../../../api/domain/credits/statement.ts';
import { chargeCall } from '../../../api/ledger/transfers/calls.ts';
import { creditPurchase, grantFree, grantMinutes, readBalance, readFees, rechargeCredits } from '../../../api/ledger/transfers/grants.ts';
import { holdCredits, settleCallHold } from '../../../api/ledger/transfers/holds.ts';
import { holdForOrder, voidOrderHold } from '../../../api/ledger/transfers/orders.ts';
import {
  freezePurchase,
  loseFreeze,
  readReturns,
  reinstatePurchase,
  releaseFreeze,
  reversePurchase,
} from '../../../api/ledger/transfers/returns.ts';
import { insertPurchase, noteSession } from '../../../api/models/purchase.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { openEngine } from '../../support/engine.ts';
import { bySecond, newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const use = (client: ClientScope, callId: string, seconds: number) =>
  chargeCall(client, { callId, seconds, rounding: bySecond, ...somebody });

let purchases = 0;

/** A client that bought 100 credits for 40.00 and used some of them. */
async function buyer({ used = 0, client = newClient() } = {}) {
  purchases += 1;
  const [purchaseId, sessionId] = [`pur_${purchases}`, `cs_${purchases}`];
  const sold = { priceCents: 4000, currency: 'EUR' } as const;
  const offer = { _id: purchaseId, memberId: 'mem_1', item: { priceId: 'price_1' }, name: '100 credits', credits: 100_000, ...sold };
  await insertPurchase(client, { ...offer, createdAt: somebody.at, checkAt: somebody.at });
  await noteSession(client, purchaseId, { id: sessionId, url: null });
  await creditPurchase(client, { paymentStatus: 'paid', sessionId, purchaseId, millis: 100_000, ...sold, ...somebody });
  if (used > 0) await use(client, `call-${purchases}`, (used * 60) / 1000);
  return { client, about: { sessionId, purchaseId, ...somebody } };
}

const fees = async (client: ClientScope) => (await readFees(client))[0]?.owedCents;
async function figures(client: ClientScope) {
  const { available, held, debt = 0 } = await readBalance(client, view);
  return { available, held, debt };
}

test('credits.statement C19 P8: a refund of 40 of 100 credits, reported three times, takes 40 and 0.32 of the fee', async () => {
  const { client, about } = await buyer();
  const refund = { ...about, cause: 're_1', refundedCents: 1600 };
  const answers = await Promise.all([1, 2, 3].map(() => reversePurchase(client, refund)));
  await reversePurchase(client, refund);
  assert.equal(answers.filter(({ repeated }) => !repeated).length, 1);
  assert.deepEqual(await figures(client), { available: 60_000, held: 0, debt: 0 });
  assert.equal(await fees(client), 48);
  const { available, used, assigned } = await readBalance(client, view);
  assert.deepEqual({ available, used, assigned }, { available: 60_000, used: 0, assigned: 60_000 }, 'the meter does not count it as used');
  assert.deepEqual((await readStatement(client, { limit: 1 })).lifetime, { assigned: 100_000, used: 0, reversed: 40_000 });
});

test('agency.read P8: a refund of half of 40.00 returns 0.40 of the fee', async () => {
  const { client, about } = await buyer();
  const { purchase } = await reversePurchase(client, { ...about, cause: 're_1', refundedCents: 2000 });
  assert.deepEqual(purchase, { refundedCents: 2000, lostCents: 0, reversed: 50_000, reversedFeeCents: 40 });
  assert.equal(await fees(client), 40);
});

test('credits.balance F15: used credits are owed after a refund, not below zero, and the next purchase pays first', async () => {
  const { client, about } = await buyer({ used: 100_000 });
  await reversePurchase(client, { ...about, cause: 're_1', refundedCents: 4000 });
  assert.deepEqual(await figures(client), { available: 0, held: 0, debt: 100_000 });
  const start = { holdId: 'more', millis: 17, expiresAt: new Date('2100-01-01'), policy: { kind: 'unlimited' as const } };
  await assert.rejects(holdCredits(client, { ...start, ...somebody }), { code: 'credits.insufficient' });
  await buyer({ client });
  assert.deepEqual(await figures(client), { available: 0, held: 0, debt: 0 }, 'a purchase of as much pays it all');
  await buyer({ client });
  assert.deepEqual(await figures(client), { available: 100_000, held: 0, debt: 0 });
});

test('credits.recharge F15: an allocation pays a debt; free credits do not, because nobody paid for them', async () => {
  const { client, about } = await buyer({ used: 60_000 });
  await reversePurchase(client, { ...about, cause: 're_1', refundedCents: 4000 });
  assert.deepEqual(await figures(client), { available: 0, held: 0, debt: 60_000 });
  await grantMinutes(client, { cause: 'start', millis: 50_000, ...somebody });
  await grantFree(client, { millis: 10_000, ...somebody });
  assert.deepEqual(await figures(client), { available: 10_000, held: 0, debt: 60_000 });
  await rechargeCredits(client, { requestId: 'r1', millis: 70_000, ...somebody });
  assert.deepEqual(await figures(client), { available: 20_000, held: 0, debt: 0 });
});

test('credits.balance F15: a refund takes its own lot first, then other purchases, and never free credits', async () => {
  const { client, about } = await buyer({ used: 60_000 });
  await grantFree(client, { millis: 5000, ...somebody });
  await buyer({ client });
  const { state } = await reversePurchase(client, { ...about, cause: 're_1', refundedCents: 4000 });
  assert.deepEqual(
    state.lots.map(({ kind, granted, remaining }) => [kind, granted, remaining]),
    [
      ['purchased', 60_000, 0],
      ['free', 5000, 5000],
      ['purchased', 40_000, 40_000],
    ],
  );
  assert.deepEqual(await figures(client), { available: 45_000, held: 0, debt: 0 });
});

test('credits.balance F15: a refund leaves holds of calls and orders; the debt is paid when they return', async () => {
  const { client, about } = await buyer();
  const call = { holdId: `call-of-${client.subject}`, ...somebody };
  await holdCredits(client, { ...call, millis: 30_000, expiresAt: new Date('2100-01-01'), policy: { kind: 'unlimited' } });
  const order = { key: `ord_of-${client.subject}`, ...somebody };
  await holdForOrder(client, { ...order, millis: 20_000, takesFree: false });
  await reversePurchase(client, { ...about, cause: 're_1', refundedCents: 4000 });
  assert.deepEqual(await figures(client), { available: 0, held: 50_000, debt: 50_000 });
  await settleCallHold(client, { ...call, seconds: 600, millis: 10_000 });
  assert.deepEqual(await figures(client), { available: 0, held: 20_000, debt: 30_000 });
  await voidOrderHold(client, order);
  assert.deepEqual(await figures(client), { available: 0, held: 0, debt: 10_000 }, 'what the call used is still owed');
});

test('credits.balance F13: a failed refund is returned once, and a later report of a smaller total changes nothing', async () => {
  const { client, about } = await buyer({ used: 30_000 });
  await reversePurchase(client, { ...about, cause: 're_1', refundedCents: 1000 });
  await reversePurchase(client, { ...about, cause: 're_2', refundedCents: 4000 });
  assert.deepEqual(await figures(client), { available: 0, held: 0, debt: 30_000 });
  const again = { ...about, cause: 're_2', refundedCents: 1000 };
  assert.equal((await reversePurchase(client, { ...again, cause: 're_0' })).repeated, true, 'an old total');
  await Promise.all([1, 2, 3].map(() => reinstatePurchase(client, again)));
  await reinstatePurchase(client, again);
  assert.deepEqual(await figures(client), { available: 45_000, held: 0, debt: 0 });
  assert.equal(await fees(client), 60);
  await reversePurchase(client, { ...about, cause: 're_0', refundedCents: 1500 });
  assert.deepEqual((await readReturns(client, about.purchaseId)).reversed, 37_500, 'an old total did not use up its cause');
});

test('credits.balance F14: a dispute freezes the credits left, and its end releases them once', async () => {
  const { client, about } = await buyer({ used: 40_000 });
  await rechargeCredits(client, { requestId: 'other', millis: 7000, ...somebody });
  const dispute = { ...about, cause: 'dp_1' };
  await Promise.all([1, 2].map(() => freezePurchase(client, { ...dispute, disputedCents: 4000 })));
  assert.deepEqual(await figures(client), { available: 7000, held: 60_000, debt: 0 });
  const before = await readBalance(client, view);
  assert.equal(before.available, before.assigned - before.used - before.held);
  await Promise.all([1, 2].map(() => releaseFreeze(client, dispute)));
  await releaseFreeze(client, dispute);
  assert.deepEqual(await figures(client), { available: 67_000, held: 0, debt: 0 });
  await assert.rejects(loseFreeze(client, { ...dispute, disputedCents: 4000 }), { code: 'idempotency.mismatch' });
  assert.equal(await fees(client), 80);
});

test('credits.balance F14: a dispute about a part freezes no more than it would take back', async () => {
  const { client, about } = await buyer();
  await freezePurchase(client, { ...about, cause: 'dp_1', disputedCents: 1000 });
  assert.deepEqual(await figures(client), { available: 75_000, held: 25_000, debt: 0 });
});

test('credits.balance F14: a lost dispute takes the frozen credits, leaves the rest as debt, and returns the fee', async () => {
  const { client, about } = await buyer({ used: 40_000 });
  const dispute = { ...about, cause: 'dp_1', disputedCents: 4000 };
  await freezePurchase(client, dispute);
  await Promise.all([1, 2, 3].map(() => loseFreeze(client, dispute)));
  assert.deepEqual(await figures(client), { available: 0, held: 0, debt: 40_000 });
  assert.equal(await fees(client), 0);
});

test('credits.balance F14: refund and dispute of one payment take it back once, in either order', async () => {
  for (const order of ['refund first', 'dispute first']) {
    const { client, about } = await buyer({ used: 10_000 });
    const refund = { ...about, cause: 're_1', refundedCents: 3000 };
    const dispute = { ...about, cause: 'dp_1', disputedCents: 4000 };
    if (order === 'refund first') await reversePurchase(client, refund);
    await freezePurchase(client, dispute);
    if (order === 'dispute first') await reversePurchase(client, refund);
    await loseFreeze(client, dispute);
    assert.deepEqual(await figures(client), { available: 0, held: 0, debt: 10_000 }, order);
    const { reversed, reversedFeeCents } = await readReturns(client, about.purchaseId);
    assert.deepEqual({ reversed, reversedFeeCents }, { reversed: 100_000, reversedFeeCents: 80 }, order);
  }
});

test('credits.balance F14: a refund during a dispute takes frozen credits; winning then releases the rest', async () => {
  const { client, about } = await buyer();
  const dispute = { ...about, cause: 'dp_1', disputedCents: 4000 };
  await freezePurchase(client, dispute);
  await reversePurchase(client, { ...about, cause: 're_1', refundedCents: 1600 });
  assert.deepEqual(await figures(client), { available: 0, held: 60_000, debt: 0 });
  await releaseFreeze(client, dispute);
  assert.deepEqual(await figures(client), { available: 60_000, held: 0, debt: 0 });
});

test('credits.balance F14: credits released by a dispute pay the debt by then', async () => {
  const { client, about } = await buyer();
  const { about: other } = await buyer({ client, used: 50_000 });
  await freezePurchase(client, { ...other, cause: 'dp_1', disputedCents: 4000 });
  await reversePurchase(client, { ...about, cause: 're_1', refundedCents: 4000 });
  assert.deepEqual(await figures(client), { available: 0, held: 100_000, debt: 50_000 });
  await releaseFreeze(client, { ...other, cause: 'dp_1' });
  assert.deepEqual(await figures(client), { available: 50_000, held: 0, debt: 0 });
});

test('credits.balance F14: a dispute that is over before it was reported freezes nothing later', async () => {
  const { client, about } = await buyer();
  await releaseFreeze(client, { ...about, cause: 'dp_1' });
  await freezePurchase(client, { ...about, cause: 'dp_1', disputedCents: 4000 });
  assert.deepEqual(await figures(client), { available: 100_000, held: 0, debt: 0 });
  await loseFreeze(client, { ...about, cause: 'dp_2', disputedCents: 1000 });
  await freezePurchase(client, { ...about, cause: 'dp_2', disputedCents: 1000 });
  assert.deepEqual(await figures(client), { available: 75_000, held: 0, debt: 0 });
});

test('credits.balance F16: a refund before its purchase is credited waits; one of another purchase is a bug', async () => {
  const { client, about } = await buyer();
  const refund = { ...about, cause: 're_1', refundedCents: 100 };
  await assert.rejects(reversePurchase(client, { ...refund, sessionId: 'cs_never' }), { code: 'webhook.not_ready' });
  await assert.rejects(reversePurchase(client, { ...refund, purchaseId: 'pur_other' }), /another purchase/);
  await assert.rejects(reversePurchase(newClient(client.agencyId), refund), /another's/);
  await assert.rejects(reversePurchase(newClient(), refund), { code: 'webhook.not_ready' });
});

test('credits.statement C4 I7: after all of this every transfer adds up, also refunds and disputes', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
