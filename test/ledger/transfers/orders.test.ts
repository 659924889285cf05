import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { audit } from '../../../api/domain/audit/audit.ts';
import { readStatement } from '../../../api/domain/credits/statement.ts';
import { allocateCredits, creditPurchase, grantFree, readBalance, readMinutes } from '../../../api/ledger/transfers/grants.ts';
import { holdForOrder, refundOrderHold, settleOrderHold, voidOrderHold } from '../../../api/ledger/transfers/orders.ts';
import { insertPurchase, noteSession } from '../../../api/models/purchase.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { openEngine } from '../../support/engine.ts';
import { newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const figures = async (client: ClientScope) => {
  const { available, held } = await readBalance(client, view);
  return { available, held, used: (await readStatement(client, { limit: 1 })).lifetime.used };
};
const minutesOf = async (client: ClientScope) => (await readMinutes(client)).available;
const refusedWith = (code: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === code;
const give = (client: ClientScope, millis: number) =>
  allocateCredits(client, { requestId: `gift-${client.subject}`, millis, description: 'Some', ...somebody });
const assertSound = async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
};

test('orders.read N7: an order holds and takes exactly its price once, despite parallel repeats', async () => {
  const client = newClient();
  await give(client, 10_000);
  const about = { key: 'ord_1', ...somebody };
  await Promise.all(Array.from({ length: 20 }, () => holdForOrder(client, { ...about, millis: 4000, takesFree: false })));
  assert.deepEqual(await figures(client), { available: 6000, held: 4000, used: 0 });
  const ends = await Promise.allSettled(
    Array.from({ length: 20 }, (_, at) =>
      at % 2 === 0 ? settleOrderHold(client, { ...about, millis: 4000 }) : voidOrderHold(client, about),
    ),
  );
  const settled = ends.filter((end, at) => end.status === 'fulfilled' && at % 2 === 0).length;
  assert([0, 10].includes(settled), 'all of one kind got through, or none');
  assert.deepEqual(await figures(client), settled > 0 ? { available: 6000, held: 0, used: 4000 } : { available: 10_000, held: 0, used: 0 });
  assert.equal(await minutesOf(client), 0, 'the agency pays nothing for an order');
});

test('orders.read N7: credits held for an order cannot be spent on another', async () => {
  const client = newClient();
  await give(client, 5000);
  const orders = Array.from({ length: 10 }, (_, at) => ({ key: `ord_${at}`, millis: 1000, takesFree: false, ...somebody }));
  const outcomes = await Promise.allSettled(orders.map((order) => holdForOrder(client, order)));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 5);
  assert.deepEqual(await figures(client), { available: 0, held: 5000, used: 0 });
  const refused = outcomes.findIndex(({ status }) => status === 'rejected');
  await assert.rejects(holdForOrder(client, orders[refused]!), refusedWith('credits.insufficient'));
  await assert.rejects(settleOrderHold(client, { ...orders[refused]!, millis: 1000 }), refusedWith('order.not_found'));
});

test('plans.choose L1: free credits buy only calls; a plan may let them buy orders, and their minutes return', async () => {
  const client = newClient();
  await grantFree(client, { millis: 3000, ...somebody });
  await give(client, 1000);
  assert.equal(await minutesOf(client), -3000);
  await assert.rejects(
    holdForOrder(client, { key: 'ord_calls', millis: 2000, takesFree: false, ...somebody }),
    refusedWith('credits.insufficient'),
  );
  const about = { key: 'ord_all', ...somebody };
  await holdForOrder(client, { ...about, millis: 3500, takesFree: true });
  assert.equal(await minutesOf(client), -3000, 'holding moves no minutes');
  await settleOrderHold(client, { ...about, millis: 3500 });
  assert.deepEqual(
    { figures: await figures(client), minutes: await minutesOf(client) },
    { figures: { available: 500, held: 0, used: 3500 }, minutes: 0 },
  );
  await refundOrderHold(client, about);
  assert.deepEqual(
    { figures: await figures(client), minutes: await minutesOf(client) },
    { figures: { available: 4000, held: 0, used: 0 }, minutes: -3000 },
  );
  const { entries } = await readStatement(client, { limit: 1 });
  assert.deepEqual(entries[0]?.after.lots.map(({ kind, remaining }) => [kind, remaining]).sort(), [
    ['allocated', 1000],
    ['free', 3000],
  ]);
});

test('orders.read N7: an order whose price is more than was held for it is a bug, and takes nothing', async () => {
  const client = newClient();
  await give(client, 2000);
  const about = { key: 'ord_dear', ...somebody };
  await holdForOrder(client, { ...about, millis: 1500, takesFree: false });
  await assert.rejects(settleOrderHold(client, { ...about, millis: 1501 }), /an order costs no more than is held for it/);
  assert.deepEqual(await figures(client), { available: 500, held: 1500, used: 0 });
  await settleOrderHold(client, { ...about, millis: 1500 });
});

test('orders.read N7: 20 parallel refunds return once what the order took', async () => {
  const client = newClient();
  await give(client, 2000);
  const about = { key: 'ord_back', ...somebody };
  await holdForOrder(client, { ...about, millis: 1500, takesFree: false });
  await assert.rejects(refundOrderHold(client, about), refusedWith('order.not_done'));
  await settleOrderHold(client, { ...about, millis: 1500 });
  await Promise.all(Array.from({ length: 20 }, () => refundOrderHold(client, about)));
  assert.deepEqual(await figures(client), { available: 2000, held: 0, used: 0 });
});

test('orders.read N7: credits bought for an order arrive held and serve nothing else', async () => {
  const client = newClient();
  const [sessionId, purchaseId] = ['cs_order', 'pur_order'];
  const sold = { priceCents: 4000, currency: 'EUR' } as const;
  const offer = { _id: purchaseId, memberId: 'mem_1', item: { priceId: 'price_1' }, name: 'A number', credits: 1000, ...sold };
  await insertPurchase(client, { ...offer, createdAt: somebody.at, checkAt: somebody.at });
  await noteSession(client, purchaseId, { id: sessionId, url: null });
  const paid = { paymentStatus: 'paid', sessionId, purchaseId, millis: 1000, ...sold, ...somebody } as const;
  await creditPurchase(client, { ...paid, isHeld: true });
  await creditPurchase(client, { ...paid, isHeld: true });
  assert.deepEqual(await figures(client), { available: 0, held: 1000, used: 0 });
  await assert.rejects(
    holdForOrder(client, { key: 'ord_other', millis: 1, takesFree: true, ...somebody }),
    refusedWith('credits.insufficient'),
  );
  await settleOrderHold(client, { key: sessionId, millis: 1000, ...somebody });
  assert.deepEqual(await figures(client), { available: 0, held: 0, used: 1000 });
  // They return only with their money, or they would return twice.
  await assert.rejects(refundOrderHold(client, { key: sessionId, ...somebody }), refusedWith('order.not_done'));
  assert.deepEqual(await figures(client), { available: 0, held: 0, used: 1000 });
});

test('orders.read C4: the audit agrees with all of it', assertSound);
