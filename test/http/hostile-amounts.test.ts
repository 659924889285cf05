import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import mongoose from 'mongoose';
import type { ErrorBody, Input, OperationName } from '../../api/contract/index.ts';
import { startApi } from '../support/api.ts';
import { call, type Reply } from '../support/call.ts';

const { createAgency, url, platformKey } = await startApi();
const hostile = (name: string): unknown[] => JSON.parse(readFileSync(new URL(`../fixtures/hostile/${name}.json`, import.meta.url), 'utf8'));

/** Asserts a clear refusal: 4xx, a stable code, a complete sentence. */
function assertRefused(reply: Reply<unknown>, value: unknown): void {
  const { error } = reply.body as ErrorBody;
  assert.ok(reply.status >= 400 && reply.status < 500, `${JSON.stringify(value)} was answered ${reply.status}`);
  assert.match(error.code, /^[a-z_]+\.[a-z_]+$/);
  assert.match(error.message, /^[A-Z].*[.!]$/s, error.message);
}

const counted = ['transfers', 'clients', 'purchases', 'agencies', 'sessions'];
const stored = async () => Promise.all(counted.map((name) => mongoose.connection.collection(name).countDocuments()));

test('credits.allocate A07: no hostile amount moves anything, and each is refused at its field', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  await page.signUp();
  const before = await stored();
  for (const value of hostile('amounts')) {
    const amountMillis = value as number;
    for (const [name, input] of [
      ['credits.allocate', { clientId: page.clientId, amountMillis, description: 'x' }],
      ['credits.recharge', { clientId: page.clientId, amountMillis }],
    ] as [OperationName, Input<'credits.allocate'>][]) {
      const reply = await agency.try(name, input as never);
      assertRefused(reply, value);
      assert.equal((reply.body as unknown as ErrorBody).error.param, 'amountMillis');
    }
    if (value !== 0)
      assertRefused(await agency.try('usage.record', { clientId: page.clientId, callId: 'call-1', seconds: value as number }), value);
    assertRefused(await page.try('credits.checkout', { amountMillis, returnUrl: page.returnUrl }), value);
  }
  assert.deepEqual(await stored(), before);
  assert.equal((await page.balance()).available, 0);
});

test('accounts.signUp A04: no hostile e-mail, name or password creates an account or causes a 500', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  const before = await stored();
  for (const email of hostile('emails')) assertRefused(await page.try('accounts.signUp', page.form({ email: email as string })), email);
  for (const firstName of hostile('strings'))
    assertRefused(await page.try('accounts.signUp', page.form({ firstName: firstName as string })), firstName);
  for (const password of [null, 5, [], { $ne: null }, 'x'.repeat(2000)]) {
    assertRefused(await page.try('accounts.signUp', page.form({ password: password as string })), password);
    assertRefused(
      await page.try('accounts.signIn', { login: 'a@example.test', password: password as string, publicKey: page.publicKey }),
      password,
    );
  }
  for (const login of hostile('emails'))
    assertRefused(
      await page.try('accounts.signIn', { login: login as string, password: 'Sunny-day-42', publicKey: page.publicKey }),
      login,
    );
  assert.deepEqual(await stored(), before);
});

test("credits.balance A04: an id of nothing is a 404 or a 422, like an id of another agency's client", async () => {
  const [agency, other] = [await createAgency({ stripe: false }), await createAgency({ stripe: false })];
  const page = await other.openPage();
  await page.signUp();
  for (const id of hostile('ids')) {
    const clientId = id as string;
    assertRefused(await agency.try('credits.allocate', { clientId, amountMillis: 1000, description: 'x' }), id);
    assertRefused(await agency.try('usage.record', { clientId, callId: 'call-1', seconds: 60 }), id);
  }
  const foreign = await agency.try('credits.balance', { clientId: page.clientId });
  const nobody = await agency.try('credits.balance', { clientId: 'cli_never_existed' });
  const bare = ({ status, body }: Reply<unknown>) => ({ status, error: { ...(body as ErrorBody).error, requestId: '' } });
  assert.deepEqual(bare(foreign), bare(nobody));
  assert.equal(foreign.status, 404);
});

test('credits.checkout A15: no purchase and no mail leads to an unlisted page', async () => {
  const agency = await createAgency();
  const page = await agency.openPage();
  await page.signUp();
  const { packages } = await page.call('credits.packages', {});
  const before = await stored();
  for (const template of hostile('return-urls')) {
    const text = typeof template === 'string' ? template.replace('AGENCY', new URL(agency.origin).host) : template;
    const returnUrl = text as string;
    assertRefused(await page.try('credits.checkout', { packageId: packages[0]?.id, returnUrl }), text);
    assertRefused(await page.try('accounts.signUp', page.form({ returnUrl })), text);
    assertRefused(await page.try('accounts.requestReset', { email: page.email, returnUrl }), text);
  }
  assert.deepEqual(await stored(), before);
});

test('credits.checkout A18: the page names a package, never a price', async () => {
  const [agency, other] = [await createAgency(), await createAgency()];
  const page = await agency.openPage();
  await page.signUp();
  const { packages } = await page.call('credits.packages', {});
  const foreign = await other.call('credits.packages', {});
  const order = { packageId: packages[0]?.id, returnUrl: page.returnUrl };
  for (const extra of [{ amount: 1 }, { priceId: 'price_1' }, { credits: 5 }, { quantity: 0 }, { metadata: {} }]) {
    const reply = await page.try('credits.checkout', { ...order, ...extra } as never);
    assert.equal(reply.status, 422, JSON.stringify(extra));
  }
  // Shown prices are compared and decide nothing.
  for (const shown of [{ currency: 'USD' }, { priceCents: 1 }] as const)
    assert.equal((await page.try('credits.checkout', { ...order, ...shown })).status, 409, JSON.stringify(shown));
  assert.equal((await page.try('credits.checkout', { ...order, packageId: foreign.packages[0]?.id })).status, 404);
});

test('agency.update A05: a body cannot reach a prototype, a role or a secret field', async () => {
  const agency = await createAgency({ stripe: false });
  for (const body of [
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"_id":"agn_x"}',
    '{"secretKeys":[]}',
    '{"testGeneration":9}',
  ]) {
    assertRefused(await call(`${url}/v1/agency.update`, { key: agency.keys.test.secret, body }), body);
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

const slugs: [slug: string, code: string | undefined][] = [
  ['ab', 'slug.invalid'],
  ['abc', undefined],
  ['a'.repeat(50), undefined],
  ['a'.repeat(51), 'slug.invalid'],
  ['A-b-c', 'slug.invalid'],
  ['a_b_c', 'slug.invalid'],
  ['admin', 'slug.reserved'],
  ['api', 'slug.reserved'],
  ['-abc', 'slug.invalid'],
  ['abc-', 'slug.invalid'],
  ['a--b', 'slug.invalid'],
  ['a-b-3', undefined],
  ['münchen', 'slug.invalid'],
  ['a b c', 'slug.invalid'],
];

for (const [slug, code] of slugs) {
  test(`agencies.create D1: the slug «${slug.slice(0, 12)}» of ${slug.length} is ${code ?? 'taken'}`, async () => {
    const plan = { centsPer100Credits: 4000, currency: 'EUR' };
    const reply = await call<ErrorBody & { slug: string }>(`${url}/v1/agencies.create`, {
      key: platformKey,
      body: { name: 'X', slug, plan },
    });
    assert.equal(reply.body.error?.code, code);
    assert.equal(reply.status, code ? 422 : 200);
    if (!code) assert.equal((await call(`${url}/v1/agencies.create`, { key: platformKey, body: { name: 'X', slug, plan } })).status, 409);
  });
}
