import assert from 'node:assert/strict';
import { test } from 'node:test';
import Stripe from 'stripe';
import type { ErrorBody } from '../../../api/contract/index.ts';
import { type Agency, codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { buy, newKey, openNumberShop, plan, reserve } from '../numbers/shop.ts';
import { current, figures, large, openAgency } from './plan-world.ts';

const api = await startApi();
await api.stopDueWork();
const { priceMillis } = large;
const paramOf = ({ body }: { body: unknown }) => (body as { error: { param?: string } }).error.param;

test('plans.choose SX14: a plan whose price differs from the one shown is not ordered, and nothing is taken', async () => {
  const { agency, page, planId } = await openAgency(api);
  for (const now of [29_999, 30_001, 0]) {
    await agency.call('agency.update', { plans: [{ ...large, id: planId, priceMillis: now }] });
    const reply = await page.try('plans.choose', { planId, priceMillis });
    assert.deepEqual(
      { status: reply.status, code: codeOf(reply), param: paramOf(reply) },
      { status: 409, code: 'quote.changed', param: 'priceMillis' },
    );
  }
  assert.deepEqual(
    { figures: await figures(page), current: await current(page) },
    { figures: { available: 100_000, held: 0, used: 0 }, current: 'Standard' },
  );
  await agency.call('agency.update', { plans: [large].map((one) => ({ ...one, id: planId })) });
  assert.equal((await page.call('plans.choose', { planId, priceMillis })).state, 'done');
});

test('plans.choose SX14: paid with money, the price in money must be the one shown', async () => {
  const { agency, page, planId } = await openAgency(api);
  const wanted = { planId, priceMillis, pay: 'money', returnUrl: page.returnUrl } as const;
  const { plan: first } = await agency.call('agency.read', {});
  const sessions = api.sandbox.stripe.sessions().length;
  // Its price in money follows from the price of credits in the client's plan.
  await agency.call('agency.update', { plan: { ...first, centsPer100Credits: 4004 } });
  const dearer = await page.try('plans.choose', { ...wanted, priceCents: 1200 });
  assert.deepEqual(
    { status: dearer.status, code: codeOf(dearer), param: paramOf(dearer) },
    { status: 409, code: 'quote.changed', param: 'priceCents' },
  );
  const unsaid = await page.try('plans.choose', wanted);
  assert.deepEqual(
    { status: unsaid.status, code: codeOf(unsaid), param: paramOf(unsaid) },
    { status: 422, code: 'input.invalid', param: 'priceCents' },
  );
  assert.equal(api.sandbox.stripe.sessions().length, sessions, 'no page to pay on was opened');
  const order = await page.call('plans.choose', { ...wanted, priceCents: 1201 });
  assert.deepEqual({ state: order.state, priceCents: order.priceCents }, { state: 'open', priceCents: 1201 });
  assert.equal(api.sandbox.stripe.sessions().at(-1)?.amount_total, 1201);
});

test('plans.choose SX14: an attempt ends at the price that it began with', async () => {
  const { agency, page, planId } = await openAgency(api);
  const [wanted, attempt] = [{ planId, priceMillis }, newKey()];
  api.crashAt('order.after_insert');
  assert.equal((await page.try('plans.choose', wanted, attempt)).status, 500);
  api.crashAt(undefined);
  await agency.call('agency.update', { plans: [{ ...large, id: planId, priceMillis: 90_000 }] });
  const order = await page.call('plans.choose', wanted, attempt);
  assert.deepEqual({ state: order.state, priceMillis: order.priceMillis }, { state: 'done', priceMillis });
  assert.deepEqual(await figures(page), { available: 70_000, held: 0, used: 30_000 });
});

/** Changes the agency's prices to another currency with the same numbers. */
async function changeCurrency(agency: Agency, currency: 'GBP' | 'EUR') {
  const { plan: first, plans, packages, stripe } = await agency.call('agency.read', {});
  const account = api.sandbox.stripe.accounts().find(({ publishableKey }) => publishableKey === stripe.publishableKey);
  const { hostname, port } = new URL(api.sandbox.url);
  const sdk = new Stripe(account?.secretKey ?? '', { host: hostname, port, protocol: 'http', telemetry: false });
  const unit_amount = packages[0]?.priceCents ?? 0;
  const price = await sdk.prices.create({ product: stripe.productId ?? '', unit_amount, currency: currency.toLowerCase() });
  await agency.call('agency.update', {
    plan: { ...first, currency },
    plans: plans.map((one) => ({ ...one, currency })),
    packages: packages.map((one) => ({ ...one, currency })),
    stripe: { priceId: price.id },
  });
}

test('plans.choose SX14: a price shown in euros is not charged in pounds, even for the same number', async () => {
  const { agency, page, planId } = await openAgency(api);
  const shown = (await page.call('plans.list', {})).plans.find(({ id }) => id === planId) ?? assert.fail('it is on the list');
  const { priceCents, currency } = shown;
  const wanted = { planId, priceMillis, priceCents, currency, pay: 'money', returnUrl: page.returnUrl } as const;
  await changeCurrency(agency, 'GBP');
  const sessions = api.sandbox.stripe.sessions().length;
  const reply = await page.try('plans.choose', wanted);
  assert.deepEqual(
    { status: reply.status, code: codeOf(reply), param: paramOf(reply) },
    { status: 409, code: 'quote.changed', param: 'currency' },
  );
  assert.equal(api.sandbox.stripe.sessions().length, sessions, 'no page to pay on was opened');
  const order = await page.call('plans.choose', { ...wanted, currency: 'GBP' });
  assert.deepEqual(
    { state: order.state, priceCents: order.priceCents, currency: order.currency },
    { state: 'open', priceCents, currency: 'GBP' },
  );
  assert.equal(api.sandbox.stripe.sessions().at(-1)?.currency, 'gbp');
  const paid = await page.call('plans.choose', { planId, priceMillis, currency: 'EUR' });
  assert.equal(paid.state, 'done', 'credits have no currency');
});

test('credits.checkout SX14: credits shown in euros are not charged in pounds, as a package or an amount', async () => {
  const agency = await api.createAgency({
    plan: { centsPer100Credits: 4000, currency: 'EUR', customAmount: { minMillis: 10_000, maxMillis: 1_000_000 } },
  });
  const page = await agency.openPage();
  await page.enter();
  const { packages } = await page.call('credits.packages', {});
  const { id: packageId, credits: creditsMillis, priceCents } = packages[1] ?? assert.fail('there are two packages');
  await changeCurrency(agency, 'GBP');
  for (const wanted of [
    { packageId, creditsMillis, priceCents },
    { amountMillis: 50_000, priceCents: 2000 },
  ]) {
    const sessions = api.sandbox.stripe.sessions().length;
    const reply = await page.try('credits.checkout', { ...wanted, currency: 'EUR', returnUrl: page.returnUrl });
    assert.deepEqual(
      { status: reply.status, code: codeOf(reply), param: paramOf(reply) },
      { status: 409, code: 'quote.changed', param: 'currency' },
    );
    assert.equal(api.sandbox.stripe.sessions().length, sessions);
    const bought = await page.call('credits.checkout', { ...wanted, currency: 'GBP', returnUrl: page.returnUrl });
    assert.deepEqual({ priceCents: bought.priceCents, currency: bought.currency }, { priceCents: wanted.priceCents, currency: 'GBP' });
  }
});

test('credits.checkout SX14: an amount is not charged at another price of credits than shown', async () => {
  const plan = { centsPer100Credits: 4000, currency: 'EUR', customAmount: { minMillis: 10_000, maxMillis: 1_000_000 } } as const;
  const agency = await api.createAgency({ plan });
  const page = await agency.openPage();
  await page.enter();
  await agency.call('agency.update', { plan: { ...plan, centsPer100Credits: 9000 } });
  const wanted = { amountMillis: 50_000, currency: 'EUR', returnUrl: page.returnUrl } as const;
  const reply = await page.try('credits.checkout', { ...wanted, centsPer100Credits: 4000 });
  assert.deepEqual(
    { status: reply.status, code: codeOf(reply), param: paramOf(reply) },
    { status: 409, code: 'quote.changed', param: 'centsPer100Credits' },
  );
  assert.equal((await page.call('credits.checkout', { ...wanted, centsPer100Credits: 9000 })).priceCents, 4500);
});

test('credits.checkout L1: an amount is refused where the plan sells packages only, with a sentence that says so', async () => {
  const agency = await api.createAgency({ plan: { centsPer100Credits: 4000, currency: 'EUR' } });
  const page = await agency.openPage();
  await page.enter();
  const reply = await page.try('credits.checkout', { amountMillis: 50_000, returnUrl: page.returnUrl });
  const { code, param, message } = (reply.body as unknown as ErrorBody).error;
  assert.deepEqual(
    { status: reply.status, code, param, message },
    { status: 422, code: 'package.only', param: 'amountMillis', message: 'This plan sells packages only. Choose one of them.' },
  );
});

test('numbers.buy SX14: a number reserved in euros is paid in euros', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 0 });
  const { reservationId, offer } = await reserve(page);
  await changeCurrency(agency, 'GBP');
  const order = await page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl }, newKey());
  assert.deepEqual(
    { priceCents: order.priceCents, currency: order.currency },
    { priceCents: offer.setupCents + offer.monthlyCents, currency: 'EUR' },
  );
});

test('numbers.buy SX14: a number costs its price at the reservation, in credits and to the shown cent', async () => {
  // 71.4 cents each: the sum of the rounded prices differs from the rounded sum.
  const sold = { country: 'US', type: 'local', setupMillis: 51_000, monthlyMillis: 51_000 } as const;
  const { agency, page } = await openNumberShop(api, { credits: 0, changes: { centsPer100Credits: 140, numbers: [sold] } });
  const { reservationId, offer } = await reserve(page);
  assert.deepEqual({ setupCents: offer.setupCents, monthlyCents: offer.monthlyCents }, { setupCents: 71, monthlyCents: 71 });
  const { plan: now } = await agency.call('agency.read', {});
  const dearer = [{ country: 'US', type: 'local', setupMillis: 900_000, monthlyMillis: 900_000 } as const];
  await agency.call('agency.update', { plan: { ...now, centsPer100Credits: 300, numbers: dearer } });
  const order = await page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl }, newKey());
  assert.deepEqual({ priceMillis: order.priceMillis, priceCents: order.priceCents }, { priceMillis: 102_000, priceCents: 142 });
  assert.equal(api.sandbox.stripe.sessions().at(-1)?.amount_total, 142);
  const again = await page.call('numbers.reserve', { number: offer.number, country: 'US', type: 'local' });
  assert.deepEqual(
    { reservationId: again.reservationId, setupCents: again.offer.setupCents },
    { reservationId, setupCents: 71 },
    'what is being paid keeps its price',
  );
});

test('numbers.buy SX14: paid with credits it also costs its price at the reservation', async () => {
  const { agency, page } = await openNumberShop(api);
  const { reservationId } = await reserve(page);
  const { plan: now } = await agency.call('agency.read', {});
  await agency.call('agency.update', {
    plan: { ...now, numbers: [{ country: 'US', type: 'local', setupMillis: 9000, monthlyMillis: 9000 }] },
  });
  assert.equal((await page.call('numbers.buy', { reservationId }, newKey())).priceMillis, 5000);
  assert.equal((await buy(page)).priceMillis, 18_000, 'the next one costs what it costs by then');
  assert.deepEqual(plan.numbers?.[0], { country: 'US', type: 'local', setupMillis: 3000, monthlyMillis: 2000 });
});

test('credits.checkout SX14: a package with another price than shown, or fewer credits, is not sold', async () => {
  const agency = await api.createAgency();
  const page = await agency.openPage();
  await page.enter();
  const { packages } = await page.call('credits.packages', {});
  const shown = packages[1] ?? assert.fail('there are two packages');
  const { id: packageId, credits: creditsMillis, priceCents } = shown;
  const wanted = { packageId, creditsMillis, priceCents, returnUrl: page.returnUrl };
  const sessions = api.sandbox.stripe.sessions().length;
  for (const change of [{ priceCents: priceCents + 1 }, { creditsMillis: creditsMillis - 1000 }]) {
    await agency.call('agency.update', { packages: packages.map((one) => (one.id === packageId ? { ...one, ...change } : one)) });
    const reply = await page.try('credits.checkout', wanted);
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'quote.changed' });
  }
  assert.equal(api.sandbox.stripe.sessions().length, sessions);
  await agency.call('agency.update', { packages });
  assert.equal((await page.call('credits.checkout', wanted)).priceCents, priceCents);
});

test("plans.choose P12: a plan above Stripe's maximum is refused before checkout; credits buy it", async () => {
  const dear = { ...large, priceMillis: 1_000_000_000 };
  const { agency, page } = await openAgency(api, 1_000_000_000);
  const { plan: first } = await agency.call('agency.read', {});
  // 100,000,000 cents, one more than Stripe accepts.
  await agency.call('agency.update', { plan: { ...first, centsPer100Credits: 10_000 }, plans: [dear] });
  const { plans } = await page.call('plans.list', {});
  const planId = plans.find(({ name }) => name === dear.name)?.id ?? '';
  const sessions = api.sandbox.stripe.sessions().length;
  const wanted = { planId, priceMillis: dear.priceMillis, priceCents: 100_000_000, pay: 'money', returnUrl: page.returnUrl } as const;
  const reply = await page.try('plans.choose', wanted);
  assert.deepEqual(
    { status: reply.status, code: codeOf(reply), param: paramOf(reply) },
    { status: 422, code: 'input.invalid', param: 'pay' },
  );
  assert.equal(api.sandbox.stripe.sessions().length, sessions);
  assert.equal((await page.call('plans.choose', { planId, priceMillis: dear.priceMillis })).state, 'done');
});
