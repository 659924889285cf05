import assert from 'node:assert/strict';
import test from 'node:test';
import type { ErrorBody } from '../../../api/contract/index.ts';
import { stampsOf } from '../../../api/domain/accounts/links.ts';
import { openSession } from '../../../api/domain/accounts/sessions.ts';
import { readClient } from '../../../api/models/client.ts';
import { endedAmong } from '../../../api/models/session.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { call } from '../../support/call.ts';

const { createAgency, sandbox, url, deps } = await startApi();
const refreshUrl = `${url}/v1/sessions.refresh`;

test('sessions.refresh T4: a page that holds its key gets a new token, and the old one keeps working', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  await page.signUp();
  const before = page.token;
  assert.equal((await page.refresh()).status, 200);
  assert.notEqual(page.token, before);
  await page.balance();
  page.token = before;
  await page.balance();
});

test('sessions.refresh T4: the refresh token alone, or with another key, is worth nothing', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  await page.signUp();
  const thief = await agency.openPage();
  thief.refreshToken = page.refreshToken;
  const reply = await thief.refresh();
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 401, code: 'proof.refused' });
});

test('sessions.refresh T4: a proof is accepted once, for its own address and its own token', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  await page.signUp();
  const proof = await page.prove(refreshUrl);
  assert.equal((await page.try('sessions.refresh', proof)).status, 200);
  for (const bad of [
    proof,
    await page.prove(`${url}/v1/bootstrap.read`),
    await page.prove(refreshUrl, { ath: 'of-another-token' }),
    await page.prove(refreshUrl, { htm: 'GET' }),
    { ...(await page.prove(refreshUrl)), refreshToken: 'wlr_another' },
    { refreshToken: page.refreshToken, proof: 'no.jwt.at-all' },
  ]) {
    const reply = await page.try('sessions.refresh', bad);
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 401, code: 'proof.refused' });
  }
});

test('sessions.end T4: ends the session for its token and its refresh token', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  await page.signUp();
  await page.call('sessions.end', {});
  assert.equal((await page.try('credits.balance', {})).status, 401);
  assert.equal((await page.refresh()).status, 401);
});

test("sessions.mint T5: the agency's server gets a token for its own user, a page does not", async () => {
  const agency = await createAgency({ stripe: false });
  const profile = { firstName: 'Kim', lastName: 'Lee', email: 'kim@example.test', emailVerified: true };
  const minted = await agency.call('sessions.mint', { externalId: 'user-7', profile });
  const again = await agency.call('sessions.mint', { externalId: 'user-7' });
  assert.equal(again.account.clientId, minted.account.clientId);
  assert.equal(minted.session.refreshToken, undefined);
  const page = await agency.openPage();
  page.token = minted.session.token;
  assert.equal((await page.balance()).available, 10_000);
  assert.equal(await agency.minutes(), 40_000);

  const fromBrowser = await call(`${url}/v1/sessions.mint`, {
    key: agency.keys.test.secret,
    origin: agency.origin,
    body: { externalId: 'user-7' },
  });
  assert.deepEqual({ status: fromBrowser.status, code: codeOf(fromBrowser) }, { status: 403, code: 'key.in_browser' });
  const unknown = await agency.try('sessions.mint', { externalId: 'user-8' });
  const { code, param, message } = (unknown.body as unknown as ErrorBody).error;
  assert.deepEqual(
    { status: unknown.status, code, param, message },
    {
      status: 404,
      code: 'client.profile_missing',
      param: 'profile',
      message: 'No client has this external id yet. Send a profile, which opens one.',
    },
  );
  assert.equal(codeOf(await agency.try('sessions.mint', { clientId: 'cli_nobody' })), 'client.not_found');
});

test('sessions.mint SX35: an address vouched for by the agency is confirmed at once, and no other address', async () => {
  const agency = await createAgency({ stripe: false });
  const profile = { firstName: 'Kim', lastName: 'Lee', email: 'kim@example.test' };
  const mint = async (vouched: object) =>
    (await agency.call('sessions.mint', { externalId: 'user-7', profile: { ...profile, ...vouched } })).account;
  assert.equal((await mint({})).emailVerified, false);
  assert.equal(await agency.minutes(), 50_000);
  const confirmed = { email: 'another@example.test', emailVerified: true };
  for (const vouched of [confirmed, {}]) {
    const { email, emailVerified } = await mint(vouched);
    assert.deepEqual({ email, emailVerified }, confirmed, 'an address that nobody vouches for replaces no confirmed one');
    assert.equal(await agency.minutes(), 40_000);
  }
  const first = await agency.call('sessions.mint', {
    externalId: 'user-8',
    profile: { ...profile, email: 'lou@example.test', emailVerified: true },
  });
  assert.equal(first.account.emailVerified, true);
  const page = await agency.openPage();
  page.token = first.session.token;
  const { available, waiting } = await page.balance();
  assert.deepEqual({ available, waiting }, { available: 10_000, waiting: 0 });
});

test('sessions.mint T4: a token with only balance:read reads the balance and may not buy', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  await page.signUp();
  const { session } = await agency.call('sessions.mint', { clientId: page.clientId, scopes: ['balance:read'] });
  page.token = session.token;
  await page.balance();
  const { packages } = await page.call('credits.packages', {});
  const reply = await page.try('credits.checkout', { packageId: packages[0]?.id, returnUrl: page.returnUrl });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'scope.missing' });
});

test('bootstrap.read E14: one request brings brand, session, balance and packages', async () => {
  const agency = await createAgency();
  const page = await agency.openPage();
  const visitor = await page.bootstrap();
  assert.deepEqual(
    { session: visitor.session, account: visitor.account, balance: visitor.balance },
    { session: null, account: null, balance: null },
  );
  assert.equal(visitor.packages.packages.length, 2);
  assert.equal(visitor.packages.payable, true);
  await page.signUp();
  const member = await page.bootstrap();
  assert.equal(member.account?.email, page.email);
  assert.equal(member.balance?.waiting, 10_000);
  page.token = member.session?.token ?? '';
  await page.balance();
});

test('bootstrap.read T4: a refused proof means a signed-out page, not an error', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  await page.signUp();
  const wrong = await page.prove(refreshUrl);
  assert.equal((await page.call('bootstrap.read', { refresh: wrong })).session, null);
});

test("bootstrap.read T5: a token of the agency's own log-in is enough", async () => {
  const agency = await createAgency({ stripe: false });
  const profile = { firstName: 'Kim', lastName: 'Lee', email: 'kim@example.test' };
  const { session } = await agency.call('sessions.mint', { externalId: 'user-1', profile });
  const page = await agency.openPage();
  const answer = await page.call('bootstrap.read', { token: session.token });
  assert.equal(answer.account?.email, 'kim@example.test');
  assert.ok(answer.balance);
});

test("accounts.signUp A24: after the password was replaced, the old one's sign-up opens no session", async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const form = page.form();
  const again = () => page.try('accounts.signUp', form, { 'idempotency-key': 'sign-up-once' });
  assert.equal((await again()).status, 200);
  assert.equal((await again()).status, 200, 'a lost answer comes again');
  await page.call('accounts.requestReset', { email: form.email, returnUrl: form.returnUrl });
  const { text } = await sandbox.mail.waitForMail(form.email, (mail) => mail.text.includes('#wl-reset='));
  const token = /#wl-reset=([\w.-]+)/.exec(text)?.[1] ?? '';
  await page.call('accounts.reset', { token, password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' });
  const late = await again();
  assert.deepEqual({ status: late.status, code: codeOf(late) }, { status: 409, code: 'email.taken' });
});

test('accounts.reset A24: who signs in with the old password while it is replaced is not signed in afterwards', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const { account } = await page.signUp();
  const { clientId, memberId } = account;
  const [stamp = ''] = stampsOf.reset({ email: page.email, passwordVersion: 0 });
  const token = deps.tokens.signLink('reset', { agencyId: agency.id, world: 'test.0', clientId, memberId, stamp });
  const thief = await agency.openPage();
  const enter = () => thief.try('accounts.signIn', { login: page.email, password: 'Sunny-day-42', publicKey: thief.publicKey });
  const before = Array.from({ length: 6 }, enter);
  const reset = page.call('accounts.reset', { token, password: 'Other-day-43', passwordConfirmation: 'Other-day-43' });
  const entered = [...before, ...Array.from({ length: 6 }, enter)];
  await reset;
  for (const { status, body } of await Promise.all(entered)) {
    if (status !== 200) continue;
    thief.refreshToken = body.session.refreshToken ?? '';
    assert.equal((await thief.refresh()).status, 401);
  }
});

test('clients.disable A24: a client that is shut out while it signs in has no session once it is let in again', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const { clientId } = (await page.signUp()).account;
  const access = await deps.directory.bySecretKey(agency.keys.test.secret);
  const client = (access && (await readClient(access.scope, clientId))) ?? assert.fail();
  const [member = assert.fail()] = client.members;
  await agency.call('clients.disable', { clientId });
  assert.equal(await openSession(client, member, { publicKey: page.publicKey, address: '192.0.2.1' }, deps), undefined);
  await agency.call('clients.enable', { clientId });
  assert.equal((await agency.call('clients.endSessions', { clientId })).ended, 0);
});

test('sessions.mint T5: an id of the agency with half of a letter in it is refused, as it would be the id of others', async () => {
  const agency = await createAgency({ stripe: false });
  const profile = { firstName: 'Kim', lastName: 'Lee', email: 'kim-2@example.test' };
  for (const externalId of ['\ud800', 'user-\udfff', '\udc00\ud83d']) {
    const reply = await agency.try('sessions.mint', { externalId, profile });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'input.invalid' }, JSON.stringify(externalId));
  }
  await agency.call('sessions.mint', { externalId: 'user-🙂', profile });
});

test('accounts.signIn T7: a member has at most 50 pages signed in, and the oldest is signed out', async () => {
  const agency = await createAgency({ stripe: false });
  const first = await agency.openPage();
  const { clientId } = (await first.signUp()).account;
  await agency.call('sessions.mint', { clientId });
  const access = (await deps.directory.bySecretKey(agency.keys.test.secret)) ?? assert.fail();
  const client = (await readClient(access.scope, clientId)) ?? assert.fail();
  const [member = assert.fail()] = client.members;
  const device = { publicKey: first.publicKey, address: '192.0.2.1' };
  await Promise.all(Array.from({ length: 49 }, () => openSession(client, member, device, deps)));
  assert.equal((await first.refresh()).status, 200, 'the fiftieth signs nobody out');
  const last = await agency.openPage();
  await last.signIn(first.email);
  assert.deepEqual(
    { refresh: (await first.refresh()).status, balance: (await first.try('credits.balance', {})).status },
    { refresh: 401, balance: 401 },
  );
  const { sessions } = await last.call('sessions.list', {});
  assert.deepEqual(
    { all: sessions.length, onPage: sessions.filter(({ origin }) => origin === 'page').length },
    { all: 51, onPage: 50 },
    'those of the agency do not count',
  );
});

test('clients.endSessions T7: however many sessions an agency ends, a process reads only those of its own streams', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const { clientId } = (await page.signUp()).account;
  for (let minted = 0; minted < 20; minted += 1) await agency.call('sessions.mint', { clientId });
  const { sessions } = await page.call('sessions.list', {});
  const [watched = '', ...others] = sessions.map(({ sessionId }) => sessionId);
  const since = new Date();
  assert.deepEqual(await endedAmong([watched], since), []);
  await agency.call('clients.endSessions', { clientId });
  assert.equal(others.length, 20);
  assert.deepEqual(await endedAmong([watched, 'ses_of_nobody'], since), [watched]);
});
