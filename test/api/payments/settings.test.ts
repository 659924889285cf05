import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { agency, stripe } = shop;
const current = (await agency.call('agency.read', {})).stripe;
const account = stripe.accounts().find(({ publishableKey }) => publishableKey === current.publishableKey);
assert(account && current.productId && current.priceId);
const { publishableKey, secretKey, livePublishableKey, liveSecretKey } = account;
const good = { publishableKey, secretKey, productId: current.productId, priceId: current.priceId, webhookSecret: 'whsec_pasted' };

type Answer = { code: string; param: string; message: string };
async function save(changes: Partial<typeof good>): Promise<{ status: number } & Answer> {
  const { status, body } = await agency.try('agency.update', { stripe: { ...good, ...changes } });
  const { code = '', param = '', message = '' } = (body as unknown as { error?: Answer }).error ?? {};
  return { status, code, param, message };
}

const { prices, products } = shop.account();
const price = async (fields: {
  active?: boolean;
  currency?: string;
  unit_amount?: number;
  product?: string;
  recurring?: { interval: 'month' };
}) => (await prices.create({ currency: 'eur', unit_amount: 4000, product: good.productId, ...fields })).id;

test('agency.update P9: valid settings are saved, and their secrets are never returned', async () => {
  assert.equal((await save({})).status, 200);
  const read = await agency.call('agency.read', {});
  assert.deepEqual(read.stripe.secretKey, { set: true, last4: secretKey.slice(-4) });
  assert.ok(!JSON.stringify(read).includes('sk_test_') && !shop.api.logs.join('').includes(secretKey));
});

const wrong: Record<string, () => Promise<[Partial<typeof good>, string, string]>> = {
  'a recurring price': async () => [{ priceId: await price({ recurring: { interval: 'month' } }) }, 'payments.price_recurring', 'priceId'],
  'another amount': async () => [{ priceId: await price({ unit_amount: 4001 }) }, 'payments.amount_mismatch', 'priceId'],
  'a price in dollars': async () => [{ priceId: await price({ currency: 'usd' }) }, 'payments.currency_mismatch', 'priceId'],
  'an inactive price': async () => [{ priceId: await price({ active: false }) }, 'payments.price_inactive', 'priceId'],
  'a live publishable key with a test secret': async () => [
    { publishableKey: livePublishableKey },
    'payments.mode_mismatch',
    'publishableKey',
  ],
  'a live secret key with a test publishable': async () => [{ secretKey: liveSecretKey }, 'payments.mode_mismatch', 'secretKey'],
  'a price of another product': async () => [
    { priceId: await price({ product: await other() }) },
    'payments.price_of_other_product',
    'priceId',
  ],
  'a price that is not there': async () => [{ priceId: 'price_never' }, 'payments.price_not_found', 'priceId'],
  'a product that is not there': async () => [{ productId: 'prod_never' }, 'payments.product_not_found', 'productId'],
  'a key that Stripe does not know': async () => [{ secretKey: 'sk_test_unknown' }, 'payments.key_refused', 'secretKey'],
};
const other = async () => (await products.create({ name: 'Mugs' })).id;

for (const [name, draft] of Object.entries(wrong)) {
  test(`agency.update P9: ${name} is refused by a code of its own`, async () => {
    const [changes, code, field] = await draft();
    const answer = await save(changes);
    assert.deepEqual({ status: answer.status, code: answer.code, param: answer.param }, { status: 422, code, param: `stripe.${field}` });
  });
}

test('agency.update P9: the sentence about a wrong amount names both', async () => {
  const { message } = await save({ priceId: await price({ unit_amount: 3999 }) });
  assert.equal(message, 'The Stripe price is €39.99, but 100 credits costs €40.00. Give stripe.priceId a price of that amount.');
});

const kinds: [keyof typeof good, string, RegExp][] = [
  ['publishableKey', secretKey, /this is Stripe's secret key/],
  ['publishableKey', 'wlp_test_abc', /this is the publishable key of your widgets/],
  ['secretKey', publishableKey, /this is Stripe's publishable key/],
  ['secretKey', 'wls_test_abc', /this is the secret key of your widgets/],
  ['secretKey', 'whsec_abc', /this is a webhook's signing secret/],
  ['secretKey', 'sk_test_\r\nHost: x', /this is Stripe's secret key/],
  ['secretKey', '', /this is something else/],
  ['productId', good.priceId, /this is a price's id/],
  ['productId', 'prod\ud800', /this is something else/],
  ['priceId', good.productId, /this is a product's id/],
  ['priceId', '../../balance ', /this is something else/],
  ['webhookSecret', secretKey, /this is Stripe's secret key/],
  ['webhookSecret', '  ', /this is something else/],
  ['secretKey', 'constructor_x', /this is something else/],
];

test('agency.update P9: a key of the wrong kind is named, before Stripe is asked and without repeating it', async () => {
  for (const [field, value, sentence] of kinds) {
    const answer = await save({ [field]: value });
    assert.deepEqual(
      { status: answer.status, code: answer.code, param: answer.param },
      { status: 422, code: 'payments.key_kind', param: `stripe.${field}` },
      `${field}: ${value}`,
    );
    assert.match(answer.message, sentence);
    assert.ok(value.trim().length < 4 || !answer.message.includes(value));
  }
});

test('agency.update P9: nothing of a refused draft is saved', async () => {
  const before = await agency.call('agency.read', {});
  await save({ priceId: 'price_never' });
  assert.deepEqual(await agency.call('agency.read', {}), before);
});

test("agency.update P9: a package that no longer matches the agency's Stripe price is refused", async () => {
  const { packages } = await agency.call('agency.read', {});
  const dearer = packages.map((one) => ({ ...one, priceCents: one.priceCents + 1 }));
  const { status, body } = await agency.try('agency.update', { packages: dearer });
  assert.deepEqual({ status, code: (body as unknown as { error: Answer }).error.code }, { status: 422, code: 'payments.amount_mismatch' });
});

test("agency.update P12: a free choice beyond Stripe's limits is refused when the plan is saved", async () => {
  const { plan } = await agency.call('agency.read', {});
  const choice = async (minMillis: number, maxMillis: number) => {
    const { status, body } = await agency.try('agency.update', { plan: { ...plan, customAmount: { minMillis, maxMillis } } });
    const { param = '', message = '' } = (body as unknown as { error?: Answer }).error ?? {};
    return { status, param, message };
  };
  const sentence = 'A payment is between €0.50 and €999,999.99, and 1 credit is 1000.';
  assert.deepEqual(await choice(1000, 10_000), { status: 422, param: 'plan.customAmount.minMillis', message: sentence });
  const tooMuch = await choice(2000, 10_000_000_000);
  assert.deepEqual(tooMuch, { status: 422, param: 'plan.customAmount.maxMillis', message: sentence });
  assert.equal((await choice(2000, 10_000)).status, 200);
});

test('agency.update P12: what is wrong with a free choice has a sentence of its own', async () => {
  const { plan } = await agency.call('agency.read', {});
  const faultOf = async (customAmount: { minMillis: number; maxMillis: number }, changes = {}) => {
    const { status, body } = await agency.try('agency.update', { plan: { ...plan, ...changes, customAmount } });
    const { param = '', message = '' } = (body as unknown as { error?: Answer }).error ?? {};
    return { status, param, message };
  };
  const at = 'plan.customAmount';
  const notWhole = 'Give whole credits: 1 credit is 1000.';
  const crossed = 'The largest amount must not be below the smallest; 1 credit is 1000.';
  const free = 'A custom amount needs a price of credits, and centsPer100Credits is 0. Leave customAmount out.';
  const range = { minMillis: 5000, maxMillis: 10_000 };
  assert.deepEqual(await faultOf({ ...range, minMillis: 5500 }), { status: 422, param: `${at}.minMillis`, message: notWhole });
  assert.deepEqual(await faultOf({ ...range, maxMillis: 10_500 }), { status: 422, param: `${at}.maxMillis`, message: notWhole });
  assert.deepEqual(await faultOf({ ...range, minMillis: 11_000 }), { status: 422, param: `${at}.maxMillis`, message: crossed });
  assert.deepEqual(await faultOf(range, { centsPer100Credits: 0 }), { status: 422, param: at, message: free });
  assert.equal((await faultOf({ minMillis: 5000, maxMillis: 5000 })).status, 200);
  assert.equal((await agency.try('agency.update', { plan })).status, 200);
});

test('agency.update P9: a key of the other mode is told before what is missing beside it', async () => {
  const fresh = await shop.api.createAgency({ stripe: false });
  const faultOf = async (stripeFields: Partial<typeof good>) => {
    const { body } = await fresh.live.try('agency.update', { stripe: stripeFields });
    const { code = '', param = '' } = (body as unknown as { error?: Answer }).error ?? {};
    return { code, param };
  };
  const mismatch = 'payments.mode_mismatch';
  assert.deepEqual(await faultOf({ publishableKey, secretKey }), { code: mismatch, param: 'stripe.publishableKey' });
  assert.deepEqual(await faultOf({ publishableKey: livePublishableKey, secretKey }), { code: mismatch, param: 'stripe.secretKey' });
  assert.deepEqual(await faultOf({ publishableKey: secretKey }), { code: 'payments.key_kind', param: 'stripe.publishableKey' });
  assert.deepEqual(await faultOf({ publishableKey: livePublishableKey }), { code: 'input.invalid', param: 'stripe.secretKey' });
});

test('agency.update P9: saving again leaves one webhook endpoint at Stripe, whose secret is stored', async () => {
  const { webhookSecret: _pasted, ...made } = good;
  for (let times = 0; times < 3; times += 1) await agency.call('agency.update', { stripe: made });
  const { data } = await shop.account().webhookEndpoints.list();
  assert.equal(data.length, 1);
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);
  assert.equal((await agency.call('agency.read', {})).stripe.webhookSecret.last4?.length, 4);
});

const endpoints = async () => (await shop.account().webhookEndpoints.list()).data.map(({ id }) => id).sort();

test('agency.update SX7: three parallel saves leave one webhook endpoint, and its events verify', async () => {
  const { webhookSecret: _pasted, ...made } = good;
  const replies = await Promise.all([1, 2, 3].map(() => agency.try('agency.update', { stripe: made })));
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal((await endpoints()).length, 1);
  const order = await shop.order(await shop.client());
  stripe.pay(order.sessionId);
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);
});

test('agency.update SX7: Stripe settings for test and live saved at once are both kept', async () => {
  const other = await shop.api.createAgency({ stripe: false });
  await Promise.all([other.connectStripe(shop.api.sandbox, undefined), other.live.connectStripe(shop.api.sandbox, undefined)]);
  for (const each of [other, other.live]) assert.equal((await each.call('agency.read', {})).stripe.secretKey.set, true, each.mode);
});

test('agency.update SX29: a refused save leaves no webhook endpoint, and a taken slug creates none', async () => {
  const other = await shop.api.createAgency({ stripe: false });
  const { webhookSecret: _pasted, ...made } = good;
  const [before, { version }] = [await endpoints(), await agency.call('agency.read', {})];
  const live = { ...made, publishableKey: livePublishableKey, secretKey: liveSecretKey };
  const reply = await agency.live.try('agency.update', { slug: other.slug, stripe: live });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'slug.taken' });
  assert.equal((await agency.try('agency.update', { version: version - 1, stripe: made })).status, 409);
  assert.deepEqual(await endpoints(), before);
  // Another save is first while Stripe is being asked.
  const [slow] = await Promise.all([
    agency.try('agency.update', { stripe: { ...made, priceId: good.priceId, webhookSecret: null } }),
    agency.try('agency.update', { stripe: { webhookSecret: 'whsec_quicker_than_others' } }),
  ]);
  const stored = (await agency.call('agency.read', {})).stripe.webhookSecret.last4;
  assert.equal((await endpoints()).length, stored === 'hers' ? 0 : 1, `after a ${slow.status}`);
});

test('agency.update MT3: the first package changes price with a new Stripe price, without another key', async () => {
  const { packages } = await agency.call('agency.read', {});
  const [first, ...rest] = packages.map(({ id }) => ({ id }));
  assert(first);
  const [dearer, before] = [await price({ unit_amount: 4500 }), await endpoints()];
  const changed = { packages: [{ ...first, priceCents: 4500 }, ...rest], stripe: { priceId: dearer } };
  const alone = await agency.try('agency.update', { packages: changed.packages });
  assert.deepEqual({ status: alone.status, code: codeOf(alone) }, { status: 422, code: 'payments.amount_mismatch' });
  const { stripe: now } = await agency.call('agency.update', changed);
  assert.deepEqual({ ...now, priceId: dearer, packageId: first.id }, now);
  assert.deepEqual(await endpoints(), before, 'no endpoint is made for it');
  const order = await shop.order(await shop.client(), { packageId: first.id });
  assert.equal(order.priceCents, 4500);
  const cheaper = { packages: [{ ...first, priceCents: 4000 }, ...rest], stripe: { priceId: good.priceId } };
  await agency.call('agency.update', cheaper);
});

test('agency.update MT3: every other package changes freely, and the Stripe price follows its own package', async () => {
  const { packages, stripe: before } = await agency.call('agency.read', {});
  const [first, second] = packages;
  assert(first && second);
  const { packages: moved, stripe: after } = await agency.call('agency.update', {
    packages: [
      { id: second.id, priceCents: 17_500 },
      { name: 'New', creditsMillis: 50_000, priceCents: 2500, currency: 'EUR' },
      { id: first.id },
    ],
  });
  assert.deepEqual({ ...after, packageId: first.id }, before);
  const client = await shop.client();
  const sold = [];
  for (const { id } of moved) sold.push((await shop.order(client, { packageId: id })).priceCents);
  assert.deepEqual(sold, [17_500, 2500, 4000]);
  const ofPrice = (await shop.account().checkout.sessions.list({ limit: 3, expand: ['data.line_items'] })).data.filter(({ line_items }) =>
    line_items?.data.some((item) => item.price?.id === good.priceId),
  );
  assert.equal(ofPrice.length, 1);
  await agency.call('agency.update', { packages: [{ id: first.id }, { id: second.id }] });
});

test("agency.update SX7: an agency that changes accounts leaves the old one's endpoint", async () => {
  const other = await shop.api.createAgency();
  const former = shop.account(other);
  await other.connectStripe(shop.api.sandbox, { priceCents: 4000, currency: 'EUR', name: '' });
  assert.equal((await former.webhookEndpoints.list()).data.length, 1, 'what is being paid there is still told');
  assert.equal((await shop.account(other).webhookEndpoints.list()).data.length, 1);
});

test('agency.update P9: a Stripe that does not answer is reported as such', async () => {
  stripe.failNext({ path: '/v1/products', method: 'GET', how: '500', times: 3 });
  assert.deepEqual({ first: (await save({})).status, second: (await save({})).status }, { first: 503, second: 200 });
});

test('credits.checkout P9: a key that was revoked later is not the buyer’s problem', async () => {
  const page = await shop.client();
  const { packages } = await page.call('credits.packages', {});
  stripe.accounts().find(({ id }) => id === account.id)!.secretKey = 'sk_test_rolled';
  const { status, body } = await page.try('credits.checkout', { packageId: packages[0]?.id ?? '', returnUrl: page.returnUrl });
  assert.deepEqual({ status, code: (body as unknown as { error: Answer }).error.code }, { status: 503, code: 'payments.not_configured' });
});
