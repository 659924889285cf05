import assert from 'node:assert/strict';
import { test } from 'node:test';
import Stripe from 'stripe';
import type { Agency } from '../../support/agency.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { stripe } = shop;
const other = await shop.api.createAgency();

const secretOf = async (agency: Agency): Promise<string> => {
  const secret = `whsec_of_${agency.slug.replaceAll('-', '_')}`;
  const { stripe: set } = await agency.call('agency.read', {});
  const account = stripe.accounts().find(({ publishableKey }) => publishableKey === set.publishableKey);
  assert(account && set.productId && set.priceId);
  const draft = { publishableKey: account.publishableKey, secretKey: account.secretKey, productId: set.productId, priceId: set.priceId };
  await agency.call('agency.update', { stripe: { ...draft, webhookSecret: secret } });
  return secret;
};
const secrets = new Map([
  [shop.agency, await secretOf(shop.agency)],
  [other, await secretOf(other)],
]);

interface Sent {
  to?: Agency;
  signedBy?: Agency;
  livemode?: boolean;
  type?: string;
}

/** Sends an event about a session, written and signed here. */
async function send(
  sessionId: string,
  { to = shop.agency, signedBy = to, livemode = false, type = 'checkout.session.completed' }: Sent = {},
) {
  const payload = JSON.stringify({
    id: `evt_${crypto.randomUUID()}`,
    object: 'event',
    type,
    livemode,
    data: { object: { id: sessionId } },
  });
  return post(to, payload, Stripe.webhooks.generateTestHeaderString({ payload, secret: secrets.get(signedBy) ?? '' }));
}

async function post(agency: Agency, payload: string, signature: string) {
  const reply = await fetch(`${shop.api.url}/api/webhooks/stripe/${agency.slug}`, {
    method: 'POST',
    body: payload,
    headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
  });
  const body = (await reply.json()) as { error?: { code: string } };
  return { status: reply.status, code: body.error?.code };
}

const ok = { status: 200, code: undefined };

test('webhooks.stripe P2 F19: an event signed with another agency’s secret is refused and credits nobody', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  assert.deepEqual(await send(order.sessionId, { signedBy: other }), { status: 400, code: 'webhook.signature_refused' });
  assert.deepEqual(await shop.entries(page), []);
  assert.deepEqual(await send(order.sessionId), ok);
  assert.deepEqual(await shop.entries(page), [100_000]);
});

test('webhooks.stripe P2: an address without a secret never accepts, and an unknown address is a 404', async () => {
  const bare = await shop.api.createAgency({ stripe: false });
  const payload = '{}';
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: ' ' });
  assert.deepEqual(await post(bare, payload, signature), { status: 503, code: 'webhook.not_configured' });
  assert.deepEqual(await post({ slug: 'nobody-here' } as Agency, payload, signature), { status: 404, code: 'agency.not_found' });
});

test('webhooks.stripe F19: a session of one agency in an event of another is quarantined', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  assert.deepEqual(await send(order.sessionId, { to: other }), ok);
  assert.deepEqual(await shop.entries(page), []);
  assert.equal(await shop.fees(other), 0);
  assert.ok(shop.logged('webhook.quarantined').some(({ agencyId }) => agencyId === other.id));
});

test('webhooks.stripe F19: of two agencies with one Stripe account, only what is forged is an alarm', async () => {
  const [one, two] = [await shop.api.createAgency(), await shop.api.createAgency({ stripe: false })];
  const { publishableKey, productId, priceId } = (await one.call('agency.read', {})).stripe;
  const keys = { publishableKey: publishableKey ?? '', secretKey: one.stripeSecret, productId: productId ?? '', priceId: priceId ?? '' };
  await two.call('agency.update', { stripe: { ...keys, webhookSecret: 'whsec_two' } });
  secrets.set(two, 'whsec_two');
  const page = await shop.client(one);
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  const about = (sentence: string) => shop.logged(sentence).filter(({ agencyId }) => agencyId === two.id).length;
  assert.deepEqual(await send(order.sessionId, { to: two, signedBy: two }), ok);
  assert.deepEqual({ wrong: about('does not add up'), ignored: about('was ignored') }, { wrong: 0, ignored: 1 });
  assert.deepEqual(await shop.entries(page), []);

  for (const forged of [{ wl_purchase: 'pur_of_nobody' }, { wl_agency: shop.agency.id }, { wl_world: 'test.x' }]) {
    const session = stripe.sessions().find(({ id }) => id === order.sessionId) ?? assert.fail();
    const { metadata } = session;
    stripe.tamper(order.sessionId, { metadata: { ...metadata, ...forged } });
    assert.deepEqual(await send(order.sessionId, { to: two, signedBy: two }), ok);
    stripe.tamper(order.sessionId, { metadata });
  }
  assert.deepEqual({ wrong: about('does not add up'), ignored: about('was ignored') }, { wrong: 3, ignored: 1 });
});

test('webhooks.stripe F19: a session whose metadata name another agency or purchase is quarantined', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  const metadata = { wl_agency: other.id, wl_world: 'test.0', wl_purchase: order.purchaseId };
  stripe.tamper(order.sessionId, { metadata });
  assert.deepEqual(await send(order.sessionId), ok);

  const second = await shop.order(page);
  stripe.pay(second.sessionId);
  stripe.tamper(second.sessionId, { metadata: { ...metadata, wl_agency: shop.agency.id } });
  assert.deepEqual(await send(second.sessionId), ok);
  assert.deepEqual(await shop.entries(page), []);
});

test('webhooks.stripe F16: an event of the agency’s other business is ignored', async () => {
  const { id } = await shop.account().checkout.sessions.create({
    mode: 'payment',
    line_items: [
      {
        price_data: { currency: 'eur', unit_amount: 900, product: (await shop.account().products.create({ name: 'Mug' })).id },
        quantity: 1,
      },
    ],
    success_url: 'https://agency.test/',
  });
  stripe.pay(id);
  assert.deepEqual(await send(id), ok);
  assert.deepEqual(await send('', { type: 'balance.available' }), ok);
});

test('webhooks.stripe F16: an event of a purchase that is not visible yet is requested again', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  const metadata = { wl_agency: shop.agency.id, wl_world: 'test.0', wl_purchase: 'pur_not_yet' };
  const session = await shop.account().checkout.sessions.create({
    mode: 'payment',
    line_items: [{ price: (await shop.agency.call('agency.read', {})).stripe.priceId ?? '', quantity: 1 }],
    success_url: 'https://agency.test/',
    metadata,
  });
  assert.deepEqual(await send(session.id), { status: 503, code: 'webhook.not_ready' });
});

test('webhooks.stripe F16: an event is requested again while Stripe cannot be asked', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  stripe.failNext({ path: '/v1/checkout/sessions', method: 'GET', how: '500', times: 3 });
  assert.deepEqual(await send(order.sessionId), { status: 503, code: 'webhook.not_ready' });
  assert.deepEqual(await send(order.sessionId), ok);
  assert.deepEqual(await shop.entries(page), [100_000]);
});

test('webhooks.stripe F18: an event of the other mode is quarantined', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  assert.deepEqual(await send(order.sessionId, { livemode: true }), ok);
  assert.deepEqual(await shop.entries(page), []);
});

const differences = {
  'one cent': { amount_total: 1 },
  'one cent less': { amount_total: 3999 },
  'twice the quantity': { amount_total: 8000 },
  'another currency': { currency: 'usd' },
  'a coupon for all of it': { amount_total: 0, payment_status: 'no_payment_required' },
  'no payment at the full price': { payment_status: 'no_payment_required' },
  'the other mode': { livemode: true },
  'somebody else’s reference': { client_reference_id: 'pur_other' },
} as const;

for (const [name, fields] of Object.entries(differences)) {
  test(`webhooks.stripe F17: ${name} differs from the sold item, and goes to a person`, async () => {
    const page = await shop.client();
    const order = await shop.order(page);
    stripe.pay(order.sessionId);
    stripe.tamper(order.sessionId, fields);
    assert.deepEqual(await send(order.sessionId), ok);
    assert.deepEqual(await send(order.sessionId), ok);
    assert.equal(await shop.state(page, order), 'review');
    assert.deepEqual(await shop.entries(page), []);
    const alerts = shop.logged('purchase.differs').filter(({ purchaseId }) => purchaseId === order.purchaseId);
    assert.equal(alerts.length, 1, 'one line in the log');
  });
}

const strange: [name: string, event: object | string | null, code: string][] = [
  ['without data', { id: 'evt_1', object: 'event', type: 'checkout.session.completed', livemode: false }, 'webhook.event_unreadable'],
  ['with data of null', { id: 'evt_1', object: 'event', type: 'charge.refunded', livemode: false, data: null }, 'webhook.event_unreadable'],
  [
    'with a number for data',
    { id: 'evt_1', object: 'event', type: 'charge.refunded', livemode: false, data: 5 },
    'webhook.event_unreadable',
  ],
  ['with an object of null', { id: 'evt_1', type: 'charge.refunded', livemode: false, data: { object: null } }, 'webhook.event_unreadable'],
  [
    'with a list for an object',
    { id: 'evt_1', type: 'charge.refunded', livemode: false, data: { object: [] } },
    'webhook.event_unreadable',
  ],
  ['without a type', { id: 'evt_1', livemode: false, data: { object: { id: 'cs_1' } } }, 'webhook.event_unreadable'],
  ['without a mode', { id: 'evt_1', type: 'checkout.session.completed', data: { object: { id: 'cs_1' } } }, 'webhook.event_unreadable'],
  ['that is null', null, 'webhook.event_unreadable'],
  ['that is a word', 'hello', 'webhook.event_unreadable'],
  [
    'that is thin',
    { id: 'evt_1', object: 'v2.core.event', type: 'v1.billing.meter.no_meter_found', livemode: false, created: '2026-01-01T00:00:00Z' },
    'webhook.event_thin',
  ],
];

for (const [name, event, code] of strange) {
  test(`webhooks.stripe SX36: a correctly signed event ${name} is a 400 about its content, not its signature`, async () => {
    const payload = JSON.stringify(event);
    const sign = (secret: string) => Stripe.webhooks.generateTestHeaderString({ payload, secret });
    assert.deepEqual(await post(shop.agency, payload, sign(secrets.get(shop.agency) ?? '')), { status: 400, code });
    // A sender without the secret learns nothing about the content.
    assert.deepEqual(await post(shop.agency, payload, sign('whsec_strange')), { status: 400, code: 'webhook.signature_refused' });
  });
}

test('webhooks.stripe SX36: a signed event without JSON, or of a session without a name, does no harm', async () => {
  const secret = secrets.get(shop.agency) ?? '';
  const payload = '{"id":';
  const answer = await post(shop.agency, payload, Stripe.webhooks.generateTestHeaderString({ payload, secret }));
  assert.deepEqual(answer, { status: 400, code: 'webhook.event_unreadable' });
  assert.deepEqual(await send(5 as never), ok);
  assert.deepEqual(await send(''), ok);
});

test('webhooks.stripe F17: a package whose price rose meanwhile is credited at its price when sold', async () => {
  const page = await shop.client();
  const { packages } = await page.call('credits.packages', {});
  const second = packages[1];
  assert(second);
  const order = await shop.order(page, { packageId: second.id });
  const dearer = { ...second, priceCents: second.priceCents + 2000, creditsMillis: 1_000, priceConfirmed: true };
  await shop.agency.call('agency.update', { packages: [packages[0] ?? second, dearer] });
  stripe.pay(order.sessionId);
  assert.deepEqual(await send(order.sessionId), ok);
  assert.deepEqual(await shop.entries(page), [500_000]);
});
