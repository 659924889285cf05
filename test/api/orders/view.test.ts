import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../api/contract/refusal.ts';
import { orderView, type Placement, requireShown } from '../../../api/domain/orders/orders.ts';
import type { Order } from '../../../api/models/order.ts';

const createdAt = new Date('2026-03-01T12:00:00Z');
const order: Order = {
  ...{ _id: 'ord_1', agencyId: 'agn_1', world: 'live', clientId: 'cli_1', subject: 'sub_1', memberId: 'mem_1' },
  ...{ kind: 'plan', item: {}, subjectId: 'pln_1', name: 'Large', priceMillis: 30_000, priceCents: 1200, currency: 'EUR' },
  ...{ pay: 'money', takesFree: false, state: 'open', step: 'placed', checks: 0, checkAt: createdAt, leaseUntil: createdAt, createdAt },
};
const page = { checkoutUrl: 'https://checkout.stripe.com/1', checkoutSecret: 'cs_secret', stripeKey: 'pk_live_1' };
const noPage = { checkoutUrl: null, checkoutSecret: null, stripeKey: null };

test('orders.read N7: an order shows what was ordered at its price, and its payment page only while it is open', () => {
  const seen = {
    ...{ orderId: 'ord_1', kind: 'plan', name: 'Large', named: null, priceMillis: 30_000, priceCents: 1200, currency: 'EUR' },
    ...{ paidWith: 'money', subjectId: 'pln_1', reason: null },
  };
  assert.deepEqual(orderView({ ...order, ...page }), { ...seen, state: 'open', ...page });
  assert.deepEqual(orderView(order), { ...seen, state: 'open', ...noPage });
  for (const state of ['working', 'done', 'undone', 'refunded'] as const)
    assert.deepEqual(orderView({ ...order, ...page, state }), { ...seen, state, ...noPage });
  assert.equal(orderView({ ...order, code: 'order.payment_expired' }).reason?.code, 'order.payment_expired');
});

test('plans.choose L1: an order is refused where its price is another than the one that its buyer saw', () => {
  const refusalFor = (pay: Placement['pay'], shown?: Placement['shown']) => {
    try {
      requireShown(order, { pay, ...(shown && { shown }) } as Placement); // only the price that was shown is read
      return undefined;
    } catch (error) {
      assert(error instanceof Refusal);
      return { code: error.code, param: error.param };
    }
  };
  const asShown = { priceMillis: 30_000, priceCents: 1200, currency: 'EUR' } as const;
  assert.equal(refusalFor('money'), undefined);
  assert.equal(refusalFor('money', asShown), undefined);
  assert.equal(refusalFor('credits', { priceMillis: 30_000 }), undefined);
  assert.equal(refusalFor('credits', { ...asShown, priceCents: 1 }), undefined, 'whoever pays with credits pays no money');
  assert.deepEqual(refusalFor('credits', { priceMillis: 29_999 }), { code: 'quote.changed', param: 'priceMillis' });
  assert.deepEqual(refusalFor('money', { ...asShown, priceMillis: 29_999 }), { code: 'quote.changed', param: 'priceMillis' });
  assert.deepEqual(refusalFor('money', { ...asShown, priceCents: 1199 }), { code: 'quote.changed', param: 'priceCents' });
  assert.deepEqual(refusalFor('money', { ...asShown, currency: 'USD' }), { code: 'quote.changed', param: 'currency' });
  assert.deepEqual(refusalFor('money', { priceMillis: 30_000 }), { code: 'input.invalid', param: 'priceCents' });
});
