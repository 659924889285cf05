import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clearingOf, feesOf } from '../../api/ledger/accounts.ts';
import {
  amountOn,
  causeOf,
  clientAmount,
  entriesOf,
  feeBack,
  isDone,
  joinedIn,
  moneyBack,
  orderCorrected,
  purchaseCorrected,
  purchaseIn,
  sumOver,
} from '../../api/ledger/reading.ts';
import type { ClientState, Posting, PurchaseReturns, Transfer } from '../../api/models/transfer.ts';
import { accountWith, lot } from './state/account.ts';

const written = { agencyId: 'agn_1', world: 'test.0', at: new Date(0), writtenAt: new Date(0), actor: 'test', input: 'i' } as const;
const transfer = (kind: string, postings: Posting[], more: Partial<Transfer> = {}): Transfer => ({
  ...written,
  _id: `agn_1/test.0/${kind}/x`,
  kind,
  postings,
  ...more,
});
const entry = (account: string, amount: number, after: Posting['after'] = { available: 0 }): Posting => ({
  account,
  amount,
  seq: 1,
  after,
  hash: 'h',
});

test('audit C4: the cause of a transfer is in its id, behind its own name or one that it may take', () => {
  const caused = (kind: string, _id: string) => causeOf(transfer(kind, [], { _id }));
  assert.equal(caused('credits.recharge', 'agn_1/test.0/credits.recharge/r:1'), 'r:1');
  assert.equal(caused('usage.record', 'agn_1/test.0/hold.resolve/c1'), 'c1');
  assert.equal(caused('credits.recharge', 'agn_1/test.0/hold.resolve/c1'), '');
  assert.equal(caused('credits.recharge', 'agn_2/test.0/credits.recharge/r1'), '');
  assert.equal(caused('credits.recharge', 'agn_1/live/credits.recharge/r1'), '');
});

test('audit C4: entries are the postings with a chain, and an account that is not moved moves by nothing', () => {
  const sale = transfer('credits.recharge', [entry('client.a', 5), entry('minutes.test.0', -2), { account: 'used.test.0', amount: -3 }]);
  assert.deepEqual(
    entriesOf(sale).map(({ account }) => account),
    ['client.a', 'minutes.test.0'],
  );
  assert.deepEqual(
    { used: amountOn(sale, 'used.test.0'), held: amountOn(sale, 'held.test.0'), client: clientAmount(sale) },
    { used: -3, held: 0, client: 5 },
  );
  assert.equal(clientAmount(transfer('minutes.grant', [])), 0);
  assert.deepEqual({ recharge: isDone(sale, 'credits.recharge'), usage: isDone(sale, 'usage.record') }, { recharge: true, usage: false });
  assert.equal(isDone({ ...sale, refused: 'credits.too_many' }, 'credits.recharge'), false);
});

test('webhooks.stripe SX18 C4: a purchase joined a lot only under former rules, and only if it got none of its own', () => {
  const lots = [lot('older', 1), lot('joined', 1), lot('dated', 1, { expiresAt: '2030-01-01' }), lot('gift', 1, { kind: 'allocated' })];
  const sale = (state: ClientState, more: Partial<Transfer> = {}, amount = 5) =>
    joinedIn(transfer('credits.purchase', [entry('client.a', amount, state)], more));
  const joined = accountWith({ lots });
  assert.equal(sale(joined), 'joined');
  assert.equal(sale(joined, { rules: 1 }), 'joined');
  assert.equal(sale(joined, { rules: 2 }), undefined);
  assert.equal(sale(joined, {}, 0), undefined, 'all of it paid what was owed');
  assert.equal(sale(accountWith({ lots: [...lots, lot('credits.purchase/x', 5)] })), undefined);
  assert.equal(sale(accountWith({ lots: lots.slice(2) })), undefined);
});

const returns = (refundedCents: number, reversedFeeCents: number): PurchaseReturns => ({
  refundedCents,
  lostCents: 0,
  reversed: 0,
  reversedFeeCents,
});
const bought = { sessionId: 'cs', credits: 10, priceCents: 100 };
const order = { key: 'o', parts: [] };

test('audit P8: a correction says whether it is about a purchase or an order, and how much money and fee it moves', () => {
  const postings = [{ account: 'client.a', amount: 0 }, entry('purchase.p.test.0', 0, returns(90, 7))];
  const refund = transfer('refund.reverse', postings, { correction: bought });
  const given = transfer('order.refund', [], { correction: order });
  assert.deepEqual({ purchase: purchaseCorrected(refund), order: orderCorrected(refund) }, { purchase: bought, order: undefined });
  assert.deepEqual({ purchase: purchaseCorrected(given), order: orderCorrected(given) }, { purchase: undefined, order });
  const none = transfer('usage.record', []);
  assert.deepEqual({ purchase: purchaseCorrected(none), order: orderCorrected(none) }, { purchase: undefined, order: undefined });
  assert.deepEqual(purchaseIn(refund), returns(90, 7));
  assert.deepEqual({ money: moneyBack(refund, returns(30, 5)), fee: feeBack(refund, returns(30, 5)) }, { money: -60, fee: -2 });
  assert.throws(() => moneyBack(none, returns(0, 0)), /it does not say what it corrects/);
});

test('agency.read P8: an amount of money is summed over all currencies', () => {
  const sale = transfer('credits.purchase', [
    { account: 'clearing.EUR.test.0', amount: 5 },
    { account: 'clearing.USD.test.0', amount: 7 },
    { account: 'fees.EUR.test.0', amount: 100 },
  ]);
  assert.deepEqual(
    { clearing: sumOver(sale, clearingOf), fees: sumOver(sale, feesOf), none: sumOver(transfer('usage.record', []), feesOf) },
    { clearing: 12, fees: 100, none: 0 },
  );
});
