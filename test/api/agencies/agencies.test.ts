import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { paymentSettings } from '../../../api/domain/payments/stripe.ts';
import { agencyById } from '../../../api/models/agency.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { call } from '../../support/call.ts';

const { createAgency, url, deps, platformKey, databaseUri } = await startApi();

test('agency.update T10: secrets go in sealed and come out as their last four characters', async () => {
  const agency = await createAgency();
  const { stripe } = await agency.call('agency.read', {});
  assert.deepEqual(stripe.secretKey, { set: true, last4: agency.stripeSecret.slice(-4) });
  assert.equal(stripe.webhookSecret.set, true);
  assert.ok(databaseUri);
  for (const { name } of await mongoose.connection.listCollections()) {
    const dump = JSON.stringify(await mongoose.connection.collection(name).find().toArray());
    assert.doesNotMatch(dump, /sk_test_|whsec_|wls_|wlk_/, `${name} holds a secret`);
  }
});

test('agency.update T10: a ciphertext moved to another agency does not open', async () => {
  const [one, other] = [await createAgency(), await createAgency()];
  const [stored, thief] = [await agencyById(one.id), await agencyById(other.id)];
  assert.ok(stored && thief);
  assert.equal(paymentSettings(stored, 'test', deps)?.secretKey, one.stripeSecret);
  assert.throws(() => paymentSettings({ ...thief, stripe: stored.stripe }, 'test', deps));
  assert.ok(stored.stripe.test);
  const cut = { ...stored.stripe.test, secretKey: { ...stored.stripe.test.secretKey, tag: 'AAAAAA==' } };
  assert.throws(() => paymentSettings({ ...stored, stripe: { test: cut } }, 'test', deps), 'a shortened tag does not open either');
});

test('agencies.create P15: one currency in a wallet; packages in another are refused', async () => {
  const plan = { centsPer100Credits: 3500, currency: 'GBP' };
  const packages = [{ name: '100', credits: 100_000, priceCents: 3500, currency: 'EUR' }];
  const reply = await call(`${url}/v1/agencies.create`, { key: platformKey, body: { name: 'Mixed', slug: 'mixed-one', plan, packages } });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'package.currency_mixed' });
});

test('agencies.create T6: an origin is scheme, host and port; look-alikes are refused', async () => {
  const plan = { centsPer100Credits: 4000, currency: 'EUR' };
  for (const origin of [
    'example.com/path',
    'https://example.com/path',
    'https://*.com',
    'https://a.*.com',
    'https://u@example.com',
    'null',
    '*',
    'ftp://x.test',
    'https://x.test?y',
  ]) {
    const reply = await call(`${url}/v1/agencies.create`, {
      key: platformKey,
      body: { name: 'X', slug: 'origin-one', plan, origins: [origin] },
    });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'input.invalid' }, origin);
  }
});

test('agency.update D1: a renamed agency keeps its old webhook address, and nobody else gets it', async () => {
  const agency = await createAgency({ stripe: false });
  const next = `${agency.slug}-new`;
  await agency.live.call('agency.update', { slug: next });
  assert.match((await agency.call('agency.read', {})).stripe.webhookUrl, new RegExp(`/${next}$`));
  assert.equal((await call(`${url}/api/webhooks/stripe/${agency.slug}`, { body: {} })).status, 503, 'known, without a secret');
  const other = await createAgency({ stripe: false });
  const reply = await other.live.try('agency.update', { slug: agency.slug });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'slug.taken' });
});

test('agency.update P10: test and live are two worlds', async () => {
  const agency = await createAgency();
  const page = await agency.openPage();
  await page.signUp();
  agency.mode = 'live';
  assert.equal((await agency.try('credits.balance', { clientId: page.clientId })).status, 404);
  assert.equal((await agency.call('agency.read', {})).stripe.secretKey.set, false);
  assert.equal(await agency.minutes(), 50_000);
});

test('agency.update L1: a new price is offered at once', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  await agency.call('agency.update', { packages: [{ name: 'Small', credits: 10_000, priceCents: 500, currency: 'EUR' }] });
  assert.deepEqual(
    (await page.call('credits.packages', {})).packages.map(({ priceCents }) => priceCents),
    [500],
  );
});
