import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import mongoose from 'mongoose';
import { audit } from '../../../api/domain/audit/audit.ts';
import { clientOf } from '../../../api/ledger/accounts.ts';
import { linkHash } from '../../../api/ledger/chain.ts';
import { readStanding } from '../../../api/ledger/standing.ts';
import { stateAfter } from '../../../api/ledger/state/states.ts';
import { settleCall } from '../../../api/ledger/transfers/calls.ts';
import { creditPurchase, grantFree, readBalance, rechargeCredits } from '../../../api/ledger/transfers/grants.ts';
import { holdForOrder, refundOrderHold, settleOrderHold, voidOrderHold } from '../../../api/ledger/transfers/orders.ts';
import { freezePurchase, loseFreeze, reinstatePurchase, releaseFreeze, reversePurchase } from '../../../api/ledger/transfers/returns.ts';
import { readHead } from '../../../api/models/entry.ts';
import { insertPurchase, noteSession } from '../../../api/models/purchase.ts';
import type { ClientScope } from '../../../api/models/scope.ts';
import { appendTransfers, type ClientState, prefixOf, slotOf, type Transfer } from '../../../api/models/transfer.ts';
import { openEngine } from '../../support/engine.ts';
import { bySecond, newClient, somebody } from '../people.ts';

const engine = await openEngine();
after(() => engine.close());

const view = { meter: { lowPermille: 250, criticalPermille: 100 }, waiting: 0 };
const give = (client: ClientScope, requestId: string, millis: number) => rechargeCredits(client, { requestId, millis, ...somebody });
const sold = { priceCents: 800, currency: 'EUR' } as const;
let purchases = 0;

/** Buys 20 credits for 8.00. */
async function buy(client: ClientScope) {
  purchases += 1;
  const [purchaseId, sessionId] = [`pur_${purchases}`, `cs_${purchases}`];
  const offer = { _id: purchaseId, memberId: 'mem_1', item: { priceId: 'price_1' }, name: '20 credits', credits: 20_000, ...sold };
  await insertPurchase(client, { ...offer, createdAt: somebody.at, checkAt: somebody.at });
  await noteSession(client, purchaseId, { id: sessionId, url: null });
  await creditPurchase(client, { paymentStatus: 'paid', sessionId, purchaseId, millis: 20_000, ...sold, ...somebody });
  return { sessionId, purchaseId, ...somebody };
}

async function figures(client: ClientScope) {
  const { available, held, debt = 0 } = await readBalance(client, view);
  return { available, held, debt };
}

/** Gives credits under the former rules: with a hundred open lots, they join the newest one like them. */
async function giveAsBefore(client: ClientScope, cause: string, amount: number): Promise<Transfer> {
  const account = clientOf(client);
  const head = (await readHead(client, account)) ?? assert.fail('a client without entries');
  const { agencyId, world } = client;
  const kind = 'credits.recharge';
  const [_id, seq] = [`${prefixOf(client)}${kind}/${cause}`, head.seq + 1];
  const legs = [
    { account, amount },
    { account: `issued.${world}`, amount: -amount },
  ];
  const state = stateAfter(head.after, { kind, cause, legs, account, rules: 1 });
  const hash = linkHash(head.hash, { _id, kind, at: somebody.at, account, amount, seq, after: state });
  const [own, other] = legs;
  const postings = [{ ...own!, seq, after: state, hash }, other!];
  const facts = { _id, agencyId, world, kind, ...somebody, writtenAt: new Date(), input: 'before' };
  const transfer: Transfer = { ...facts, slots: [slotOf(account, seq)], postings };
  assert.deepEqual(await appendTransfers([transfer]), { written: 1 });
  return transfer;
}

test('webhooks.stripe SX2: purchases are credited and free credits granted, however many lots are open', async () => {
  const client = newClient();
  for (let index = 0; index < 130; index += 1) await give(client, `bonus-${index}`, 1000);
  await buy(client);
  await grantFree(client, { millis: 10_000, ...somebody });
  assert.deepEqual(await figures(client), { available: 160_000, held: 0, debt: 0 });
  const { state } = await readStanding(client);
  const count = (kind: string) => state.lots.filter((lot) => lot.kind === kind).length;
  assert.deepEqual(
    { allocated: count('allocated'), purchased: count('purchased'), free: count('free') },
    { allocated: 100, purchased: 1, free: 1 },
  );
});

test('webhooks.stripe SX18 RL15: each of 130 purchases keeps its lot: a dispute freezes it, and a refund takes it', async () => {
  const client = newClient();
  const bought = [];
  for (let index = 0; index < 130; index += 1) bought.push(await buy(client));
  const [first, last, other] = [bought[0]!, bought[129]!, bought[128]!];
  await grantFree(client, { millis: 10_000, ...somebody });
  const frozen = await freezePurchase(client, { ...last, cause: 'dp_1', disputedCents: 800 });
  assert.deepEqual(
    frozen.state.holds?.map(({ lots }) => lots),
    [[{ id: `credits.purchase/${last.sessionId}`, millis: 20_000 }]],
  );
  await releaseFreeze(client, { ...last, cause: 'dp_1' });
  await reversePurchase(client, { ...other, cause: 're_1', refundedCents: 800 });
  await reinstatePurchase(client, { ...other, cause: 're_1', refundedCents: 0 });
  await loseFreeze(client, { ...last, cause: 'dp_2', disputedCents: 800 });
  await settleCall(client, { callId: `call-${client.subject}`, seconds: 30 * 60, rounding: bySecond, ...somebody });
  const { state } = await readStanding(client);
  const left = (about: typeof first) => state.lots.find(({ id }) => id === `credits.purchase/${about.sessionId}`)?.remaining;
  assert.deepEqual({ first: left(first), other: left(other), last: left(last) }, { first: 0, other: 20_000, last: undefined });
  assert.deepEqual(await figures(client), { available: 128 * 20_000, held: 0, debt: 0 });
});

test('a refunded order SX2 SX18: credits of a closed lot return and pay the debt, with a hundred held lots like it', async () => {
  const client = newClient();
  const order = { key: 'ord_1', ...somebody };
  await give(client, 'first', 1000);
  await holdForOrder(client, { ...order, millis: 1000, takesFree: false });
  await settleOrderHold(client, { ...order, millis: 1000 });
  const about = await buy(client);
  await settleCall(client, { callId: `call-${client.subject}`, seconds: 20 * 60, rounding: bySecond, ...somebody });
  for (let index = 0; index < 100; index += 1) {
    await give(client, `held-${index}`, 10);
    await holdForOrder(client, { key: `ord_held_${index}`, millis: 10, takesFree: false, ...somebody });
  }
  await reversePurchase(client, { ...about, cause: 're_1', refundedCents: 800 });
  assert.deepEqual(await figures(client), { available: 0, held: 1000, debt: 20_000 });
  await refundOrderHold(client, order);
  assert.deepEqual(await figures(client), { available: 0, held: 1000, debt: 19_000 });
});

test('credits.balance F15: free credits returned from a hold never pay a debt', async () => {
  const client = newClient();
  await grantFree(client, { millis: 10_000, ...somebody });
  const about = await buy(client);
  for (const key of ['void', 'settle', 'refund']) await holdForOrder(client, { key, millis: 3000, takesFree: true, ...somebody });
  assert.equal((await readStanding(client)).state.lots[0]?.held, 9000);
  await settleOrderHold(client, { key: 'refund', millis: 3000, ...somebody });
  await settleCall(client, { callId: `call-${client.subject}`, seconds: 21 * 60, rounding: bySecond, ...somebody });
  await reversePurchase(client, { ...about, cause: 're_1', refundedCents: 800 });
  assert.deepEqual(await figures(client), { available: 0, held: 6000, debt: 20_000 });
  await voidOrderHold(client, { key: 'void', ...somebody });
  assert.deepEqual(await figures(client), { available: 3000, held: 3000, debt: 20_000 });
  await settleOrderHold(client, { key: 'settle', millis: 1000, ...somebody });
  assert.deepEqual(await figures(client), { available: 5000, held: 0, debt: 20_000 });
  await refundOrderHold(client, { key: 'refund', ...somebody });
  assert.deepEqual(await figures(client), { available: 8000, held: 0, debt: 20_000 });
});

test('audit C4 SX2: entries under former rules replay as they were written, and new ones continue from them', async () => {
  const client = newClient();
  const about = await buy(client);
  for (let index = 1; index < 100; index += 1) await give(client, `bonus-${index}`, 10);
  const joined = await giveAsBefore(client, 'as-before', 10);
  const state = joined.postings[0]?.after as ClientState;
  assert.equal(state.lots.length, 100);
  assert.equal((await audit()).violations, 0);

  const transfers = mongoose.connection.collection<Transfer>('transfers');
  await transfers.updateOne({ _id: joined._id }, { $set: { rules: 2 } });
  const { checks } = await audit();
  assert.equal(checks.find(({ name }) => name.startsWith('every balance follows'))?.ok, false, 'by the rules of now it would be wrong');
  await transfers.updateOne({ _id: joined._id }, { $unset: { rules: '' } });

  await give(client, 'of-now', 10);
  await freezePurchase(client, { ...about, cause: 'dp_old', disputedCents: 800 });
  assert.deepEqual(await figures(client), { available: 1010, held: 20_000, debt: 0 });
});

test('credits.statement C4 SX2: after all of this every transfer adds up', async () => {
  const report = await audit();
  assert.equal(report.violations, 0, JSON.stringify(report.checks.filter(({ ok }) => !ok)));
});
