import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { contract, type Operation } from '../../api/contract/index.ts';
import { codeOf } from '../support/agency.ts';
import { startApi } from '../support/api.ts';

const { createAgency, sandbox } = await startApi();
const agency = await createAgency({ stripe: false });

/** Matches the names of fields that programs fill in, that are chosen from a list, or in which each letter counts, such as passwords. */
const isOurs = (path: string) =>
  /(?:Id|Ids\.\d+|Key|[pP]assword|passwordConfirmation|[tT]oken|proof|publicKey\..*|hash|text|slug|Color|returnUrl|country|kind|features\.\d+|by)$/.test(
    path,
  );

/** Finds each text of a value that people type, and gives the value with marks around it. */
function* typedTexts(value: unknown, path = ''): Generator<{ path: string; marked: unknown }> {
  if (typeof value === 'string' && !isOurs(path)) yield { path, marked: `\u200e\u202a ${value}\u00a0\u202c` };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, one] of Object.entries(value))
    for (const inner of typedTexts(one, path === '' ? key : `${path}.${key}`))
      yield {
        path: inner.path,
        marked: Array.isArray(value)
          ? value.map((each, at) => (String(at) === key ? inner.marked : each))
          : { ...value, [key]: inner.marked },
      };
}

test('contract PG10: whatever people type is read without the marks and blanks around it, at every operation', () => {
  const read: string[] = [];
  const wrong = Object.entries<Operation>(contract).flatMap(([name, { input, example }]) => {
    const plain = input.parse(example);
    return [...typedTexts(example)].flatMap(({ path, marked }) => {
      read.push(`${name} ${path}`);
      const { data, error } = input.safeParse(marked);
      const isChoice = error?.issues.some(({ code }) => code === 'invalid_value');
      return isChoice || JSON.stringify(data) === JSON.stringify(plain) ? [] : [`${name} ${path}`];
    });
  });
  assert.deepEqual(wrong, []);
  for (const place of [
    'accounts.signUp email',
    'accounts.signUp firstName',
    'accounts.signIn login',
    'numbers.connect number',
    'knowledge.quote items.0.name',
  ])
    assert.ok(read.includes(place), place);
});

test('accounts.signUp PG10: an e-mail of any script is one, and each spelling of it signs in', async () => {
  const page = await agency.openPage();
  const { account } = await page.signUp({ email: '\u202aJÖRG&Söhne@Müller.example\u202c', firstName: '\u200eJörg\u200f' });
  assert.deepEqual(
    { email: account.email, firstName: account.firstName },
    { email: 'jörg&söhne@xn--mller-kva.example', firstName: 'Jörg' },
  );
  assert.ok(await sandbox.mail.waitForMail(account.email, ({ text }) => text.includes('#wl-verify=')));
  for (const login of ['jörg&söhne@müller.example', ' JÖRG&SÖHNE@xn--mller-kva.example\u200e'])
    assert.equal((await page.signIn(login)).account.clientId, account.clientId, login);
  const again = await agency.openPage();
  assert.equal(codeOf(await again.try('accounts.signUp', again.form({ email: 'JÖRG&söhne@müller.EXAMPLE' }))), 'email.taken');
  assert.equal(codeOf(await again.try('accounts.signUp', again.form({ email: 'info@müller' }))), 'email.invalid');
});

test('accounts.signUp PG10: wide signs are the plain ones, wherever an e-mail address is typed', async () => {
  const page = await agency.openPage();
  const { account } = await page.signUp({ email: 'ｍｉｎ＠wide．test' });
  assert.equal(account.email, 'min@wide.test');
  assert.equal((await page.signIn('min＠wide。test')).account.clientId, account.clientId);
  assert.equal((await agency.call('clients.find', { email: 'min＠wide.test' })).clientId, account.clientId);
  await page.call('accounts.requestReset', { email: 'min＠wide.test', returnUrl: page.returnUrl });
  assert.ok(await sandbox.mail.waitForMail('min@wide.test', ({ text }) => text.includes('#wl-reset=')));
  await page.call('accounts.changeEmail', { email: 'min＠other.test', password: 'Sunny-day-42', returnUrl: page.returnUrl });
  assert.equal((await page.call('accounts.read', {})).newEmail, 'min@other.test');
  const profile = { firstName: 'Min', lastName: 'Wide', email: 'own＠wide.test' };
  assert.equal((await agency.call('sessions.mint', { externalId: 'wide', profile })).account.email, 'own@wide.test');
});

test('accounts.signIn PG7: an e-mail address is looked up as one, before anybody’s older username', async () => {
  const [owner, squatter] = [await agency.openPage(), await agency.openPage()];
  await owner.signUp({ email: 'ada@bank.test' });
  await squatter.signUp();
  // Usernames were once stored as typed, also those that are read like the address of somebody else.
  const older = 'ａda@bank.test';
  await mongoose.connection.collection('clients').updateOne({ _id: squatter.clientId as never }, { $push: { logins: older as never } });
  for (const login of ['ada@bank.test', older]) assert.equal((await owner.signIn(login)).account.email, 'ada@bank.test', login);
  await owner.call('accounts.requestReset', { email: older, returnUrl: owner.returnUrl });
  assert.ok(await sandbox.mail.waitForMail('ada@bank.test', ({ text }) => text.includes('#wl-reset=')));
  assert.equal((await squatter.signIn(squatter.email)).account.email, squatter.email);
});

test('agency.update PG10: addresses of an agency are taken without their scheme, and its mailbox in any spelling', async () => {
  const other = (await createAgency({ stripe: false })).live;
  await other.call('agency.update', {
    brand: { companyName: ' Müller\u200e', supportEmail: 'Büro@Müller.example', helpUrl: 'help.müller.example/faq' },
    origins: ['www.example.com', '*.shop.example.com'],
  });
  const { brand, origins } = await other.call('agency.read', {});
  assert.deepEqual(
    { name: brand.companyName, mail: brand.supportEmail, help: brand.helpUrl, origins },
    {
      name: 'Müller',
      mail: 'büro@xn--mller-kva.example',
      help: 'https://help.müller.example/faq',
      origins: ['https://www.example.com', 'https://*.shop.example.com'],
    },
  );
  const refused = await other.try('agency.update', { brand: { companyName: 'M', supportEmail: 'büro' } });
  assert.deepEqual({ code: codeOf(refused) }, { code: 'input.invalid' });
});
