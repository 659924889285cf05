import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import type { ErrorBody } from '../../api/contract/index.ts';
import { makeKeys } from '../../api/security/keys.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { type Agency, codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { call, type Reply } from '../support/call.ts';
import type { Page } from '../support/page.ts';
import { dataFolder, ready, spawnApi } from '../support/process.ts';

/** The real limits behind one trusted proxy, which names the caller. */
const api = await startApi({ limitFactor: 1, trustedProxies: 1 });
const { createAgency, url } = api;
let hosts = 0;
/** Returns an address that nobody has used before. */
const fresh = () => {
  hosts += 1;
  return { 'x-forwarded-for': `192.0.${hosts >> 8}.${hosts & 255}` };
};
const visit = (agency: Agency, headers: Record<string, string>) =>
  call(`${url}/v1/brand.read?key=${agency.keys.test.publishable}`, { method: 'GET', origin: agency.origin, headers });
const wrong = { password: 'Wrong-pass-1' };
const enter = (page: Page, login: string, headers: Record<string, string>, password = wrong.password) =>
  page.try('accounts.signIn', { login, password, publicKey: page.publicKey }, headers);

function assertLimited(reply: Reply<unknown>, what = ''): void {
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 429, code: 'rate.limited' }, what);
  const seconds = Number(reply.headers.get('retry-after'));
  assert.ok(seconds >= 1, `${what} says when to come again`);
  assert.equal(reply.headers.get('x-ratelimit-remaining'), '0');
  assert.match((reply.body as ErrorBody).error.message, new RegExp(`wait ${seconds} seconds`));
}

test('brand.read T11: request 101 in a minute is a 429 with a time to wait, also for the page', async () => {
  const agency = await createAgency({ stripe: false });
  const address = fresh();
  for (let request = 1; request <= 100; request += 1) {
    const reply = await visit(agency, address);
    assert.equal(reply.status, 200);
    assert.deepEqual(
      { xRatelimitLimit: reply.headers.get('x-ratelimit-limit'), xRatelimitRemaining: reply.headers.get('x-ratelimit-remaining') },
      { xRatelimitLimit: '100', xRatelimitRemaining: String(100 - request) },
    );
  }
  const reply = await visit(agency, address);
  assertLimited(reply);
  const exposed = reply.headers.get('access-control-expose-headers') ?? '';
  for (const header of ['Retry-After', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'])
    assert.ok(exposed.includes(header));
  assert.equal((await visit(agency, fresh())).status, 200, 'elsewhere it goes on');
  assert.equal((await visit(await createAgency({ stripe: false }), address)).status, 200, 'and at another agency');
});

test('agency.read T11: each kind of caller reads its limit in an answer, and takes nothing from another of its kind', async () => {
  const [agency, other] = [await createAgency({ stripe: false }), await createAgency({ stripe: false })];
  const [page, another] = [await agency.openPage(), await agency.openPage()];
  for (const one of [page, another]) await one.signUp();
  const left = ({ headers }: Reply<unknown>) => ['limit', 'remaining'].map((part) => Number(headers.get(`x-ratelimit-${part}`))).join(' ');
  const read = (one: Agency) => one.try('agency.read', {});
  const balance = (one: Page) => one.try('credits.balance', {});
  const list = () => call(`${url}/v1/agencies.list`, { key: api.deps.keys.platformKey, method: 'GET', headers: fresh() });
  assert.deepEqual(
    {
      agency: left(await read(agency)),
      again: left(await read(agency)),
      live: left(await read(agency.live)),
      other: left(await read(other)),
    },
    { agency: '60000 59999', again: '60000 59998', live: '60000 59999', other: '60000 59999' },
  );
  assert.deepEqual(
    {
      member: left(await balance(page)),
      again: left(await balance(page)),
      another: left(await balance(another)),
      platform: left(await list()),
    },
    { member: '300 299', again: '300 298', another: '300 299', platform: '600 599' },
  );
});

test('accounts.signUp S8: the seventh sign-up from one address in a minute is refused before any work', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  const address = fresh();
  const replies = [];
  for (let request = 1; request <= 7; request += 1) replies.push(await page.try('accounts.signUp', page.form(), address));
  assert.deepEqual(
    replies.slice(0, 6).map(({ status }) => status),
    [200, 200, 200, 200, 200, 200],
  );
  assertLimited(replies[6] as Reply<unknown>);
  assert.equal(await mongoose.connection.collection('clients').countDocuments({ agencyId: page.agency.id }), 6);
  assert.equal((await page.try('accounts.signUp', page.form(), fresh())).status, 200, 'somebody elsewhere signs up');
});

test('accounts.signUp S8: a filled honeypot is refused in one sentence and creates no client', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  const reply = await page.try('accounts.signUp', page.form({ website: 'https://spam.test' }), fresh());
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'signup.refused' });
  assert.equal(await mongoose.connection.collection('clients').countDocuments({ agencyId: page.agency.id }), 0);
  assert.equal((await page.try('accounts.signUp', page.form({ website: '' }), fresh())).status, 200);
});

test('accounts.signIn A20: guessing at one account ends for the guesser, and its owner signs in from elsewhere', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  const form = page.form();
  await page.call('accounts.signUp', form, fresh());
  const address = fresh();
  const spellings = [form.email, form.email.toUpperCase(), ` ${form.email} `];
  for (let guess = 0; guess < 10; guess += 1) {
    assert.equal((await enter(page, spellings[guess % 3] ?? '', address)).status, 401);
  }
  for (const login of spellings) assertLimited(await enter(page, login, address, form.password), 'A21: every spelling is one account');
  assert.equal((await enter(page, form.email, fresh(), form.password)).status, 200);
});

test('accounts.signIn A20: one guess each at many accounts ends too', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  const address = fresh();
  const replies = await Promise.all(Array.from({ length: 65 }, (_, index) => enter(page, `nobody-${index}@example.test`, address)));
  const limited = replies.filter(({ status }) => status === 429);
  assert.equal(limited.length, 5);
  for (const reply of limited) assertLimited(reply);
});

test('accounts.requestReset A20: one mailbox gets a limited number of mails an hour, whoever asks', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  const ask = () => page.try('accounts.requestReset', { email: 'nobody@example.test', returnUrl: page.returnUrl }, fresh());
  for (let request = 1; request <= 30; request += 1) assert.equal((await ask()).status, 200);
  assertLimited(await ask());
});

test('credits.checkout A22: a card tester gets ten checkouts a minute, not a hundred', async () => {
  const agency = await createAgency();
  const page = await agency.openPage();
  const { session } = await page.call('accounts.signUp', page.form(), fresh());
  page.token = session.token;
  const { packages } = await page.call('credits.packages', {});
  const order = { packageId: packages[0]?.id, returnUrl: page.returnUrl };
  const statuses = [];
  for (let request = 1; request <= 12; request += 1) statuses.push((await page.try('credits.checkout', order, fresh())).status);
  assert.deepEqual(statuses.slice(10), [429, 429]);
  assert.ok(statuses.slice(0, 10).every((status) => status === 200));
});

test('sessions.refresh T11: a caller refused too often is ignored for a while, but webhooks never are', async () => {
  const address = fresh();
  const guess = (n: number) => call(`${url}/v1/agency.read`, { method: 'GET', key: `wls_test_guess${n}`, headers: address });
  for (let request = 1; request <= 100; request += 1) assert.equal((await guess(request)).status, 401);
  assertLimited(await guess(101));
  const event = await call(`${url}/api/webhooks/stripe/nobody`, { body: {}, headers: address });
  assert.equal(event.status, 404);
});

test('numbers.buy A22 A21: checkout pages, reservations, provider calls and page reads are limited', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  await page.signUp();
  const url = { kind: 'url', url: 'https://www.example.com/' } as const;
  const asked = [
    ['numbers.buy', 10, { reservationId: 'rsv_none' }],
    ['plans.choose', 10, { planId: 'pln_none', priceMillis: 0 }],
    ['numbers.reserve', 30, { number: '+14155550100', country: 'US', type: 'local' }],
    ['numbers.search', 60, { country: 'US', type: 'local' }],
    ['knowledge.quote', 60, { items: [url] }],
    ['knowledge.add', 120, { items: [url], totalMillis: 0 }],
    ['knowledge.retry', 120, { sourceId: 'src_none' }],
  ] as const;
  for (const [name, count, input] of asked) {
    for (let request = 1; request <= count; request += 1) assert.notEqual((await page.try(name, input as never)).status, 429, name);
    assertLimited(await page.try(name, input as never), name);
  }
});

test('accounts.signUp T11: two processes count together', async () => {
  const port = await freePort();
  const other = spawnApi({
    PORT: String(port),
    DATA_DIR: await dataFolder(),
    MONGODB_URI: api.databaseUri,
    LIVERY_KEYS: JSON.stringify(await makeKeys()),
    TRUST_PROXY: '1',
    LOG_LEVEL: 'silent',
  });
  await ready(other);
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const address = fresh();
  const there = (form: object) =>
    call(`${other.url}/v1/accounts.signUp?key=${agency.keys.test.publishable}`, { origin: agency.origin, body: form, headers: address });
  for (let request = 1; request <= 3; request += 1) {
    assert.equal((await page.try('accounts.signUp', page.form(), address)).status, 200);
    assert.equal((await there(page.form())).status, 200);
  }
  assertLimited(await page.try('accounts.signUp', page.form(), address), 'here');
  assertLimited(await there(page.form()), 'there');
});

test('accounts.signIn A21: a login in wide letters is the same login, for guesses and its owner', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const form = page.form();
  await page.call('accounts.signUp', form, fresh());
  const wide = (text: string, at: number) => {
    const letter = /[a-z]/.test(text[at] ?? '') ? String.fromCharCode(text.charCodeAt(at) + 0xfee0) : (text[at] ?? '');
    return text.slice(0, at) + letter + text.slice(at + 1);
  };
  const spelled = [...'person'].map((_, at) => wide(form.email, at));
  const address = fresh();
  const guess = (login: string) => enter(page, login, address);
  for (const login of [...spelled, form.email, ...spelled].slice(0, 10)) assert.equal((await guess(login)).status, 401, login);
  for (const login of spelled) assertLimited(await guess(login), login);
  assert.equal((await enter(page, spelled[0] ?? '', fresh(), form.password)).status, 200, 'elsewhere its owner still signs in by it');
});
