import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Input } from '../../../api/contract/index.ts';
import { rights, webhookRight } from '../../../api/providers/stripe/settings.ts';
import { Shop } from './shop.ts';

const shop = await Shop.open();
const { agency, stripe } = shop;
const current = (await agency.call('agency.read', {})).stripe;
const account = stripe.accounts().find(({ publishableKey }) => publishableKey === current.publishableKey);
assert(account && current.productId && current.priceId);
const { publishableKey, secretKey } = account;
const good = { publishableKey, secretKey, productId: current.productId, priceId: current.priceId };

interface Answer {
  code: string;
  param: string;
  message: string;
}

async function save(draft: Input<'agency.update'>['stripe'], of = agency): Promise<{ status: number } & Answer> {
  const { status, body } = await of.try('agency.update', { stripe: draft });
  const { code = '', param = '', message = '' } = (body as unknown as { error?: Answer }).error ?? {};
  return { status, code, param, message };
}

/** What README.md says a restricted key needs: a right and its resource, as the product names them. */
const listed = [...readFileSync('README.md', 'utf8').matchAll(/^\| ([\w ]+) \| (read|write)\b.*\|$/gm)].map(
  ([, name, right]) => `${name}: ${right}`,
);

test('agency.update PX9: what README.md says a restricted key needs is what is tried when it is saved', () => {
  assert.deepEqual(
    listed,
    [...rights, webhookRight].map(({ name }) => name),
  );
});

const all = ['checkout_session_write', 'payment_intent_write', 'charge_read', 'dispute_read', 'product_read', 'plan_read', 'webhook_write'];
const keyWith = (rights: string[]) => stripe.restrictKey(account.id, { livemode: false, rights });
const without = (...lacking: string[]) => keyWith(all.filter((right) => !lacking.includes(right)));

test('agency.update PX9: a restricted key that may do what is needed is taken, and a client can pay by it', async () => {
  assert.equal((await save({ ...good, secretKey: keyWith(all) })).status, 200);
  const order = await shop.order(await shop.client());
  stripe.pay(order.sessionId);
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);
});

const names: Record<string, string> = {
  checkout_session_write: 'Checkout Sessions: write',
  payment_intent_write: 'PaymentIntents: write',
  charge_read: 'Charges and Refunds: read',
  dispute_read: 'Disputes: read',
  product_read: 'Products: read',
  plan_read: 'Prices: read',
  webhook_write: 'Webhook Endpoints: write',
};

for (const [right, name] of Object.entries(names)) {
  test(`agency.update PX9: a key that lacks "${name}" is refused by that name before anything is made`, async () => {
    const before = (await shop.account().webhookEndpoints.list()).data.length;
    const answer = await save({ ...good, secretKey: without(right) });
    assert.deepEqual(answer, {
      status: 422,
      code: 'payments.key_rights',
      param: 'stripe.secretKey',
      message: `This key may not do all that is needed. Allow it in Stripe, under Developers > API keys: ${name}.`,
    });
    assert.equal((await shop.account().webhookEndpoints.list()).data.length, before);
  });
}

test('agency.update PX9: all that a key lacks is named at once; what reads is not enough where something is written', async () => {
  const key = keyWith(['checkout_session_read', 'payment_intent_read', 'product_write', 'plan_write']);
  const { message } = await save({ ...good, secretKey: key });
  const lacking = [names.checkout_session_write, names.payment_intent_write, names.charge_read, names.dispute_read, names.webhook_write];
  assert.ok(message.endsWith(`: ${lacking.join(', ')}.`), message);
});

test('agency.update PX9: a key that makes no webhook needs no right to it', async () => {
  const draft = { ...good, secretKey: without('webhook_write'), webhookSecret: 'whsec_pasted' };
  assert.equal((await save(draft)).status, 200);
});

test('agency.update PX9: an archived product is refused, as an archived price is', async () => {
  await shop.account().products.update(good.productId, { active: false });
  const answer = await save(good);
  await shop.account().products.update(good.productId, { active: true });
  assert.deepEqual([answer.status, answer.code, answer.param], [422, 'payments.product_inactive', 'stripe.productId']);
  assert.equal((await save(good)).status, 200);
});

test('agency.update PX9: an address that the internet does not reach is said as such, with the way on', async () => {
  account.wantsPublicUrls = true;
  const answer = await save(good);
  assert.deepEqual([answer.status, answer.code, answer.param], [422, 'payments.webhook_unreachable', 'stripe.webhookSecret']);
  assert.match(answer.message, /internet does not reach it\. Give the signing secret of the Stripe CLI/);
  // The way on.
  assert.equal((await save({ ...good, webhookSecret: 'whsec_of_the_cli' })).status, 200);
  account.wantsPublicUrls = false;
});

test('agency.update PX9: an account that has all the webhooks it may is said as such, and nothing is saved', async () => {
  const mine = shop.account();
  const before = await agency.call('agency.read', {});
  const endpoint = { url: 'https://www.example.com/hook', enabled_events: ['charge.refunded' as const] };
  while ((await mine.webhookEndpoints.list({ limit: 100 })).data.length < 16) await mine.webhookEndpoints.create(endpoint);
  const answer = await save(good);
  assert.deepEqual([answer.status, answer.code, answer.param], [422, 'payments.webhooks_full', 'stripe.webhookSecret']);
  assert.match(answer.message, /Delete one that nobody needs in Stripe, under Developers > Webhooks, and save again/);
  assert.deepEqual(await agency.call('agency.read', {}), before);
  for (const { id, url } of (await mine.webhookEndpoints.list({ limit: 100 })).data)
    if (url === endpoint.url) await mine.webhookEndpoints.del(id);
  assert.equal((await save(good)).status, 200);
});

test('agency.update PX9: a live account that Stripe lets take no money is refused; in test mode it may still be set up', async () => {
  const young = await shop.api.createAgency();
  const own = stripe.accounts().at(-1) ?? assert.fail();
  own.isActive = false;
  young.mode = 'live';
  const product = await shop.account({ stripeSecret: own.liveSecretKey }).products.create({ name: 'Credits' });
  const price = await shop
    .account({ stripeSecret: own.liveSecretKey })
    .prices.create({ product: product.id, unit_amount: 4000, currency: 'eur' });
  const draft = { publishableKey: own.livePublishableKey, secretKey: own.liveSecretKey, productId: product.id, priceId: price.id };
  const answer = await save(draft, young);
  assert.deepEqual([answer.status, answer.code, answer.param], [422, 'payments.account_inactive', 'stripe.secretKey']);
  own.isActive = true;
  assert.equal((await save(draft, young)).status, 200);
});
