import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { audit } from '../../../api/domain/audit/audit.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { mailedToken, openConfirmed } from '../../support/confirmed.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';

const api = await startApi();
const { createAgency, sandbox } = api;
const agency = await createAgency();
await agency.call('agency.update', { signUp: { fields: ['city', 'username'] } });

const password = 'Sunny-day-42';
const vouched = (email: string, emailVerified = true) => ({ firstName: 'Olga', lastName: 'Owner', email, emailVerified });
const mint = (externalId: string, email: string, emailVerified?: boolean) =>
  agency.call('sessions.mint', { externalId, profile: vouched(email, emailVerified) });

/** Somebody who signed up with an address and did not confirm it, and has been given credits. */
async function squatter(username?: string): Promise<Page> {
  const page = await agency.openPage();
  await page.signUp({ firstName: 'Eve', profile: { city: 'Nowhere', ...(username !== undefined && { username }) } });
  await agency.allocate(page.clientId, 5_000, 'A gift for Eve');
  return page;
}

async function asPage(token: string): Promise<Page> {
  const page = await agency.openPage();
  page.token = token;
  return page;
}

const mailbox = ({ email, emailVerified }: { email: string; emailVerified: boolean }) => ({ email, emailVerified });

test('sessions.mint SX45: an unconfirmed sign-up keeps no owner out, and neither sees anything of the other', async () => {
  const eve = await squatter();
  const { email } = eve;
  const owner = await mint(crypto.randomUUID(), email);
  assert.notEqual(owner.account.clientId, eve.clientId);
  assert.deepEqual({ ...mailbox(owner.account), firstName: owner.account.firstName }, { email, emailVerified: true, firstName: 'Olga' });
  const page = await asPage(owner.session.token);
  assert.equal((await page.balance()).available, 10_000, 'the free credits of the address are the owner’s');
  assert.equal((await page.call('accounts.read', {})).profile.city, null);
  assert.doesNotMatch(JSON.stringify(await page.call('credits.statement', {})), /Eve/);
  assert.deepEqual(mailbox(await eve.call('accounts.read', {})), { email: '', emailVerified: false });
  assert.equal((await eve.balance()).available, 5_000);
  assert.equal((await agency.call('clients.find', { email })).clientId, owner.account.clientId);
});

test('sessions.mint SX45: whoever lost an address signs in by it no more, and no mail of its account goes there', async () => {
  const eve = await squatter();
  const { email } = eve;
  const confirmation = await mailedToken(sandbox, email, 'verify');
  await eve.call('accounts.requestReset', { email, returnUrl: eve.returnUrl });
  const reset = await mailedToken(sandbox, email, 'reset');
  const { account } = await mint(crypto.randomUUID(), email);
  const before = sandbox.mail.list(email).length;
  assert.equal(codeOf(await eve.try('accounts.verifyEmail', { token: confirmation })), 'verification.outdated');
  const newPassword = { password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' };
  assert.equal(codeOf(await eve.try('accounts.reset', { token: reset, ...newPassword })), 'reset.outdated');
  assert.equal(codeOf(await eve.try('accounts.signIn', { login: email, password, publicKey: eve.publicKey })), 'login.refused');
  await eve.call('accounts.sendVerification', { returnUrl: eve.returnUrl });
  const { packages } = await eve.call('credits.packages', {});
  const { purchaseId, sessionId } = await eve.call('credits.checkout', { packageId: packages[0]?.id ?? '', returnUrl: eve.returnUrl });
  sandbox.stripe.pay(sessionId);
  assert.equal((await eve.call('purchases.read', { purchaseId })).state, 'paid');
  const mails = mongoose.connection.collection('mails');
  await until(async () => (await mails.countDocuments({ clientId: eve.clientId, state: 'waiting' })) === 0, 'all mails are settled');
  assert.equal(sandbox.mail.list(email).length, before);
  const [receipt] = await mails.find({ clientId: eve.clientId, kind: 'receipt' }).toArray();
  assert.deepEqual({ state: receipt?.state, reason: receipt?.reason }, { state: 'given_up', reason: 'nobody' });
  assert.equal((await agency.call('clients.find', { email })).clientId, account.clientId);
});

test('sessions.mint SX45: whoever lost an address goes on by a username, or by another address that it proves', async () => {
  const username = `eve-${crypto.randomUUID()}`;
  const [eve, adam] = [await squatter(username), await squatter()];
  for (const page of [eve, adam]) await mint(crypto.randomUUID(), page.email);
  await (await agency.openPage()).signIn(username);
  assert.equal(codeOf(await eve.try('accounts.update', { profile: { username: null } })), 'username.invalid');
  assert.equal((await adam.call('accounts.update', { profile: { city: 'Kiel', username: null } })).profile.city, 'Kiel');
  for (const page of [eve, adam]) {
    const email = `own-${crypto.randomUUID()}@example.test`;
    await page.call('accounts.changeEmail', { email, password, returnUrl: page.returnUrl });
    await page.call('accounts.verifyEmail', { token: await mailedToken(sandbox, email, 'verify') });
    assert.deepEqual(mailbox(await page.call('accounts.read', {})), { email, emailVerified: true });
    await (await agency.openPage()).signIn(email);
  }
  await (await agency.openPage()).signIn(username);
});

test('accounts.delete SX45: whoever lost an address types its username to confirm, or its name where it has none', async () => {
  const username = `Eve-${crypto.randomUUID()}`;
  const [eve, adam] = [await squatter(username), await squatter()];
  for (const [page, known, typed] of [
    [eve, username.toLowerCase(), ` ${username} `],
    [adam, `Eve ${adam.form().lastName}`, `eve ${adam.form().lastName}`],
  ] as const) {
    const former = page.email;
    await mint(crypto.randomUUID(), former);
    const { confirmation, lostMillis } = await page.call('accounts.deletion', {});
    assert.equal(confirmation, known);
    for (const wrong of ['', former])
      assert.equal(codeOf(await page.try('accounts.delete', { confirmation: wrong, lostMillis, numbers: 0 })), 'deletion.unconfirmed');
    await page.call('accounts.delete', { confirmation: typed, lostMillis, numbers: 0 });
  }
});

test('sessions.mint SX45: a known client moves to an address that somebody else only typed', async () => {
  const [eve, externalId] = [await squatter(), crypto.randomUUID()];
  const { account } = await mint(externalId, `former-${crypto.randomUUID()}@example.test`);
  const moved = await mint(externalId, eve.email);
  assert.deepEqual(
    { clientId: moved.account.clientId, ...mailbox(moved.account) },
    { clientId: account.clientId, email: eve.email, emailVerified: true },
  );
  assert.equal((await eve.call('accounts.read', {})).email, '');
});

test('sessions.mint SX45: nobody takes an address that its client confirmed, or without the word of the agency', async () => {
  const [confirmed, eve] = [await openConfirmed(agency, sandbox), await squatter()];
  for (const [email, isVouched] of [
    [confirmed.email, true],
    [eve.email, false],
  ] as const) {
    const reply = await agency.try('sessions.mint', { externalId: crypto.randomUUID(), profile: vouched(email, isVouched) });
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'email.taken' });
  }
  for (const page of [confirmed, eve]) assert.equal((await page.call('accounts.read', {})).email, page.email);
});

test('sessions.mint SX45: several pages of one person at the same moment take an address once, and keep it', async () => {
  for (let round = 0; round < 6; round += 1) {
    const [eve, externalId] = [await squatter(), crypto.randomUUID()];
    if (round % 2 === 1) await mint(externalId, `former-${crypto.randomUUID()}@example.test`);
    const minted = await Promise.all(
      Array.from({ length: 6 }, () => agency.try('sessions.mint', { externalId, profile: vouched(eve.email) })),
    );
    assert.deepEqual(new Set(minted.map(({ status }) => status)), new Set([200]));
    const { account } = await mint(externalId, eve.email);
    assert.deepEqual(mailbox(account), { email: eve.email, emailVerified: true });
  }
});

test('sessions.mint SX45: at the same moment with a confirmation, the address is confirmed for one client alone', async () => {
  for (let round = 0; round < 4; round += 1) {
    const eve = await squatter();
    const token = await mailedToken(sandbox, eve.email, 'verify');
    await Promise.all([
      eve.try('accounts.verifyEmail', { token }),
      ...[1, 2, 3].map(() => agency.try('sessions.mint', { externalId: `of-${eve.email}`, profile: vouched(eve.email) })),
    ]);
    const clients = await mongoose.connection.collection('clients').find({ 'members.email': eve.email }).toArray();
    assert.equal(clients.length, 1);
    const own = await eve.call('accounts.read', {});
    assert.deepEqual(mailbox(own), own.email === '' ? { email: '', emailVerified: false } : { email: eve.email, emailVerified: true });
  }
  assert.equal((await audit()).violations, 0);
});
