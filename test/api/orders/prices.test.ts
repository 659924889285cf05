import assert from 'node:assert/strict';
import { test } from 'node:test';
import Stripe from 'stripe';
import { type Agency, codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { buy, newKey, openNumberShop, plan, reserve } from '../numbers/shop.ts';
import { current, figures, large, openAgency } from './plan-world.ts';

const api = await startApi();
const { priceMillis } = large;
const paramOf = ({ body }: { body: unknown }) => (body as { error: { param?: string } }).error.param;

test('plans.choose SX14: a plan that costs more or less than was shown is not ordered, and nothing is taken', async () => {
  const { agency, page, planId } = await openAgency(api);
  for (const now of [29_999, 30_001, 0]) {
    await agency.call('agency.update', { plans: [{ ...large, id: planId, priceMillis: now }] });
    const reply = await page.try('plans.choose', { planId, priceMillis });
    assert.deepEqual([reply.status, codeOf(reply), paramOf(reply)], [409, 'quote.changed', 'priceMillis']);
  }
  assert.deepEqual([await figures(page), await current(page)], [[100_000, 0, 0], 'Standard']);
  await agency.call('agency.update', { plans: [large].map((one) => ({ ...one, id: planId })) });
  assert.equal((await page.call('plans.choose', { planId, priceMillis })).state, 'done');
});

test('plans.choose SX14: paid with money it is the price in money that must be the one that was shown', async () => {
  const { agency, page, planId } = await openAgency(api);
  const wanted = { planId, priceMillis, pay: 'money', returnUrl: page.returnUrl } as const;
  const { plan: first } = await agency.call('agency.read', {});
  const sessions = api.sandbox.stripe.sessions().length;
  // What credits cost in the client's plan is what the money is worth.
  await agency.call('agency.update', { plan: { ...first, centsPer100Credits: 4004 } });
  const dearer = await page.try('plans.choose', { ...wanted, priceCents: 1200 });
  assert.deepEqual([dearer.status, codeOf(dearer), paramOf(dearer)], [409, 'quote.changed', 'priceCents']);
  const unsaid = await page.try('plans.choose', wanted);
  assert.deepEqual([unsaid.status, codeOf(unsaid), paramOf(unsaid)], [422, 'input.invalid', 'priceCents']);
  assert.equal(api.sandbox.stripe.sessions().length, sessions, 'no page to pay on was opened');
  const order = await page.call('plans.choose', { ...wanted, priceCents: 1201 });
  assert.deepEqual([order.state, order.priceCents], ['open', 1201]);
  assert.equal(api.sandbox.stripe.sessions().at(-1)?.amount_total, 1201);
});

test('plans.choose SX14: an attempt that was begun ends at the price that it was begun with', async () => {
  const { agency, page, planId } = await openAgency(api);
  const [wanted, attempt] = [{ planId, priceMillis }, newKey()];
  api.crashAt('order.after_insert');
  assert.equal((await page.try('plans.choose', wanted, attempt)).status, 500);
  api.crashAt(undefined);
  await agency.call('agency.update', { plans: [{ ...large, id: planId, priceMillis: 90_000 }] });
  const order = await page.call('plans.choose', wanted, attempt);
  assert.deepEqual([order.state, order.priceMillis], ['done', priceMillis]);
  assert.deepEqual(await figures(page), [70_000, 0, 30_000]);
});

/** The agency's prices in another currency, each with its number. */
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

test('plans.choose SX14: what was shown in euros is not charged in pounds, although the number is the same', async () => {
  const { agency, page, planId } = await openAgency(api);
  const shown = (await page.call('plans.list', {})).plans.find(({ id }) => id === planId) ?? assert.fail('it is on the list');
  const { priceCents, currency } = shown;
  const wanted = { planId, priceMillis, priceCents, currency, pay: 'money', returnUrl: page.returnUrl } as const;
  await changeCurrency(agency, 'GBP');
  const sessions = api.sandbox.stripe.sessions().length;
  const reply = await page.try('plans.choose', wanted);
  assert.deepEqual([reply.status, codeOf(reply), paramOf(reply)], [409, 'quote.changed', 'currency']);
  assert.equal(api.sandbox.stripe.sessions().length, sessions, 'no page to pay on was opened');
  const order = await page.call('plans.choose', { ...wanted, currency: 'GBP' });
  assert.deepEqual([order.state, order.priceCents, order.currency], ['open', priceCents, 'GBP']);
  assert.equal(api.sandbox.stripe.sessions().at(-1)?.currency, 'gbp');
  const paid = await page.call('plans.choose', { planId, priceMillis, currency: 'EUR' });
  assert.equal(paid.state, 'done', 'credits have no currency');
});

test('credits.checkout SX14: what was shown in euros is not charged in pounds, as a package or as an amount', async () => {
  const agency = await api.createAgency({
    plan: { centsPer100Credits: 4000, currency: 'EUR', customAmount: { minMillis: 10_000, maxMillis: 1_000_000 } },
  });
  const page = await agency.openPage();
  await page.signUp();
  const { packages } = await page.call('credits.packages', {});
  const { id: packageId, credits: creditsMillis, priceCents } = packages[1] ?? assert.fail('there are two packages');
  await changeCurrency(agency, 'GBP');
  for (const wanted of [
    { packageId, creditsMillis, priceCents },
    { amountMillis: 50_000, priceCents: 2000 },
  ]) {
    const sessions = api.sandbox.stripe.sessions().length;
    const reply = await page.try('credits.checkout', { ...wanted, currency: 'EUR', returnUrl: page.returnUrl });
    assert.deepEqual([reply.status, codeOf(reply), paramOf(reply)], [409, 'quote.changed', 'currency']);
    assert.equal(api.sandbox.stripe.sessions().length, sessions);
    const bought = await page.call('credits.checkout', { ...wanted, currency: 'GBP', returnUrl: page.returnUrl });
    assert.deepEqual([bought.priceCents, bought.currency], [wanted.priceCents, 'GBP']);
  }
});

test('credits.checkout SX14: an amount is not charged at another price of credits than was shown', async () => {
  const plan = { centsPer100Credits: 4000, currency: 'EUR', customAmount: { minMillis: 10_000, maxMillis: 1_000_000 } } as const;
  const agency = await api.createAgency({ plan });
  const page = await agency.openPage();
  await page.signUp();
  await agency.call('agency.update', { plan: { ...plan, centsPer100Credits: 9000 } });
  const wanted = { amountMillis: 50_000, currency: 'EUR', returnUrl: page.returnUrl } as const;
  const reply = await page.try('credits.checkout', { ...wanted, centsPer100Credits: 4000 });
  assert.deepEqual([reply.status, codeOf(reply), paramOf(reply)], [409, 'quote.changed', 'centsPer100Credits']);
  assert.equal((await page.call('credits.checkout', { ...wanted, centsPer100Credits: 9000 })).priceCents, 4500);
});

test('numbers.buy SX14: a number that was kept for euros is paid in euros', async () => {
  const { agency, page } = await openNumberShop(api, { credits: 0 });
  const { reservationId, offer } = await reserve(page);
  await changeCurrency(agency, 'GBP');
  const order = await page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl }, newKey());
  assert.deepEqual([order.priceCents, order.currency], [offer.setupCents + offer.monthlyCents, 'EUR']);
});

test('numbers.buy SX14: a number costs what it cost when it was kept, in credits and in money, to the cent that was shown', async () => {
  // 71.4 cents each: rounded one by one they are not their sum rounded.
  const sold = { country: 'US', type: 'local', setupMillis: 51_000, monthlyMillis: 51_000 } as const;
  const { agency, page } = await openNumberShop(api, { credits: 0, changes: { centsPer100Credits: 140, numbers: [sold] } });
  const { reservationId, offer } = await reserve(page);
  assert.deepEqual([offer.setupCents, offer.monthlyCents], [71, 71]);
  const { plan: now } = await agency.call('agency.read', {});
  const dearer = [{ country: 'US', type: 'local', setupMillis: 900_000, monthlyMillis: 900_000 } as const];
  await agency.call('agency.update', { plan: { ...now, centsPer100Credits: 300, numbers: dearer } });
  const order = await page.call('numbers.buy', { reservationId, pay: 'money', returnUrl: page.returnUrl }, newKey());
  assert.deepEqual([order.priceMillis, order.priceCents], [102_000, 142]);
  assert.equal(api.sandbox.stripe.sessions().at(-1)?.amount_total, 142);
  const again = await page.call('numbers.reserve', { number: offer.number, country: 'US', type: 'local' });
  assert.deepEqual([again.reservationId, again.offer.setupCents], [reservationId, 71], 'what is being paid keeps its price');
});

test('numbers.buy SX14: paid with credits it is the price at which it was kept too', async () => {
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

test('credits.checkout SX14: a package that costs something else than was shown, or holds less, is not offered', async () => {
  const agency = await api.createAgency();
  const page = await agency.openPage();
  await page.signUp();
  const { packages } = await page.call('credits.packages', {});
  const shown = packages[1] ?? assert.fail('there are two packages');
  const { id: packageId, credits: creditsMillis, priceCents } = shown;
  const wanted = { packageId, creditsMillis, priceCents, returnUrl: page.returnUrl };
  const sessions = api.sandbox.stripe.sessions().length;
  for (const change of [{ priceCents: priceCents + 1 }, { creditsMillis: creditsMillis - 1000 }]) {
    await agency.call('agency.update', { packages: packages.map((one) => (one.id === packageId ? { ...one, ...change } : one)) });
    const reply = await page.try('credits.checkout', wanted);
    assert.deepEqual([reply.status, codeOf(reply)], [409, 'quote.changed']);
  }
  assert.equal(api.sandbox.stripe.sessions().length, sessions);
  await agency.call('agency.update', { packages });
  assert.equal((await page.call('credits.checkout', wanted)).priceCents, priceCents);
});

test('plans.choose P12: a plan that costs more money than Stripe takes at once is refused before a page to pay on is opened; credits buy it', async () => {
  const dear = { ...large, priceMillis: 1_000_000_000 };
  const { agency, page } = await openAgency(api, 1_000_000_000);
  const { plan: first } = await agency.call('agency.read', {});
  // 100,000,000 cents, one more than Stripe takes.
  await agency.call('agency.update', { plan: { ...first, centsPer100Credits: 10_000 }, plans: [dear] });
  const { plans } = await page.call('plans.list', {});
  const planId = plans.find(({ name }) => name === dear.name)?.id ?? '';
  const sessions = api.sandbox.stripe.sessions().length;
  const wanted = { planId, priceMillis: dear.priceMillis, priceCents: 100_000_000, pay: 'money', returnUrl: page.returnUrl } as const;
  const reply = await page.try('plans.choose', wanted);
  assert.deepEqual([reply.status, codeOf(reply), paramOf(reply)], [422, 'input.invalid', 'pay']);
  assert.equal(api.sandbox.stripe.sessions().length, sessions);
  assert.equal((await page.call('plans.choose', { planId, priceMillis: dear.priceMillis })).state, 'done');
});
