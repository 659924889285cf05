import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { purchaseOf } from '../../../api/ledger/accounts.ts';
import { assertBalanced, type Leg } from '../../../api/ledger/legs.ts';
import { untouched } from '../../../api/ledger/state/returns.ts';
import { chargeLegs, holdLegs, releaseLegs, settleLegs } from '../../../api/ledger/transfers/holds.ts';
import {
  heldPurchaseMoves,
  orderHoldLegs,
  orderRefundLegs,
  orderSettleLegs,
  orderVoidLegs,
  partsTaken,
  spendableIn,
} from '../../../api/ledger/transfers/orders.ts';
import { correctionLegs } from '../../../api/ledger/transfers/returns.ts';
import type { ClientState, PurchaseCorrection } from '../../../api/models/transfer.ts';
import { accountWith, free, lot } from '../state/account.ts';

const scope = { agencyId: 'agn_1', world: 'test.0', clientId: 'cli_1', subject: 'a' } as const;

/** Amounts by account, without the world. Each transfer is balanced. */
function moved(legs: readonly Leg[]): Record<string, number> {
  assertBalanced(legs);
  return Object.fromEntries(legs.map(({ account, amount }) => [account.replace(/\.(a|test\.0)$/, ''), amount]));
}

const beside = accountWith({ lots: [lot('a', 20), free('f', 10)] });
const holding = (id: string) =>
  accountWith({
    lots: [lot('a', 2, { held: 20 }), free('f', 0, { held: 10 })],
    holds: [
      {
        id,
        lots: [
          { id: 'f', millis: 10 },
          { id: 'a', millis: 20 },
        ],
      },
    ],
  });

test('usage.record C7 F25: a call debits client and agency, though not for free credits; the agency bears the rest', () => {
  assert.deepEqual(moved(chargeLegs(scope, beside, 8)), { client: -8, used: 8 });
  assert.deepEqual(moved(chargeLegs(scope, beside, 15)), { client: -15, used: 15, minutes: -5, 'platform.used': 5 });
  const overrun = { client: -30, used: 37, overrun: -7, minutes: -27, 'platform.used': 27 };
  assert.deepEqual(moved(chargeLegs(scope, beside, 37)), overrun);
});

test('calls.start C7 C10: a hold sets the promised part aside at the agency as well', () => {
  const { legs, promised } = holdLegs(scope, beside, 'c', 15);
  assert.deepEqual(moved(legs), { client: -15, held: 15, minutes: -5, 'platform.held': 5 });
  assert.equal(promised, 5);
  assert.deepEqual(moved(holdLegs(scope, beside, 'c', 10).legs), { client: -10, held: 10 });
});

test('calls.cancel C10: an unused hold returns to client and agency alike', () => {
  assert.deepEqual(moved(releaseLegs(scope, holding('call/c'), 'c')), { client: 30, held: -30, minutes: 20, 'platform.held': -20 });
});

test('calls.end F24 F25: the agency pays for the promised credits that a call used, and for what the client lacked', () => {
  const settled = (millis: number) => moved(settleLegs(scope, holding('call/c'), 'c', millis));
  const cheap = { client: 18, held: -30, used: 12, minutes: 18, 'platform.held': -20, 'platform.used': 2 };
  assert.deepEqual(settled(12), cheap);
  assert.deepEqual(settled(0), moved(releaseLegs(scope, holding('call/c'), 'c')), 'a call that never connected');
  const whole = { client: -2, held: -30, used: 32, minutes: -2, 'platform.held': -20, 'platform.used': 22 };
  assert.deepEqual(settled(32), whole);
  const dear = { client: -2, held: -30, used: 36, overrun: -4, minutes: -6, 'platform.held': -20, 'platform.used': 26 };
  assert.deepEqual(settled(36), dear);
});

test('orders.read N7: setting credits aside for an order moves no minutes, and neither does their return', () => {
  assert.deepEqual(moved(orderHoldLegs(scope, beside, 'o', 15)), { client: -15, held: 15 });
  assert.deepEqual(moved(orderHoldLegs(scope, beside, 'o', 15, ({ prepaid }) => !prepaid)), { client: -15, held: 15 });
  assert.throws(() => orderHoldLegs(scope, beside, 'o', 21, ({ prepaid }) => !prepaid), /nobody spends more than there is/);
  assert.deepEqual(moved(orderVoidLegs(scope, holding('order/o'), 'o')), { client: 30, held: -30 });
});

test('plans.choose L1: free credits spent on an order become a promise of the agency, and their minutes return', () => {
  const settled = (millis: number) => moved(orderSettleLegs(scope, holding('order/o'), 'o', millis));
  assert.deepEqual(settled(6), { client: 24, held: -30, used: 6, minutes: 6, issued: -6 });
  assert.deepEqual(settled(30), { client: 0, held: -30, used: 30, minutes: 10, issued: -10 });
  assert.throws(() => settled(31), /an order costs no more than is held for it/);
});

test('orders.read N7: an order takes its price out of its own hold, whatever else the client has, or nothing at all', () => {
  const amount = fc.integer({ min: 1, max: 40 });
  const property = fc.property(fc.nat(40), amount, fc.nat(40), amount, (besideFree, heldFree, besidePaid, price) => {
    const lots = [free('f', besideFree, { held: heldFree }), lot('a', besidePaid, { held: 20 })];
    const hold = {
      id: 'order/o',
      lots: [
        { id: 'f', millis: heldFree },
        { id: 'a', millis: 20 },
      ],
    };
    const account = accountWith({ lots, holds: [hold] });
    const held = heldFree + 20;
    const settle = () => moved(orderSettleLegs(scope, account, 'o', price));
    if (price > held) assert.throws(settle, /an order costs no more than is held for it/);
    else
      assert.deepEqual(
        { client: settle().client, used: settle().used, held: settle().held },
        { client: held - price, used: price, held: -held },
      );
  });
  fc.assert(property, { numRuns: 200 });
});

test('orders.cancel L1: what an order gives back debits the minutes of its free credits again', () => {
  const like = { expiresAt: null };
  const parts = [
    { id: 'f', kind: 'free', prepaid: true, millis: 4, ...like },
    { id: 'a', kind: 'purchased', prepaid: false, millis: 5, ...like },
  ] as const;
  const used = accountWith({ lots: [], used: 30 });
  assert.deepEqual(moved(orderRefundLegs(scope, used, parts)), { client: 9, used: -9, minutes: -4, issued: 4 });
  assert.deepEqual(moved(orderRefundLegs(scope, accountWith({ lots: [], used: 30, debt: 5 }), parts)), {
    client: 4,
    debt: 5,
    used: -9,
    minutes: -4,
    issued: 4,
  });
});

test('orders.read N7: what a hold took is told by lot, in the order of use', () => {
  const [hold] = holding('order/o').holds ?? [];
  const parts = partsTaken(holding('order/o'), hold ?? assert.fail('it holds'), 14);
  assert.deepEqual(parts, [
    { id: 'f', kind: 'free', prepaid: true, expiresAt: null, millis: 10 },
    { id: 'a', kind: 'purchased', prepaid: false, expiresAt: null, millis: 4 },
  ]);
  const other = { id: 'order/o', lots: [{ id: 'a', millis: 20 }] };
  assert.deepEqual(
    partsTaken(holding('order/o'), other, 14).map(({ id, millis }) => ({ id, millis })),
    [{ id: 'a', millis: 14 }],
    'only of what it held',
  );
});

test('plans.choose L1: free credits count for an order only where they may pay for it', () => {
  assert.deepEqual({ withFree: spendableIn(beside, true), withoutFree: spendableIn(beside, false) }, { withFree: 30, withoutFree: 20 });
});

test('numbers.buy N7: credits that are bought for an order reach nobody else, whatever the client owes', () => {
  const owing = accountWith({ lots: [], used: 30, debt: 5 });
  const moves = Object.fromEntries(heldPurchaseMoves(scope, owing, 'cs', 9));
  assert.deepEqual(
    Object.entries(moves).filter(([, amount]) => amount !== 0),
    [
      ['held.test.0', 9],
      ['issued.test.0', -9],
    ],
  );
});

const sold = { sessionId: 'cs', credits: 100, priceCents: 1000 };
const bought = accountWith({ lots: [free('f', 5), lot('credits.purchase/cs', 60, { granted: 100 })], used: 40 });

function corrected(kind: string, told: Partial<PurchaseCorrection>, { client = bought, returns = untouched } = {}): Record<string, number> {
  const wanted = { kind, cause: 'x', correction: { ...sold, ...told }, currency: 'EUR' } as const;
  const legs = correctionLegs(scope, wanted, { client, purchase: [purchaseOf(scope, 'pur'), returns] });
  return moved(legs);
}

/** The money of a correction: what the agency has less, and the platform's 2 % of it. */
const money = (cents: number, fee: number) => ({
  'clearing.EUR': -cents,
  'revenue.EUR': cents,
  'fees.EUR': -fee,
  'platform.fees.EUR': fee,
});

test('webhooks.stripe C19 P8: a refund takes credits, money and fee back in proportion, and owes what is used up', () => {
  assert.deepEqual(corrected('refund.reverse', { refundedCents: 500 }), { client: -50, issued: 50, 'purchase.pur': 0, ...money(500, 10) });
  const all = { client: -60, debt: -40, issued: 100, 'purchase.pur': 0, ...money(1000, 20) };
  assert.deepEqual(corrected('refund.reverse', { refundedCents: 1000 }), all);
  const half = { refundedCents: 500, lostCents: 0, reversed: 50, reversedFeeCents: 10 };
  const client = accountWith({ lots: [free('f', 5), lot('credits.purchase/cs', 10, { granted: 50 })], used: 40, reversed: 50 });
  const more = corrected('refund.reverse', { refundedCents: 700 }, { client, returns: half });
  assert.deepEqual(more, { client: -10, debt: -10, issued: 20, 'purchase.pur': 0, ...money(200, 4) }, 'only the difference');
  const failed = corrected('refund.fail', { refundedCents: 200 }, { client, returns: half });
  assert.deepEqual(failed, { client: 30, issued: -30, 'purchase.pur': 0, ...money(-300, -6) });
});

test('webhooks.stripe SX26: of what an order used, a refund leaves no debt', () => {
  const ordered = corrected('refund.reverse', { refundedCents: 300, isOrdered: true });
  assert.deepEqual(ordered, { client: 0, used: -30, issued: 30, 'purchase.pur': 0, ...money(300, 6) });
});

test('webhooks.stripe C19 F14: a dispute freezes what is left of what it is about, and takes or frees it in the end', () => {
  const none = { 'purchase.pur': 0 };
  assert.deepEqual(corrected('dispute.freeze', { disputedCents: 400 }), { client: -40, held: 40, ...none });
  assert.deepEqual(corrected('dispute.freeze', { disputedCents: 1000 }), { client: -60, held: 60, ...none });
  const gone = accountWith({ lots: [free('f', 5)], used: 100 });
  assert.deepEqual(corrected('dispute.freeze', { disputedCents: 1000 }, { client: gone }), { client: 0, ...none });
  const client: ClientState = accountWith({
    lots: [free('f', 5), lot('credits.purchase/cs', 20, { granted: 100, held: 40 })],
    holds: [{ id: 'dispute/x', lots: [{ id: 'credits.purchase/cs', millis: 40 }] }],
    used: 40,
  });
  assert.deepEqual(corrected('dispute.resolve', {}, { client }), { client: 40, held: -40, ...none });
  const lost = corrected('dispute.resolve', { disputedCents: 500 }, { client });
  assert.deepEqual(lost, { client: -10, held: -40, issued: 50, ...none, ...money(500, 10) });
});
