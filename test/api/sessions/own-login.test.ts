import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import mongoose from 'mongoose';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import { mailedToken, openConfirmed } from '../../support/confirmed.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';

const { createAgency, sandbox, crashAt } = await startApi();
const agency = await createAgency({ stripe: false });
const address = () => `person-${crypto.randomUUID()}@example.test`;
const person = (email: string, changes = {}) => ({ firstName: 'Kim', lastName: 'Lee', email, emailVerified: true, ...changes });
const mint = (externalId: string, profile?: ReturnType<typeof person>) =>
  agency.call('sessions.mint', { externalId, ...(profile && { profile }) });

const signedUp = () => openConfirmed(agency, sandbox);
const link = async (page: Page, externalId: string) =>
  agency.call('clients.link', { externalId, token: (await page.call('accounts.linkToken', {})).token });
const linkedMails = (page: Page) => sandbox.mail.list(page.email).filter(({ subject }) => subject.includes('was connected'));

test('sessions.mint MT25: a changed profile of a known id changes name and address, an unchanged one nothing', async () => {
  const externalId = crypto.randomUUID();
  const [first, second] = [address(), address()];
  const { account } = await mint(externalId, person(first));
  const changed = await mint(externalId, person(second, { firstName: 'Kimberly' }));
  assert.deepEqual(changed.account, { ...account, firstName: 'Kimberly', email: second });
  await agency.call('accounts.update', { clientId: account.clientId, firstName: 'Kimmy' });
  assert.equal((await mint(externalId, person(second, { firstName: 'Kimberly' }))).account.firstName, 'Kimmy');
  assert.equal((await mint(externalId)).account.firstName, 'Kimmy');
  assert.equal((await mint(externalId, person(second, { firstName: 'Kim' }))).account.firstName, 'Kim');
});

test('sessions.mint MT25: a taken address stays with its owner, and an unconfirmed one replaces no confirmed one', async () => {
  const [page, externalId, own] = [await signedUp(), crypto.randomUUID(), address()];
  await mint(externalId, person(own));
  assert.equal((await mint(externalId, person(page.email, { firstName: 'Eve' }))).account.email, own);
  assert.equal((await page.call('accounts.read', {})).email, page.email);
  const unsure = await mint(externalId, person(address(), { emailVerified: false, firstName: 'Ada' }));
  assert.deepEqual({ email: unsure.account.email, firstName: unsure.account.firstName }, { email: own, firstName: 'Ada' });
});

test("clients.link MT25: a client that signed up in the widget comes in by the agency's log-in, and keeps its own", async () => {
  const [page, externalId] = [await signedUp(), crypto.randomUUID()];
  const { token } = await page.call('accounts.linkToken', { password: 'Sunny-day-42' });
  for (const _again of [1, 2])
    assert.deepEqual(await agency.call('clients.link', { externalId, token }), { clientId: page.clientId, externalId });
  assert.equal((await mint(externalId)).account.clientId, page.clientId);
  assert.deepEqual((await page.call('accounts.read', {})).signIn, { password: true, externalId });
  await (await agency.openPage()).signIn(page.email);
});

test('clients.link MT25: nobody is taken over: it takes a fresh token of this agency, and each client has one id', async () => {
  const [page, other, stranger] = [await signedUp(), await signedUp(), await createAgency({ stripe: false })];
  const [mine, theirs] = [crypto.randomUUID(), crypto.randomUUID()];
  await mint(theirs, person(address()));
  const { token } = await page.call('accounts.linkToken', {});
  const linkBy = async (externalId: string, used = token, by = agency) => codeOf(await by.try('clients.link', { externalId, token: used }));
  assert.equal(codeOf(await page.try('accounts.linkToken', { password: 'Cloudy-day-1' })), 'password.wrong');
  for (const forged of ['eyJ', page.token]) assert.equal(await linkBy(mine, forged), 'link.refused');
  assert.equal(await linkBy(mine, token, stranger), 'link.refused');
  assert.equal(await linkBy(theirs), 'external_id.taken');
  await page.call('accounts.changePassword', {
    currentPassword: 'Sunny-day-42',
    password: 'Rainy-day-43',
    passwordConfirmation: 'Rainy-day-43',
  });
  assert.equal(await linkBy(mine), 'link.outdated', 'a new password voids it');
  const again = (await page.call('accounts.linkToken', { password: 'Rainy-day-43' })).token;
  assert.equal(await linkBy(mine, again), undefined);
  assert.equal(await linkBy(crypto.randomUUID(), again), 'client.linked');
  assert.equal(await linkBy(mine, (await other.call('accounts.linkToken', {})).token), 'external_id.taken');
});

test('accounts.requestReset MT25: who came by the agency alone sets a first password, once confirmed', async () => {
  const [email, unsure, externalId] = [address(), address(), crypto.randomUUID()];
  const { session } = await mint(externalId, person(email));
  await mint(crypto.randomUUID(), person(unsure, { emailVerified: false }));
  const page = await agency.openPage();
  page.token = session.token;
  const newPassword = { password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' };
  const none = await page.try('accounts.changePassword', { currentPassword: 'Sunny-day-42', ...newPassword });
  assert.deepEqual({ status: none.status, code: codeOf(none) }, { status: 409, code: 'password.none' });
  for (const to of [unsure, email])
    assert.deepEqual(await page.call('accounts.requestReset', { email: to, returnUrl: page.returnUrl }), {});
  const token = await mailedToken(sandbox, email, 'reset');
  const [mail] = sandbox.mail.list(email);
  assert.match(`${mail?.subject} ${mail?.text}`, /^Choose a password for .* nothing changes/s);
  await page.call('accounts.reset', { token, ...newPassword });
  assert.equal(codeOf(await page.try('accounts.reset', { token, ...newPassword })), 'reset.outdated');
  await page.signIn(email, 'Rainy-day-43');
  assert.deepEqual((await page.call('accounts.read', {})).signIn, { password: true, externalId });
  const { text } = await sandbox.mail.waitForMail(email, ({ subject }) => subject.endsWith('account has a password now'));
  assert.match(text, /A first password was chosen/);
  assert.doesNotMatch(text, /was changed/, 'there was none before');
  assert.equal((await mint(externalId)).account.email, email);
  assert.deepEqual(sandbox.mail.list(unsure), []);
});

test('accounts.linkToken MT25 A24: whoever signed up with an address of somebody else gets no link out of it', async () => {
  const [squatter, externalId] = [await agency.openPage(), crypto.randomUUID()];
  await squatter.signUp();
  const refused = await squatter.try('accounts.linkToken', { password: 'Sunny-day-42' });
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 409, code: 'email.unconfirmed' });
  // A link from before an address had to be confirmed.
  const clients = mongoose.connection.collection('clients');
  await clients.updateOne({ _id: squatter.clientId as never }, { $set: { externalId, mintedAs: 'of the stranger' } });
  const { session } = await mint(externalId);
  const minted = await agency.openPage();
  minted.token = session.token;
  await minted.balance();
  const owner = await agency.openPage();
  await owner.call('accounts.requestReset', { email: squatter.email, returnUrl: owner.returnUrl });
  const token = await mailedToken(sandbox, squatter.email, 'reset');
  await owner.call('accounts.reset', { token, password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' });
  assert.equal(codeOf(await agency.try('sessions.mint', { externalId })), 'client.profile_missing');
  for (const page of [minted, squatter]) assert.equal((await page.try('credits.balance', {})).status, 401);
  await owner.signIn(squatter.email, 'Rainy-day-43');
  assert.equal((await owner.call('accounts.read', {})).signIn.externalId, null);
  const kept = await clients.findOne({ _id: squatter.clientId as never });
  assert.equal(kept?.mintedAs, undefined);
});

test('accounts.reset MT25: a link that a confirmed member made survives a new password', async () => {
  const [page, externalId] = [await signedUp(), crypto.randomUUID()];
  await link(page, externalId);
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
  const token = await mailedToken(sandbox, page.email, 'reset');
  await page.call('accounts.reset', { token, password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' });
  assert.equal((await mint(externalId)).account.clientId, page.clientId);
});

test('clients.link MT25: the member is told by one mail, however often it is linked', async () => {
  const [page, externalId] = [await signedUp(), crypto.randomUUID()];
  const { token } = await page.call('accounts.linkToken', {});
  for (const _again of [1, 2]) await agency.call('clients.link', { externalId, token });
  const { text, links } = await sandbox.mail.waitForMail(page.email, ({ subject }) => subject.includes('was connected'));
  assert.match(text, /If it was not you, tell Agency /, 'the agency has no address that an answer would reach');
  assert.deepEqual(links, [], 'it has no link that somebody could imitate');
  assert.equal(linkedMails(page).length, 1);
});

const settled = (page: Page) =>
  until(async () => {
    const mails = mongoose.connection.collection('mails');
    return (await mails.countDocuments({ clientId: page.clientId, state: 'waiting' })) === 0;
  }, 'all mails are settled');

for (const [point, told] of [
  ['link.before_set', 0],
  ['link.after_set', 1],
] as const)
  test(`clients.link MT25: a process that dies at ${point} tells of no link that is not there, and of each once`, async () => {
    const [page, externalId] = [await signedUp(), crypto.randomUUID()];
    const { token } = await page.call('accounts.linkToken', {});
    crashAt(point);
    assert.equal((await agency.try('clients.link', { externalId, token })).status, 500);
    crashAt(undefined);
    // A minute passes, and another mail wakes the outbox.
    const mails = mongoose.connection.collection('mails');
    await mails.updateMany({ clientId: page.clientId, state: 'waiting', attempts: 0 }, { $set: { dueAt: new Date() } });
    await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
    await settled(page);
    assert.equal(linkedMails(page).length, told);
    await agency.call('clients.link', { externalId, token });
    await settled(page);
    assert.equal(linkedMails(page).length, 1);
  });

test('clients.unlink MT25: the agency undoes a link: its sessions end, the password stays, and the journal has it', async () => {
  const [page, externalId] = [await signedUp(), crypto.randomUUID()];
  await link(page, externalId);
  const minted = await agency.openPage();
  minted.token = (await mint(externalId)).session.token;
  const { clientId } = page;
  for (const _again of [1, 2])
    assert.deepEqual(await agency.call('clients.unlink', { clientId, reason: 'Mistaken' }), { clientId, externalId: null });
  assert.equal((await minted.try('credits.balance', {})).status, 401);
  assert.equal(codeOf(await agency.try('sessions.mint', { externalId })), 'client.profile_missing');
  await page.balance();
  await (await agency.openPage()).signIn(page.email);
  const [again, first] = (await agency.call('journal.list', { limit: 2 })).entries;
  assert.deepEqual(
    [first, again].map((entry) => [entry?.action, entry?.target, entry?.after, entry?.reason]),
    [
      ['clients.unlink', clientId, { changed: ['externalId'] }, 'Mistaken'],
      ['clients.unlink', clientId, {}, 'Mistaken'],
    ],
  );
  await link(page, externalId);
  assert.equal((await mint(externalId)).account.clientId, clientId, 'and it may be linked anew');
});

test('clients.unlink MT25: nobody is locked out by it, and no client of another agency unlinked', async () => {
  const { account } = await mint(crypto.randomUUID(), person(address()));
  const { clientId } = account;
  const locked = await agency.try('clients.unlink', { clientId });
  assert.deepEqual({ status: locked.status, code: codeOf(locked) }, { status: 409, code: 'password.none' });
  const stranger = await createAgency({ stripe: false });
  assert.equal(codeOf(await stranger.try('clients.unlink', { clientId })), 'client.not_found');
});

test('sessions.mint MT25: whoever comes in while a client is unlinked is out afterwards', async () => {
  const [page, externalId] = [await signedUp(), crypto.randomUUID()];
  for (let round = 0; round < 12; round += 1) {
    await link(page, externalId);
    const unlinking = agency.try('clients.unlink', { clientId: page.clientId });
    const minting = Array.from({ length: 8 }, async (_, index) => {
      await setTimeout(index);
      return agency.try('sessions.mint', { externalId });
    });
    assert.equal((await unlinking).status, 200);
    for (const { status, body } of await Promise.all(minting)) {
      if (status !== 200) continue;
      const visitor = await agency.openPage();
      visitor.token = body.session.token;
      assert.equal((await visitor.try('credits.balance', {})).status, 401);
    }
  }
});

test('sessions.mint MT25: a session that is stored as its client is unlinked ends at once, in whichever order', async (t) => {
  const sessions = mongoose.connection.collection('sessions');
  const [page, externalId] = [await signedUp(), crypto.randomUUID()];
  const { clientId } = page;
  const unlink = () => agency.call('clients.unlink', { clientId });
  await link(page, externalId);
  t.mock.method(
    sessions,
    'insertOne',
    async (...stored: Parameters<typeof sessions.insertOne>) => {
      await unlink();
      return sessions.insertOne(...stored);
    },
    { times: 1 },
  );
  assert.equal(codeOf(await agency.try('sessions.mint', { externalId })), 'client.not_found', 'unlinked before it was stored');
  assert.equal(await sessions.countDocuments({ clientId, refresh: { $exists: false }, endedAt: { $exists: false } }), 0);
  await link(page, externalId);
  let late: { status: number } | undefined;
  t.mock.method(
    sessions,
    'updateMany',
    async (...ended: Parameters<typeof sessions.updateMany>) => {
      const result = await sessions.updateMany(...ended);
      late = await agency.try('sessions.mint', { externalId });
      return result;
    },
    { times: 1 },
  );
  await unlink();
  assert.equal(late?.status, 404, 'stored after the others were ended');
  assert.equal(await sessions.countDocuments({ clientId, refresh: { $exists: false }, endedAt: { $exists: false } }), 0);
});

test('clients.link MT25: a client that is disabled gets no link, and can be linked once it is enabled', async () => {
  const [page, externalId] = [await signedUp(), crypto.randomUUID()];
  const { clientId } = page;
  const { token } = await page.call('accounts.linkToken', {});
  await agency.call('clients.disable', { clientId });
  assert.equal(codeOf(await agency.try('clients.link', { externalId, token })), 'link.outdated');
  await agency.call('clients.enable', { clientId });
  assert.deepEqual(await agency.call('clients.link', { externalId, token }), { clientId, externalId });
});
