import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Input } from '../../../api/contract/index.ts';
import { rights, webhookRight } from '../../../api/providers/stripe/settings.ts';
import { neededRights } from './restricted-key.ts';
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

/** The permissions that README.md lists for a restricted key. */
const listed = [...readFileSync('README.md', 'utf8').matchAll(/^\| ([\w ]+) \| (read|write)\b.*\|$/gm)].map(
  ([, name, right]) => `${name}: ${right}`,
);

test('agency.update PX9: the permissions in README.md are those tried when a key is saved', () => {
  assert.deepEqual(
    listed,
    [...rights, webhookRight].map(({ name }) => name),
  );
});

const keyWith = (rights: string[]) => stripe.restrictKey(account.id, { livemode: false, rights });
const without = (...lacking: string[]) => keyWith(neededRights.filter((right) => !lacking.includes(right)));

test('agency.update PX9: a restricted key with the needed permissions is accepted, and a client can pay', async () => {
  assert.equal((await save({ ...good, secretKey: keyWith(neededRights) })).status, 200);
  const order = await shop.order(await shop.client());
  stripe.pay(order.sessionId);
  assert.deepEqual(await shop.deliver(order.sessionId, 'completed'), [200]);
});

const names: Record<string, string> = {
  checkout_session_write: 'Checkout Sessions: write',
  payment_intent_write: 'PaymentIntents: write',
  charge_write: 'Charges and Refunds: write',
  dispute_read: 'Disputes: read',
  product_read: 'Products: read',
  plan_read: 'Prices: read',
  webhook_write: 'Webhook Endpoints: write',
};

for (const [right, name] of Object.entries(names)) {
  test(`agency.update PX9: a key without "${name}" is refused by that name before anything is created`, async () => {
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

test('agency.update PX9: all missing permissions are named at once; read does not suffice for write', async () => {
  const key = keyWith(['checkout_session_read', 'payment_intent_read', 'product_write', 'plan_write']);
  const { message } = await save({ ...good, secretKey: key });
  const lacking = [names.checkout_session_write, names.payment_intent_write, names.charge_write, names.dispute_read, names.webhook_write];
  assert.ok(message.endsWith(`: ${lacking.join(', ')}.`), message);
});

test('agency.update PX9: a key that creates no webhook needs no permission for it', async () => {
  const draft = { ...good, secretKey: without('webhook_write'), webhookSecret: 'whsec_pasted' };
  assert.equal((await save(draft)).status, 200);
});

test('agency.update PX9: an archived product is refused, as an archived price is', async () => {
  await shop.account().products.update(good.productId, { active: false });
  const answer = await save(good);
  await shop.account().products.update(good.productId, { active: true });
  assert.deepEqual(
    { status: answer.status, code: answer.code, param: answer.param },
    { status: 422, code: 'payments.product_inactive', param: 'stripe.productId' },
  );
  assert.equal((await save(good)).status, 200);
});

test('agency.update PX9: an address that the internet cannot reach is named, with a way on', async () => {
  account.wantsPublicUrls = true;
  const answer = await save(good);
  assert.deepEqual(
    { status: answer.status, code: answer.code, param: answer.param },
    { status: 422, code: 'payments.webhook_unreachable', param: 'stripe.webhookSecret' },
  );
  assert.match(answer.message, /internet does not reach it\. Give the signing secret of the Stripe CLI/);
  // A way to continue.
  assert.equal((await save({ ...good, webhookSecret: 'whsec_of_the_cli' })).status, 200);
  account.wantsPublicUrls = false;
});

test('agency.update PX9: an account with the most webhooks is named, and nothing is saved', async () => {
  const mine = shop.account();
  const before = await agency.call('agency.read', {});
  const endpoint = { url: 'https://www.example.com/hook', enabled_events: ['charge.refunded' as const] };
  while ((await mine.webhookEndpoints.list({ limit: 100 })).data.length < 16) await mine.webhookEndpoints.create(endpoint);
  const answer = await save(good);
  assert.deepEqual(
    { status: answer.status, code: answer.code, param: answer.param },
    { status: 422, code: 'payments.webhooks_full', param: 'stripe.webhookSecret' },
  );
  assert.match(answer.message, /Delete one that nobody needs in Stripe, under Developers > Webhooks, and save again/);
  assert.deepEqual(await agency.call('agency.read', {}), before);
  for (const { id, url } of (await mine.webhookEndpoints.list({ limit: 100 })).data)
    if (url === endpoint.url) await mine.webhookEndpoints.del(id);
  assert.equal((await save(good)).status, 200);
});

test('agency.update PX9: a live account that may not charge is refused; a test one can be set up', async () => {
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
  assert.deepEqual(
    { status: answer.status, code: answer.code, param: answer.param },
    { status: 422, code: 'payments.account_inactive', param: 'stripe.secretKey' },
  );
  own.isActive = true;
  assert.equal((await save(draft, young)).status, 200);
});
