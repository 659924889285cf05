import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import mongoose from 'mongoose';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';

const { createAgency, url, deps, logs, sandbox } = await startApi();
const password = 'Canary-pass-7';
const card = '4242424242424242';

/** Secrets that must stay where they were given. A page's own token and refresh token are not among them. */
async function canaries() {
  const agency = await createAgency();
  const page = await agency.openPage();
  const { session } = await page.signUp({ password, passwordConfirmation: password });
  const webhookSecret = /whsec_\w+/.exec(JSON.stringify(sandbox.stripe.accounts()))?.[0];
  const sealing = deps.keys.sealing.map(({ key }) => key.toString('base64'));
  const secrets = [
    agency.stripeSecret,
    agency.keys.test.secret,
    agency.keys.live.secret,
    deps.keys.platformKey,
    deps.keys.digest.toString('base64'),
    ...sealing,
  ];
  return { agency, page, session, secrets: [...secrets, ...(webhookSecret ? [webhookSecret] : [])] };
}

test('agency.update A26: no answer, log line or document contains a secret, also after failures', async () => {
  const { agency, page, session, secrets } = await canaries();
  const replies: unknown[] = [];
  const ask = async (reply: Promise<{ body: unknown; headers: Headers }>) => {
    const { body, headers } = await reply;
    replies.push(body, [...headers]);
  };
  await ask(agency.try('agency.read', {}));
  await ask(
    agency.try('agency.update', {
      stripe: { publishableKey: 'pk_test_x', secretKey: `${agency.stripeSecret}broken`, productId: 'prod_x', priceId: 'price_x' },
    }),
  );
  await ask(
    agency.try('agency.update', {
      stripe: { publishableKey: agency.stripeSecret, secretKey: 'pk_test_x', productId: 'prod_x', priceId: 'price_x' },
    }),
  );
  await ask(page.try('accounts.signIn', { login: page.email, password: `${password}!`, publicKey: page.publicKey }));
  await ask(page.try('accounts.signUp', page.form({ password: card, passwordConfirmation: card })));
  await ask(page.try('sessions.refresh', { refreshToken: 'wlr_canary', proof: 'eyJ.canary.proof' }));
  await ask(call(`${url}/v1/agency.read`, { key: `${agency.keys.test.secret}x`, method: 'GET' }));
  await ask(call(`${url}/v1/agency.update`, { key: agency.keys.test.secret, body: `{"slug":"${agency.keys.test.secret}"` }));
  await ask(
    call(`${url}/api/webhooks/stripe/${agency.slug}`, {
      body: { secret: agency.stripeSecret },
      headers: { 'stripe-signature': 't=1,v1=canary' },
    }),
  );
  sandbox.stripe.failNext({ path: '/v1/checkout/sessions', how: '500', times: 9 });
  const { packages } = await page.call('credits.packages', {});
  await ask(page.try('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl }));

  const collections = await Promise.all(
    (await mongoose.connection.listCollections()).map(({ name }) => mongoose.connection.collection(name).find().toArray()),
  );
  const stored = JSON.stringify(collections);
  const logged = logs.join('');
  const answered = JSON.stringify(replies);
  for (const secret of [...secrets, password, card]) {
    for (const [where, text] of Object.entries({ stored, logged, answered }))
      assert.ok(!text.includes(secret), `${where} holds ${secret.slice(0, 8)}…`);
  }
  for (const token of [session.token, session.refreshToken ?? '']) {
    for (const [where, text] of Object.entries({ stored, logged })) assert.ok(!text.includes(token), `${where} holds a token`);
  }
});

test('brand.read A26 H9: the built script and its map contain no key, machine path or platform name', () => {
  const folder = 'dist/embed/v1';
  for (const file of readdirSync(folder)) {
    if (!/\.(js|map)$/.test(file)) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    assert.doesNotMatch(text, /(sk|rk)_(test|live)_\w{8}|whsec_\w{8}|wl[sk]_\w{16}|\/root\/|\/home\//, file);
    assert.doesNotMatch(text, /livery/i, file);
  }
});
