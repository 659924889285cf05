import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packagesFor } from '../../../api/domain/agencies/package-settings.ts';
import { plansOf } from '../../../api/domain/directory/plan.ts';
import { comesTo } from '../../support/until.ts';
import { addSource, openVoiceClient, textItem, untilState } from '../knowledge/voice-client.ts';
import { Shop } from '../payments/shop.ts';

const shop = await Shop.open();
const { agency, stripe } = shop;
const pro = { name: 'Pro', centsPer100Credits: 3500, currency: 'EUR' as const, priceMillis: 100_000, features: ['numbers'] };
const { plans } = await agency.call('agency.update', { plans: [pro] });
const planId = plans[0]?.id ?? '';

test("credits.checkout MT9 L16: a client sees, pays and is receipted the package at its own plan's price", async () => {
  const page = await shop.client();
  const visitor = await agency.openPage();
  const priceOfFirst = async (of: typeof page) => (await of.call('credits.packages', {})).packages[0]?.priceCents;
  assert.equal(await priceOfFirst(page), 4000);
  await agency.call('plans.assign', { clientId: page.clientId, planId });
  const { packages } = await page.call('credits.packages', {});
  assert.deepEqual(
    packages.map(({ creditsMillis, priceCents }) => ({ creditsMillis, priceCents })),
    [
      { creditsMillis: 100_000, priceCents: 3500 },
      { creditsMillis: 500_000, priceCents: 17_500 },
    ],
  );
  assert.deepEqual((await page.call('bootstrap.read', { token: page.token })).packages.packages, packages);
  assert.equal(await priceOfFirst(visitor), 4000, 'the first plan keeps its prices');
  const order = await shop.order(page);
  assert.equal(order.priceCents, 3500);
  const session = await shop.account().checkout.sessions.retrieve(order.sessionId);
  assert.equal(session.amount_total, 3500);
  stripe.pay(order.sessionId);
  await shop.deliver(order.sessionId, 'completed');
  const { text } = await shop.api.sandbox.mail.waitForMail(page.email, (mail) => mail.text.includes('35'));
  assert.match(text, /35\.00/);
});

test('credits.packages L16: a package costs at most what credits cost in a cheaper plan, at least in a dearer', () => {
  const cents = fc.integer({ min: 60, max: 9_000 });
  fc.assert(
    fc.property(cents, cents, cents, fc.integer({ min: 1, max: 40 }), (firstCents, planCents, priceCents, hundreds) => {
      const one = {
        id: 'pkg_1',
        name: 'A',
        creditsMillis: hundreds * 100_000,
        priceCents,
        currency: 'EUR' as const,
        popular: false,
        active: true,
      };
      const base = { centsPer100Credits: firstCents, currency: 'EUR' as const };
      const settings = { packages: [one], plan: base, plans: [{ ...pro, id: 'pln_2', centsPer100Credits: planCents }] } as never;
      const [first, second] = plansOf(settings);
      assert.equal(first && packagesFor(settings, first)[0]?.priceCents, priceCents);
      const found = second && packagesFor(settings, second)[0]?.priceCents;
      const ofCredits = hundreds * planCents;
      assert.ok(found !== undefined && Number.isInteger(found));
      if (planCents <= firstCents) assert.equal(found, Math.min(priceCents, ofCredits));
      else assert.equal(found, Math.max(priceCents, ofCredits));
    }),
  );
});

test('credits.packages L16: a package whose price in a plan could not be paid is left out there, and stays elsewhere', () => {
  const one = { id: 'pkg_1', name: 'A', creditsMillis: 1_000, priceCents: 50, currency: 'EUR' as const, popular: false, active: true };
  const further = { ...pro, id: 'pln_2', centsPer100Credits: 4_900 };
  const settings = { packages: [one], plan: { centsPer100Credits: 5_000, currency: 'EUR' }, plans: [further] } as never;
  const [first, second] = plansOf(settings);
  assert.deepEqual(first && packagesFor(settings, first).map(({ priceCents }) => priceCents), [50]);
  assert.deepEqual(second && packagesFor(settings, second), [], 'at 49 cents Stripe takes no payment');
});

test('plans.list MT9: the card of a bought plan keeps the price that was paid', async () => {
  const page = await shop.client();
  await agency.allocate(page.clientId, 100_000);
  const seen = async () => (await page.call('plans.list', {})).plans.find(({ id }) => id === planId);
  const before = await seen();
  assert.deepEqual({ priceCents: before?.priceCents, bought: before?.bought }, { priceCents: 4000, bought: null });
  await page.call('plans.choose', { planId, priceMillis: pro.priceMillis });
  const after = await seen();
  assert.deepEqual(
    { priceCents: after?.priceCents, priceMillis: after?.priceMillis, current: after?.current, paidWith: after?.bought?.paidWith },
    { priceCents: 4000, priceMillis: 100_000, current: true, paidWith: 'credits' },
  );
  await agency.call('agency.update', { plans: [{ ...pro, id: planId, priceMillis: 300_000 }] });
  assert.equal((await seen())?.priceMillis, 100_000);
  await agency.call('agency.update', { plans: [{ ...pro, id: planId }] });
});

test('plans.list MT13: a smaller plan says what goes, and what is used beyond its limits', async () => {
  const page = await shop.client();
  const losesIn = async (name: string) => (await page.call('plans.list', {})).plans.find((plan) => plan.name === name)?.loses;
  await agency.call('agency.update', { plan: { limits: { numbers: 0, sources: null } } });
  await agency.call('plans.assign', { clientId: page.clientId, planId });
  const trunk = { number: '+14155550188', terminationUri: 'trunk.test', transport: 'udp' } as const;
  assert.equal((await page.try('numbers.connectTrunk', trunk)).status, 200);
  assert.deepEqual(await losesIn('Standard'), { features: [], limits: [{ limit: 'numbers', was: 100, most: 0, used: 1 }] });
  assert.equal(await losesIn('Pro'), null);
  await agency.call('plans.assign', { clientId: page.clientId, planId: 'pln_standard' });
  assert.deepEqual((await losesIn('Pro'))?.features, ['knowledge']);
  assert.deepEqual((await losesIn('Pro'))?.limits, [{ limit: 'sources', was: null, most: 1000, used: 0 }]);
  assert.equal((await (await agency.openPage()).call('plans.list', {})).plans[0]?.loses, null);
  await agency.call('agency.update', {
    plan: { limits: { storageBytes: 2_000_000 } },
    plans: [{ ...pro, id: planId, limits: { storageBytes: 1_000_000 } }],
  });
  assert.ok(
    (await losesIn('Pro'))?.limits.some(({ limit, was, most }) => limit === 'storageBytes' && was === 2_000_000 && most === 1_000_000),
  );
  await agency.call('agency.update', { plans: [{ ...pro, id: planId }] });
});

test('plans.list MT13: a smaller plan says how many bytes are stored beyond its limit, also after a removal', async () => {
  const { agency: seller, page } = await openVoiceClient(shop.api, {
    credits: 10,
    limits: { numbers: null, sources: null, storageBytes: null },
  });
  await seller.call('agency.update', { plans: [{ ...pro, limits: { storageBytes: 20 } }] });
  const storageIn = async (name: string) =>
    (await page.call('plans.list', {})).plans
      .find((plan) => plan.name === name)
      ?.loses?.limits.find(({ limit }) => limit === 'storageBytes');
  const [first, second] = ['We open at 9.', 'Wir schließen um 17 Uhr.'];
  const { id: firstId } = await addSource(page, textItem('Opening', first));
  await addSource(page, textItem('Closing', second));
  const expected = (text: string) => ({ limit: 'storageBytes', was: null, most: 20, used: Buffer.byteLength(text) });
  assert.deepEqual(await storageIn('Pro'), expected(first + second));
  await untilState(page, firstId, 'ready');
  await page.call('knowledge.remove', { sourceId: firstId });
  await comesTo(async () => (await storageIn('Pro'))?.used, Buffer.byteLength(second));
});
