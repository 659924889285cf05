import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import mongoose from 'mongoose';
import { createApp } from '../../api/app.ts';
import type { Limit } from '../../api/contract/operation.ts';
import { createLimits } from '../../api/domain/limits/limits.ts';
import { fingerprint } from '../../api/security/digest.ts';
import { makeKeys } from '../../api/security/keys.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { type Agency, codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';
import { call } from '../support/call.ts';
import type { Page } from '../support/page.ts';
import { dataFolder, spawnApi } from '../support/process.ts';
import { comesTo } from '../support/until.ts';
import { names, operationOf } from './world.ts';

/** The real limits behind one trusted proxy, which names the caller. */
const api = await startApi({ limitFactor: 1, trustedProxies: 1 });
const { createAgency, sandbox, url, deps } = api;
let hosts = 0;
/** Returns an address that nobody has used before. */
const fresh = () => {
  hosts += 1;
  return { 'x-forwarded-for': `192.0.${hosts >> 8}.${hosts & 255}` };
};
type Address = ReturnType<typeof fresh>;
const office: Address = { 'x-forwarded-for': '203.0.113.1' };

const enter = (page: Page, login: string, address: Address, password = 'Sunny-day-42') =>
  page.try('accounts.signIn', { login, password, publicKey: page.publicKey }, address);

/** Signs a client up from an address, and returns its page. */
async function person(agency: Agency, address: Address): Promise<Page> {
  const page = await agency.openPage();
  const form = page.form();
  const { account, session } = await page.call('accounts.signUp', form, address);
  page.email = form.email;
  page.clientId = account.clientId;
  page.token = session.token;
  page.refreshToken = session.refreshToken ?? '';
  return page;
}

/** Asks for the brand until this address is over its limit. */
async function useUp(agency: Agency, address: Address): Promise<void> {
  const ask = () =>
    call(`${url}/v1/brand.read?key=${agency.keys.test.publishable}`, { method: 'GET', origin: agency.origin, headers: address });
  for (let request = 1; request <= 100; request += 1) assert.equal((await ask()).status, 200);
  assert.equal((await ask()).status, 429);
}

/** Reads how much of a limit shared by an agency's visitors or clients is used. */
async function countedOf({ id }: Agency, name: string): Promise<number> {
  const key = `${name}/agency/60:${fingerprint(JSON.stringify([`${id}/test.0`]))}`;
  return (await mongoose.connection.collection('limits').findOne({ key }))?.points ?? 0;
}

async function mailedToken(to: string, kind: 'verify' | 'reset'): Promise<string> {
  const { text } = await sandbox.mail.waitForMail(to, (mail) => mail.text.includes(`#wl-${kind}=`));
  return new RegExp(`#wl-${kind}=([\\w.-]+)`).exec(text)?.[1] ?? assert.fail(text);
}

test("credits.balance SX9: a stranger's failures at an address stop no good key or token; one log line", async () => {
  // As behind a proxy unknown to the API: all callers share one address.
  const direct = createServer(createApp({ ...deps, trustedProxies: 0, limits: createLimits({ factor: 1 }) }));
  await new Promise<void>((resolve) => direct.listen(0, '127.0.0.1', resolve));
  after(() => direct.close());
  const base = `http://127.0.0.1:${(direct.address() as AddressInfo).port}`;
  const [northwind, harbor] = [await createAgency({ stripe: false }), await createAgency({ stripe: false })];
  const page = await person(northwind, fresh());
  const said = () => api.logs.filter((line) => line.includes('proxy.not_trusted')).length;
  const before = said();

  const read = (path: string, sent: object) => call(`${base}/v1/${path}`, { method: 'GET', headers: fresh(), ...sent });
  const wrong = [
    (n: number) => read('agency.read', { key: `wls_test_guess${n}` }),
    (n: number) => read(`brand.read?key=wlp_test_guess${n}`, { origin: northwind.origin }),
    () => read(`brand.read?key=${northwind.keys.test.publishable}`, { origin: 'https://evil.test' }),
    (n: number) => read('credits.balance', { key: `eyJ.no.token${n}` }),
  ];
  const statuses = [];
  for (let n = 0; n < 110; n += 1) statuses.push((await wrong[n % wrong.length]?.(n))?.status);
  assert.ok(statuses.slice(0, 100).every((status) => status === 401 || status === 403));
  assert.deepEqual(new Set(statuses.slice(100)), new Set([429]), 'who fails is told to wait');

  const good = {
    client: await read(`credits.balance?key=${northwind.keys.test.publishable}`, { key: page.token, origin: northwind.origin }),
    server: await read('agency.read', { key: harbor.keys.live.secret }),
    visitor: await read(`brand.read?key=${harbor.keys.test.publishable}`, { origin: harbor.origin }),
  };
  assert.deepEqual(Object.fromEntries(Object.entries(good).map(([who, { status }]) => [who, status])), {
    client: 200,
    server: 200,
    visitor: 200,
  });
  assert.equal(said() - before, 1);
});

test('agency.read SX9: a wrong key that is repeated is looked up once', async (t) => {
  const asked: string[] = [];
  mongoose.set('debug', (collection: string) => asked.push(collection));
  t.after(() => mongoose.set('debug', false));
  const address = fresh();
  for (let request = 0; request < 50; request += 1) {
    await call(`${url}/v1/agency.read`, { method: 'GET', key: 'wls_test_the_same_wrong_key', headers: address });
    await call(`${url}/v1/brand.read?key=wlp_test_the_same_wrong_key`, { method: 'GET', origin: 'https://a.test', headers: address });
  }
  assert.equal(asked.filter((collection) => collection === 'agencies').length, 2);
});

test('sessions.refresh SX9: a neighbour who uses up an address stops no signed-in page and no mailed link', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await person(agency, fresh());
  await useUp(agency, office);
  const refreshed = await page.try('sessions.refresh', await page.prove(`${url}/v1/sessions.refresh`), office);
  assert.equal(refreshed.status, 200);
  assert.equal(refreshed.headers.get('retry-after'), null);
  const boot = await page.try('bootstrap.read', { refresh: await page.prove(`${url}/v1/bootstrap.read`) }, office);
  assert.equal(boot.body.account?.email, page.email);
  assert.equal((await page.try('bootstrap.read', { token: page.token }, office)).status, 200);
  assert.equal((await page.try('accounts.verifyEmail', { token: await mailedToken(page.email, 'verify') }, office)).status, 200);

  const stranger = await agency.openPage();
  stranger.refreshToken = 'wlr_of_nobody';
  const refused = {
    refresh: await stranger.try('sessions.refresh', await stranger.prove(`${url}/v1/sessions.refresh`), office),
    bootstrap: await stranger.try('bootstrap.read', {}, office),
    token: await stranger.try('bootstrap.read', { token: 'eyJ.no.token' }, office),
    link: await stranger.try('accounts.verifyEmail', { token: 'eyJ.no.link' }, office),
    garbage: await stranger.try('bootstrap.read', { nonsense: true } as never, office),
  };
  for (const [what, reply] of Object.entries(refused))
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 429, code: 'rate.limited' }, what);
});

test('sessions.refresh SX9: a signed-in page has a limit of its own', async () => {
  const agency = await createAgency({ stripe: false });
  const [page, other] = [await person(agency, fresh()), await person(agency, fresh())];
  await useUp(agency, office);
  const statuses = [];
  for (let request = 1; request <= 101; request += 1) {
    statuses.push((await page.try('bootstrap.read', { token: page.token }, office)).status);
  }
  assert.deepEqual({ indexOf: statuses.indexOf(429), lastIndexOf: statuses.lastIndexOf(200) }, { indexOf: 100, lastIndexOf: 99 });
  assert.equal((await other.try('bootstrap.read', { token: other.token }, office)).status, 200);
});

test('accounts.reset SX9: a good link works whatever links a neighbour tried', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await person(agency, fresh());
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl }, fresh());
  const passwords = { password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' };
  const reset = (token: string) => page.try('accounts.reset', { token, ...passwords }, office);
  for (let guess = 1; guess <= 20; guess += 1) assert.equal((await reset(`eyJ.${guess}.x`)).status, 422);
  assert.equal((await reset('eyJ.21.x')).status, 429);
  assert.equal((await reset(await mailedToken(page.email, 'reset'))).status, 200);
});

test('accounts.signIn SX9: a correct sign-in uses up nothing, so an office may sign in freely', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await person(agency, fresh());
  for (let request = 1; request <= 65; request += 1) assert.equal((await enter(page, page.email, office)).status, 200);
  for (let guess = 1; guess <= 10; guess += 1) assert.equal((await enter(page, page.email, office, 'Wrong-pass-1')).status, 401);
  assert.equal((await enter(page, page.email, office)).status, 429, 'and guessing still ends');
});

test('accounts.signIn SX13: invalid sign-in bodies lock out nobody but their own address', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await person(agency, fresh());
  const garbage = (address: Address) =>
    call(`${url}/v1/accounts.signIn?key=${agency.keys.test.publishable}`, { origin: agency.origin, body: '{', headers: address });
  const addresses = Array.from({ length: 4 }, fresh);
  const statuses = await Promise.all(
    addresses.map(async (address) => {
      const sent = [];
      for (let request = 1; request <= 61; request += 1) sent.push((await garbage(address)).status);
      return sent;
    }),
  );
  for (const sent of statuses)
    assert.deepEqual({ limitedAt: sent.indexOf(429), before: new Set(sent.slice(0, 60)) }, { limitedAt: 60, before: new Set([400]) });
  assert.equal((await enter(await agency.openPage(), page.email, fresh())).status, 200);
  assert.equal((await enter(await agency.openPage(), page.email, addresses[0] ?? office)).status, 429, 'at that address a stranger waits');
  assert.equal(await countedOf(agency, 'accounts.signIn'), 0);
});

test('accounts.signIn SX13: after strangers used up all guesses, a known device and place still sign in', async () => {
  const [agency, other] = [await createAgency({ stripe: false }), await createAgency({ stripe: false })];
  const home = fresh();
  const [page, elsewhere] = [await person(agency, home), await person(other, fresh())];
  const limits: readonly Limit[] = operationOf('accounts.signIn').limits ?? [];
  const useUpGuesses = async (part: 'agency' | 'address', who: string) => {
    const rule = limits.find(({ per }) => per.length === 1 && per[0] === part);
    assert.ok(rule);
    for (let left = rule.count + 1; left > 0; left -= 50) {
      const some = Array.from({ length: Math.min(50, left) }, () => deps.limits.count('accounts.signIn', [rule], () => who));
      await Promise.all(some);
    }
  };
  const { agencyId, world } = deps.tokens.readSession(page.token);
  await useUpGuesses('agency', `${agencyId}/${world}`);

  const newBrowser = await agency.openPage();
  const away = fresh();
  const replies = async (address: Address, password?: string) => ({
    stranger: (await enter(newBrowser, page.email, address, password)).status,
    device: (await enter(page, page.email, address, password)).status,
  });
  assert.deepEqual(await replies(away, 'Wrong-pass-1'), { stranger: 429, device: 401 });
  assert.deepEqual(await replies(away), { stranger: 429, device: 200 });
  assert.equal((await enter(newBrowser, 'nobody@example.test', home)).status, 429, 'nobody is known anywhere');
  assert.deepEqual(await replies(home), { stranger: 200, device: 200 }, 'at home also a new browser is known');
  assert.equal((await enter(elsewhere, elsewhere.email, fresh())).status, 200, 'other agencies have guesses of their own');

  await useUpGuesses('address', '203.0.113.77');
  const cafe = { 'x-forwarded-for': '203.0.113.77' };
  const third = await createAgency({ stripe: false });
  const guest = await person(third, fresh());
  assert.equal((await enter(await third.openPage(), guest.email, cafe)).status, 429);
  assert.equal((await enter(guest, guest.email, cafe)).status, 200);
});

test('accounts.signUp SX13: an invalid sign-up uses up nothing of the agency', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const address = fresh();
  const statuses = [];
  for (let request = 1; request <= 7; request += 1) {
    statuses.push((await page.try('accounts.signUp', page.form({ email: 'no address' }), address)).status);
  }
  assert.deepEqual(statuses, [422, 422, 422, 422, 422, 422, 429]);
  assert.equal(await countedOf(agency, 'accounts.signUp'), 0);
  await person(agency, fresh());
  assert.equal(await countedOf(agency, 'accounts.signUp'), 1, 'what counts is well-formed');
});

test('credits.checkout SX13: one account over its limit uses up nothing of its address or agency', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await person(agency, fresh());
  const statuses = [];
  for (let request = 1; request <= 80; request += 1) {
    statuses.push((await page.try('credits.checkout', { packageId: 'pkg_none', returnUrl: page.returnUrl }, office)).status);
  }
  assert.deepEqual(
    { indexOf: statuses.indexOf(429), statuses: statuses.filter((status) => status === 429).length },
    { indexOf: 10, statuses: 70 },
  );
  assert.equal(await countedOf(agency, 'credits.checkout'), 10);
});

test('the limits SX13: twenty addresses, or accounts, cannot use up what many share', () => {
  for (const name of names) {
    const limits: readonly Limit[] = operationOf(name).limits ?? [];
    for (const [index, { per, count, seconds }] of limits.entries()) {
      const isShared = !per.some((part) => part !== 'agency');
      if (!isShared) continue;
      const own = limits.slice(0, index).filter((limit) => limit.seconds === seconds && /^(address|caller)$/.test(limit.per.join()));
      assert.ok(own.length > 0 && own.every((limit) => limit.count * 20 < count), `${name} per ${per.join('+')}`);
    }
  }
});

test('the start SX9: an untrusted proxy in front is reported', async () => {
  const keys = JSON.stringify(makeKeys()); // the database accepts no other keys
  const start = async (env: Record<string, string>) => {
    const started = spawnApi({
      PORT: String(await freePort()),
      DATA_DIR: await dataFolder(),
      MONGODB_URI: api.databaseUri,
      LIVERY_KEYS: keys,
      PUBLIC_URL: 'https://api.example',
      ...env,
    });
    await comesTo(async () => started.output().includes('server.ready'), true);
    return started.output().split('proxy.not_trusted').length - 1;
  };
  assert.deepEqual(
    { bare: await start({}), trusting: await start({ TRUST_PROXY: '1' }), local: await start({ PUBLIC_URL: 'http://localhost:1' }) },
    { bare: 1, trusting: 0, local: 0 },
  );
});
