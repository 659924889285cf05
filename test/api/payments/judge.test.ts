import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../../../api/contract/refusal.ts';
import { closesAt, firstCheckAt, isTooOld } from '../../../api/domain/payments/janitor.ts';
import { CHARGE_CENTS, checkoutItem, checkPrices, type Offer } from '../../../api/domain/payments/prices.ts';
import { isSettled, judgeSession } from '../../../api/domain/payments/settle.ts';
import { requireAsShown } from '../../../api/domain/payments/shown-price.ts';
import type { Purchase } from '../../../api/models/purchase.ts';
import type { CheckoutSession } from '../../../api/ports/index.ts';

/** Decides without a database or Stripe what a purchase costs, and whether it is paid. */

const createdAt = new Date('2026-03-01T12:00:00Z');
const purchase: Purchase = {
  ...{ _id: 'pur_1', agencyId: 'agn_1', world: 'live', clientId: 'cli_1', subject: 'sub_1', memberId: 'mem_1' },
  ...{ item: { priceId: 'price_1' }, name: '100 credits', credits: 100_000, priceCents: 4000, currency: 'EUR' },
  ...{ state: 'open', sessionId: 'cs_1', checks: 0, checkAt: createdAt, createdAt },
};
const session: CheckoutSession = {
  ...{ id: 'cs_1', url: null, status: 'complete', paymentStatus: 'paid', paymentFailed: false, amountTotalCents: 4000, currency: 'eur' },
  ...{ livemode: true, clientReferenceId: 'pur_1', paymentIntentId: 'pi_1', expiresAt: null },
  metadata: { wl_agency: 'agn_1', wl_world: 'live', wl_purchase: 'pur_1' },
};
const refusalOf = (act: () => unknown): Partial<Pick<Refusal, 'code' | 'param' | 'values'>> => {
  try {
    act();
    return {};
  } catch (error) {
    assert(error instanceof Refusal);
    const { code, param, values } = error;
    return { code, param, values };
  }
};

test('credits.checkout P3: a session credits only what was sold; each single difference needs a person', () => {
  assert.deepEqual(judgeSession(purchase, session), { state: 'paid', differs: [] });
  const differences: [by: Partial<CheckoutSession>, differs: string][] = [
    [{ id: 'cs_2' }, 'session'],
    [{ amountTotalCents: 3999 }, 'amount'],
    [{ amountTotalCents: null }, 'amount'],
    [{ currency: 'usd' }, 'currency'],
    [{ currency: null }, 'currency'],
    [{ livemode: false }, 'mode'],
    [{ metadata: { ...session.metadata, wl_agency: 'agn_2' } }, 'agency'],
    [{ metadata: { ...session.metadata, wl_world: 'test' } }, 'agency'],
    [{ metadata: { ...session.metadata, wl_purchase: 'pur_2' } }, 'purchase'],
    [{ clientReferenceId: 'pur_2' }, 'purchase'],
    [{ paymentStatus: 'no_payment_required' }, 'payment'],
  ];
  for (const [by, differs] of differences)
    assert.deepEqual(judgeSession(purchase, { ...session, ...by }), { state: 'review', differs: [differs] }, JSON.stringify(by));
  const inTest = { ...session, livemode: false, metadata: { ...session.metadata, wl_world: 'test.2' } };
  assert.equal(judgeSession({ ...purchase, world: 'test.2' }, inTest).state, 'paid');
});

test('credits.checkout P4 P18: what is not paid yet is open, processing, failed or expired, whatever else differs', () => {
  const stateOf = (by: Partial<CheckoutSession>) => judgeSession(purchase, { ...session, ...by }).state;
  assert.equal(stateOf({ status: 'open', paymentStatus: 'unpaid', amountTotalCents: null }), 'open');
  assert.equal(stateOf({ status: 'expired', paymentStatus: 'unpaid', amountTotalCents: null }), 'expired');
  assert.equal(stateOf({ paymentStatus: 'unpaid' }), 'processing');
  assert.equal(stateOf({ paymentStatus: 'unpaid', paymentFailed: true }), 'failed');
  assert.equal(stateOf({ status: 'unknown', paymentStatus: 'paid' }), 'paid');
  const settled = (['open', 'processing', 'expired', 'failed', 'paid', 'refunded', 'review'] as const).filter((state) =>
    isSettled({ state }),
  );
  assert.deepEqual(settled, ['paid', 'refunded', 'review']);
});

test('credits.checkout P18: an intent is sent again for 20 hours, that of an order for one hour, its page open two', () => {
  const ordered = { ...purchase, orderId: 'ord_1' };
  const isTooOldAfter = (one: Purchase, seconds: number) => isTooOld(one, { now: () => new Date(createdAt.getTime() + seconds * 1000) });
  assert.deepEqual(
    [20 * 3600, 20 * 3600 + 1].map((seconds) => isTooOldAfter(purchase, seconds)),
    [false, true],
  );
  assert.deepEqual(
    [3600, 3601].map((seconds) => isTooOldAfter(ordered, seconds)),
    [false, true],
  );
  assert.equal(closesAt(purchase), undefined);
  assert.equal(closesAt(ordered)?.toISOString(), '2026-03-01T14:00:00.000Z');
  assert.equal(firstCheckAt(createdAt).toISOString(), '2026-03-01T12:01:00.000Z');
});

const customAmount = { minMillis: 10_000, maxMillis: 500_000 };
const pack = { id: 'pkg_1', name: 'Starter', creditsMillis: 100_000, priceCents: 3900, currency: 'EUR', active: true } as const;
const other = { ...pack, id: 'pkg_2', name: 'Large', creditsMillis: 300_000, priceCents: 9900 };
const offer = { plan: { centsPer100Credits: 4000, currency: 'EUR', customAmount }, packages: [pack, other] } as unknown as Offer; // only these fields are read
const account = { priceId: 'price_1', packageId: 'pkg_1', productId: 'prod_1' };

test('credits.checkout P12: the server makes the price of a package and of a free choice', () => {
  const common = { currency: 'EUR' };
  assert.deepEqual(checkoutItem(account, offer, { packageId: 'pkg_1' }), {
    ...{ item: { priceId: 'price_1' }, name: 'Starter', credits: 100_000, priceCents: 3900, ...common },
  });
  assert.deepEqual(checkoutItem(account, offer, { packageId: 'pkg_2' }), {
    ...{ item: { productId: 'prod_1', unitCents: 9900 }, name: 'Large', credits: 300_000, priceCents: 9900, ...common },
  });
  assert.deepEqual(checkoutItem({ ...account, packageId: null }, offer, { packageId: 'pkg_1' }).item, {
    productId: 'prod_1',
    unitCents: 3900,
  });
  assert.deepEqual(checkoutItem(account, offer, { amountMillis: 25_000 }), {
    ...{ item: { productId: 'prod_1', unitCents: 1000 }, name: '25', named: { code: 'credits', values: { creditsMillis: 25_000 } } },
    ...{ credits: 25_000, priceCents: 1000, ...common },
  });
});

test('credits.checkout P12: a free choice is whole credits between the ends of the plan, both included', () => {
  const refusalFor = (choice: { packageId?: string; amountMillis?: number }, from = offer) =>
    refusalOf(() => checkoutItem(account, from, choice));
  for (const amountMillis of [10_000, 11_000, 500_000]) assert.deepEqual(refusalFor({ amountMillis }), {}, String(amountMillis));
  for (const amountMillis of [0, 9_000, 10_500, 501_000, -10_000])
    assert.deepEqual(
      refusalFor({ amountMillis }),
      { code: 'package.amount_out_of_range', param: 'amountMillis', values: { min: 10, max: 500 } },
      String(amountMillis),
    );
  const fixed = { ...offer, plan: { ...offer.plan, customAmount: null } };
  assert.deepEqual(refusalFor({ amountMillis: 10_000 }, fixed), { code: 'package.only', param: 'amountMillis', values: undefined });
  for (const choice of [{ packageId: 'pkg_3' }, {}])
    assert.deepEqual(refusalFor(choice), { code: 'package.not_found', param: 'packageId', values: undefined });
});

test('agency.update P12: both ends of a free choice must be payable at Stripe, to the cent', () => {
  const plan = (minMillis: number, maxMillis: number): Offer['plan'] => ({ ...offer.plan, customAmount: { minMillis, maxMillis } });
  const { min: minCents, max: maxCents } = CHARGE_CENTS;
  const priced = { centsPer100Credits: 100 };
  assert.deepEqual(
    refusalOf(() => checkPrices({ ...plan(minCents * 1000, maxCents * 1000), ...priced })),
    {},
  );
  assert.deepEqual(
    refusalOf(() => checkPrices({ ...plan(0, 0), ...priced, customAmount: null })),
    {},
  );
  const values = { reason: 'amount_not_payable', minCents, maxCents, currency: 'EUR' };
  const tooLittle = refusalOf(() => checkPrices({ ...plan((minCents - 1) * 1000, 60_000), ...priced }));
  assert.deepEqual(tooLittle, { code: 'input.invalid', param: 'plan.customAmount.minMillis', values });
  const tooMuch = refusalOf(() => checkPrices({ ...plan(60_000, (maxCents + 1) * 1000), ...priced }, 'plans[2]'));
  assert.deepEqual(tooMuch, { code: 'input.invalid', param: 'plans[2].customAmount.maxMillis', values });
});

test('credits.checkout L1: a price other than the one shown is refused at its field; one not shown is not compared', () => {
  const now = { priceCents: 4000, currency: 'EUR' };
  for (const shown of [{}, now, { currency: 'EUR' }, { priceCents: undefined }])
    assert.deepEqual(
      refusalOf(() => requireAsShown(now, shown)),
      {},
    );
  const refused = (param: string) => ({ code: 'quote.changed', param, values: undefined });
  assert.deepEqual(
    refusalOf(() => requireAsShown(now, { priceCents: 3999 })),
    refused('priceCents'),
  );
  assert.deepEqual(
    refusalOf(() => requireAsShown(now, { priceCents: 4000, currency: 'USD' })),
    refused('currency'),
  );
});
