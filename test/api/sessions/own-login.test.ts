import assert from 'node:assert/strict';
import test from 'node:test';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';

const { createAgency } = await startApi();
const agency = await createAgency({ stripe: false });
const address = () => `person-${crypto.randomUUID()}@example.test`;
const person = (email: string, changes = {}) => ({ firstName: 'Kim', lastName: 'Lee', email, emailVerified: true, ...changes });
const mint = (externalId: string, profile?: ReturnType<typeof person>) =>
  agency.call('sessions.mint', { externalId, ...(profile && { profile }) });

async function signedUp() {
  const page = await agency.openPage();
  await page.signUp();
  return page;
}

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
  const link = async (externalId: string, used = token, by = agency) => codeOf(await by.try('clients.link', { externalId, token: used }));
  assert.equal(codeOf(await page.try('accounts.linkToken', { password: 'Cloudy-day-1' })), 'password.wrong');
  for (const forged of ['eyJ', page.token]) assert.equal(await link(mine, forged), 'link.refused');
  assert.equal(await link(mine, token, stranger), 'link.refused');
  assert.equal(await link(theirs), 'external_id.taken');
  await page.call('accounts.changePassword', {
    currentPassword: 'Sunny-day-42',
    password: 'Rainy-day-43',
    passwordConfirmation: 'Rainy-day-43',
  });
  assert.equal(await link(mine), 'link.refused', 'a new password voids it');
  const again = (await page.call('accounts.linkToken', { password: 'Rainy-day-43' })).token;
  assert.equal(await link(mine, again), undefined);
  assert.equal(await link(crypto.randomUUID(), again), 'client.linked');
  assert.equal(await link(mine, (await other.call('accounts.linkToken', {})).token), 'external_id.taken');
});
