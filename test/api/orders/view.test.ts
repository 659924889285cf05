import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../api/contract/refusal.ts';
import { requirePayable } from '../../../api/domain/orders/money.ts';
import { orderView, type Placement, requireShown } from '../../../api/domain/orders/orders.ts';
import type { Order } from '../../../api/models/order.ts';
import type { AgencyAccess, Deps } from '../../../api/ports/index.ts';

const createdAt = new Date('2026-03-01T12:00:00Z');
const order: Order = {
  ...{ _id: 'ord_1', agencyId: 'agn_1', world: 'live', clientId: 'cli_1', subject: 'sub_1', memberId: 'mem_1' },
  ...{ kind: 'plan', item: {}, subjectId: 'pln_1', name: 'Large', priceMillis: 30_000, priceCents: 1200, currency: 'EUR' },
  ...{ pay: 'money', takesFree: false, state: 'open', step: 'placed', checks: 0, checkAt: createdAt, leaseUntil: createdAt, createdAt },
};
const page = { checkoutUrl: 'https://checkout.stripe.com/1', checkoutSecret: 'cs_secret', stripeKey: 'pk_live_1' };
const noPage = { checkoutUrl: null, checkoutSecret: null, stripeKey: null };

const refusalOf = (act: () => void) => {
  try {
    act();
    return undefined;
  } catch (error) {
    assert(error instanceof Refusal);
    const { code, param, values } = error;
    return { code, param, values };
  }
};

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
  const refusalFor = (pay: Placement['pay'], shown?: Placement['shown']) =>
    refusalOf(() => requireShown(order, { pay, ...(shown && { shown }) } as Placement)); // only the price that was shown is read
  const changed = (param: string) => ({ code: 'quote.changed', param, values: undefined });
  const asShown = { priceMillis: 30_000, priceCents: 1200, currency: 'EUR' } as const;
  assert.equal(refusalFor('money'), undefined);
  assert.equal(refusalFor('money', asShown), undefined);
  assert.equal(refusalFor('credits', { priceMillis: 30_000 }), undefined);
  assert.equal(refusalFor('credits', { ...asShown, priceCents: 1 }), undefined, 'whoever pays with credits pays no money');
  assert.deepEqual(refusalFor('credits', { priceMillis: 29_999 }), changed('priceMillis'));
  assert.deepEqual(refusalFor('money', { ...asShown, priceMillis: 29_999 }), changed('priceMillis'));
  assert.deepEqual(refusalFor('money', { ...asShown, priceCents: 1199 }), changed('priceCents'));
  assert.deepEqual(refusalFor('money', { ...asShown, currency: 'USD' }), changed('currency'));
  assert.deepEqual(refusalFor('money', { priceMillis: 30_000 }), {
    ...{ code: 'input.invalid', param: 'priceCents', values: { reason: 'price_unnamed' } },
  });
});

test('plans.choose P12: money pays only what Stripe takes, and leads back to a page of the agency', () => {
  const returnUrl = 'https://shop.test/account';
  const live = {
    publishableKey: 'pk',
    secretKey: { text: 'sealed' },
    productId: 'prod',
    priceId: 'price',
    webhookSecret: { text: 'sealed' },
  };
  const agency = { slug: 'shop', brand: { companyName: 'Shop' }, formerSlugs: [], origins: ['https://shop.test'], stripe: { live } };
  const refusalFor = (priceCents: number, { mode = 'live', url = returnUrl }: { mode?: 'test' | 'live'; url?: string | undefined } = {}) =>
    refusalOf(() =>
      requirePayable(
        { agency, mode } as unknown as AgencyAccess, // nothing else of it is read
        { priceCents, currency: 'EUR', returnUrl: url },
        { publicUrl: 'https://portal.test' } as Deps,
      ),
    );
  for (const cents of [50, 51, 99_999_999]) assert.equal(refusalFor(cents), undefined, `${cents}`);
  const values = { reason: 'order_not_payable', minCents: 50, maxCents: 99_999_999, currency: 'EUR' };
  for (const cents of [1, 49, 100_000_000])
    assert.deepEqual(refusalFor(cents), { code: 'input.invalid', param: 'pay', values }, `${cents}`);
  const foreign = { code: 'return_url.refused', param: 'returnUrl', values: undefined };
  assert.deepEqual(refusalFor(4000, { url: 'https://evil.test/' }), foreign);
  assert.deepEqual(refusalFor(4000, { url: '' }), foreign);
  assert.deepEqual(refusalFor(4000, { mode: 'test' }), { code: 'payments.not_configured', param: undefined, values: undefined });
});
