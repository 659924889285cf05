import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';

const { createAgency, sandbox, crashAt } = await startApi();

const clients = (agencyId: string) => mongoose.connection.collection('clients').find({ agencyId }).toArray();

/** Reads the token in the newest mail to an address. */
async function mailedToken(to: string, kind: 'verify' | 'reset'): Promise<string> {
  const mail = await sandbox.mail.waitForMail(to, ({ text }) => text.includes(`#wl-${kind}=`));
  return new RegExp(`#wl-${kind}=([\\w.-]+)`).exec(mail.text)?.[1] ?? assert.fail(mail.text);
}

/** The agency of all sign-ups that need none of their own. */
const shared = await createAgency({ stripe: false });

test('accounts.signUp T1: one client under its agency, and the same request with the same key adds nothing', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const form = page.form();
  const first = await page.call('accounts.signUp', form, { 'idempotency-key': 'sign-up-1' });
  const second = await page.call('accounts.signUp', form, { 'idempotency-key': 'sign-up-1' });
  assert.equal(second.account.clientId, first.account.clientId);
  const stored = await clients(agency.id);
  assert.equal(stored.length, 1);
  assert.equal(stored[0]?.members.length, 1);
});

test('accounts.signUp C17: twenty sign-ups at once with one key make one client and twenty equal answers', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  const form = page.form();
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => page.try('accounts.signUp', form, { 'idempotency-key': 'at-once-1' })),
  );
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
  assert.equal(new Set(replies.map(({ body }) => JSON.stringify(body.account))).size, 1);
  assert.equal((await clients(agency.id)).length, 1);
  const other = await page.try('accounts.signUp', { ...form, lastName: 'Other' }, { 'idempotency-key': 'at-once-1' });
  assert.deepEqual({ status: other.status, code: codeOf(other) }, { status: 409, code: 'idempotency.mismatch' });
});

const passwords: [password: string, code: string | undefined][] = [
  ['Abcde1!', 'password.too_short'],
  ['Abcdef1!', undefined],
  ['Abcdefghijklmnopq1!x', undefined],
  ['Abcdefghijklmnopqr1!x', 'password.too_long'],
  ['abcdef1!', 'password.no_upper'],
  ['ABCDEF1!', 'password.no_lower'],
  ['Abcdefg!', 'password.no_digit'],
  ['Abcdefg1', 'password.no_special'],
  ['Ünïcode-7', undefined],
  ['Pass word 1', undefined],
  ['', 'password.too_short'],
];

for (const [password, code] of passwords) {
  test(`accounts.signUp S3: the password «${password}» ${code ? `is refused with ${code}` : 'passes'}`, async () => {
    const page = await shared.openPage();
    const reply = await page.try('accounts.signUp', page.form({ password, passwordConfirmation: password }));
    assert.equal(codeOf(reply), code);
    assert.equal(reply.status, code ? 422 : 200);
  });
}

test('accounts.signUp SX25: an agency with passphrases refuses guessable ones, also at a reset', async () => {
  const agency = await createAgency({ stripe: false, name: 'Lakeside Telephony' });
  const page = await agency.openPage();
  await page.signUp({ password: 'Abcdef1!', passwordConfirmation: 'Abcdef1!' });
  await agency.call('agency.update', { signUp: { passwordPolicy: 'passphrase' } });
  const refused = async (password: string, changes: object = {}) => {
    const reply = await page.try('accounts.signUp', page.form({ password, passwordConfirmation: password, ...changes }));
    return { status: reply.status, ...(reply.body as never as { error: { code: string; param: string } }).error };
  };
  for (const [password, changes] of [
    ['password1234', {}],
    ['111111111111', {}],
    ['lakeside-telephony', {}],
    ['wilhelmine1', { firstName: 'Wilhelmine' }],
    ['wilhelmine12', { email: 'wilhelmine@example.test' }],
  ] as const) {
    const { status, code, param } = await refused(password, changes);
    const expected = password.length < 12 ? 'password.too_short' : 'password.too_common';
    assert.deepEqual({ status, code, param }, { status: 422, code: expected, param: 'password' }, password);
  }
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
  const token = await mailedToken(page.email, 'reset');
  const reset = (password: string) => page.try('accounts.reset', { token, password, passwordConfirmation: password });
  assert.equal(codeOf(await reset('robin meyer 1')), 'password.too_common');
  assert.equal((await reset('correct horse battery')).status, 200);
  await page.signIn(page.email, 'correct horse battery');
});

test('accounts.signUp S3: two different passwords are refused at the second field', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  const reply = await page.try('accounts.signUp', page.form({ passwordConfirmation: 'Sunny-day-43' }));
  assert.deepEqual((reply.body as unknown as { error: { code: string; param: string } }).error.code, 'password.mismatch');
  assert.equal((reply.body as unknown as { error: { param: string } }).error.param, 'passwordConfirmation');
});

test('accounts.signUp S4: an e-mail is taken within its agency only, however it is written', async () => {
  const [one, other] = [await createAgency({ stripe: false }), await createAgency({ stripe: false })];
  const page = await one.openPage();
  const form = page.form({ email: 'Sam@Example.test' });
  assert.equal((await page.try('accounts.signUp', form)).status, 200);
  const again = await page.try('accounts.signUp', { ...form, email: 'sam@example.TEST' });
  assert.deepEqual({ status: again.status, code: codeOf(again) }, { status: 409, code: 'email.taken' });
  const elsewhere = await other.openPage();
  assert.equal((await elsewhere.try('accounts.signUp', { ...form, returnUrl: elsewhere.returnUrl })).status, 200);
});

test('accounts.signUp S4: a username is taken within its agency, and signs in like the e-mail', async () => {
  const agency = await createAgency({ stripe: false });
  await agency.call('agency.update', { signUp: { fields: ['username'] } });
  const page = await agency.openPage();
  await page.signUp({ profile: { username: 'Sam.Doe' } });
  const second = await page.try('accounts.signUp', page.form({ profile: { username: 'sam.doe' } }));
  assert.deepEqual({ status: second.status, code: codeOf(second) }, { status: 409, code: 'username.taken' });
  assert.equal((await (await agency.openPage()).signIn('sam.doe')).account.clientId, page.clientId);
});

test('accounts.signUp SX10: no username looks like another one, and wide letters sign in the same', async () => {
  const agency = await createAgency({ stripe: false });
  await agency.call('agency.update', { signUp: { fields: ['username'] } });
  const page = await agency.openPage();
  await page.signUp({ profile: { username: 'ｂｏｂ' } });
  for (const [username, status, code] of [
    ['bob', 409, 'username.taken'],
    ['\u{1D41B}ob', 409, 'username.taken'],
    ['b\u200Bob', 422, 'username.invalid'],
    ['bo\u3164b', 422, 'username.invalid'],
    ['bo\uFE0Fb', 422, 'username.invalid'],
  ] as const) {
    const other = await agency.openPage();
    const reply = await other.try('accounts.signUp', other.form({ profile: { username } }));
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status, code }, JSON.stringify(username));
  }
  for (const login of ['bob', 'BOB', 'ｂｏｂ']) {
    const reply = await page.try('accounts.signIn', { login, password: 'Sunny-day-42', publicKey: page.publicKey });
    assert.equal(reply.status, 200, login);
  }
});

test('accounts.signUp SX10: a username is no address, and fields outside the form are refused', async () => {
  const agency = await createAgency({ stripe: false });
  await agency.call('agency.update', { signUp: { fields: ['username', 'company'] } });
  const page = await agency.openPage();
  const refused = async (profile: object) => {
    const reply = await page.try('accounts.signUp', page.form({ profile }));
    return { status: reply.status, ...(reply.body as never as { error: { code: string; param: string } }).error };
  };
  for (const username of ['victim@bank.example', '@victim', 'victim＠bank.example', 'victim﹫bank']) {
    const { status, code, param } = await refused({ username });
    assert.deepEqual({ status, code, param }, { status: 422, code: 'username.invalid', param: 'profile.username' }, username);
  }
  const { status, code, param } = await refused({ username: 'sam', phone: '+49301234' });
  assert.deepEqual({ status, code, param }, { status: 422, code: 'input.invalid', param: 'profile.phone' });
  assert.equal((await clients(agency.id)).length, 0);
  await page.signUp({ profile: { username: 'sam', company: 'Doe & Sons' } });
  assert.deepEqual((await clients(agency.id))[0]?.profile, { company: 'Doe & Sons' });
});

test('accounts.signUp SX10: an address that is an older username signs in until its owner signs up', async () => {
  const agency = await createAgency({ stripe: false });
  const squatters = await Promise.all(
    ['ada@bank.test', 'ben@bank.test'].map(async (username) => {
      const page = await agency.openPage();
      await page.signUp();
      await mongoose.connection.collection('clients').updateOne({ _id: page.clientId as never }, { $push: { logins: username as never } });
      return { page, username, email: page.email };
    }),
  );
  for (const { page, username } of squatters) assert.equal((await page.signIn(username)).account.clientId, page.clientId);

  const [one, other] = squatters;
  assert.ok(one && other);
  const owner = await agency.openPage();
  const form = owner.form({ email: one.username });
  const replies = await Promise.all(Array.from({ length: 6 }, () => owner.try('accounts.signUp', form)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409, 409, 409, 409]);
  assert.equal((await owner.signIn(one.username)).account.email, one.username);
  await owner.call('accounts.requestReset', { email: one.username, returnUrl: owner.returnUrl });
  await mailedToken(one.username, 'reset');

  const profile = { firstName: 'Ben', lastName: 'B', email: other.username };
  const { account } = await agency.call('sessions.mint', { externalId: 'user-ben', profile });
  assert.equal(account.email, other.username);
  for (const { page, email } of squatters) assert.equal((await page.signIn(email)).account.email, email, 'by its own address it goes on');
  const words = (await clients(agency.id)).flatMap(({ logins }) => logins as string[]);
  assert.equal(new Set(words).size, words.length, 'no two have a login in common');
});

test('accounts.signUp S9: without the checked box there is no account; with it the addresses and the time are stored', async () => {
  const agency = await createAgency({
    brand: { companyName: 'Terms Ltd', termsUrl: 'https://terms.test/terms', privacyUrl: 'https://terms.test/privacy' },
  });
  const page = await agency.openPage();
  const refused = await page.try('accounts.signUp', page.form());
  assert.deepEqual({ status: refused.status, code: codeOf(refused) }, { status: 422, code: 'consent.missing' });
  assert.equal((await clients(agency.id)).length, 0);
  await page.signUp({ acceptedTerms: true });
  const [stored] = await clients(agency.id);
  assert.equal(stored?.consent.termsUrl, 'https://terms.test/terms');
  assert.ok(stored?.consent.at instanceof Date);
});

test('accounts.verifyEmail S10: free credits wait for the confirmed e-mail, then move from the agency once', async () => {
  const agency = await createAgency({ stripe: false, minutesMillis: 50_000 });
  const page = await agency.openPage();
  const { balance } = await page.signUp();
  assert.deepEqual({ available: balance.available, waiting: balance.waiting }, { available: 0, waiting: 10_000 });
  assert.equal(await agency.minutes(), 50_000);
  const token = await mailedToken(page.email, 'verify');
  assert.equal((await page.call('accounts.verifyEmail', { token })).grantedMillis, 10_000);
  assert.equal((await page.call('accounts.verifyEmail', { token })).grantedMillis, 0);
  const after = await page.balance();
  assert.deepEqual({ available: after.available, waiting: after.waiting, seq: after.seq }, { available: 10_000, waiting: 0, seq: 1 });
  assert.equal(await agency.minutes(), 40_000);
});

test('accounts.verifyEmail S10: an agency with 5 minutes ends at minus 5', async () => {
  const agency = await createAgency({ stripe: false, minutesMillis: 5_000 });
  const page = await agency.openPage();
  await page.signUp();
  await page.call('accounts.verifyEmail', { token: await mailedToken(page.email, 'verify') });
  assert.equal((await page.balance()).available, 10_000);
  assert.equal(await agency.minutes(), -5_000);
});

test('accounts.verifyEmail S10: a crash between grant and mark loses and doubles nothing', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  await page.signUp();
  const token = await mailedToken(page.email, 'verify');
  crashAt('verify.after_grant');
  assert.equal((await page.try('accounts.verifyEmail', { token })).status, 500);
  crashAt(undefined);
  await page.call('accounts.verifyEmail', { token });
  assert.equal((await page.balance()).available, 10_000);
  assert.equal(await agency.minutes(), 40_000);
});

test('accounts.verifyEmail T2: a link of one agency means nothing at another', async () => {
  const [one, other] = [await createAgency({ stripe: false }), await createAgency({ stripe: false })];
  const page = await one.openPage();
  await page.signUp();
  const reply = await (await other.openPage()).try('accounts.verifyEmail', { token: await mailedToken(page.email, 'verify') });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 422, code: 'verification.refused' });
});

test('accounts.sendVerification S10: the link can be mailed again', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  await page.signUp();
  await mailedToken(page.email, 'verify');
  const before = sandbox.mail.list(page.email).length;
  await page.call('accounts.sendVerification', { returnUrl: page.returnUrl });
  await sandbox.mail.waitForMail(page.email, () => sandbox.mail.list(page.email).length > before);
});

test('accounts.reset S1: a new password by mail works once and signs out everywhere', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  await page.signUp();
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
  const token = await mailedToken(page.email, 'reset');
  const next = { token, password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' };
  await page.call('accounts.reset', next);
  const again = await page.try('accounts.reset', next);
  assert.deepEqual({ status: again.status, code: codeOf(again) }, { status: 422, code: 'reset.outdated' });
  assert.equal((await page.try('credits.balance', {})).status, 401);
  const visitor = await agency.openPage();
  assert.equal(
    (await visitor.try('accounts.signIn', { login: page.email, password: 'Sunny-day-42', publicKey: visitor.publicKey })).status,
    401,
  );
  await visitor.signIn(page.email, 'Rainy-day-43');
});

test('accounts.reset S5: of two uses of one link at once, one sets a password', async () => {
  const agency = await createAgency({ stripe: false });
  const page = await agency.openPage();
  await page.signUp();
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
  const token = await mailedToken(page.email, 'reset');
  const passwords = ['Rainy-day-43', 'Foggy-day-44', 'Windy-day-45', 'Misty-day-46'];
  const replies = await Promise.all(
    passwords.map((password) => page.try('accounts.reset', { token, password, passwordConfirmation: password })),
  );
  const refused = replies.filter(({ status }) => status !== 200);
  assert.deepEqual(refused.map(codeOf), ['reset.outdated', 'reset.outdated', 'reset.outdated']);
  const visitor = await agency.openPage();
  for (const [index, password] of passwords.entries()) {
    const entered = await visitor.try('accounts.signIn', { login: page.email, password, publicKey: visitor.publicKey });
    assert.equal(entered.status, replies[index]?.status === 200 ? 200 : 401, password);
  }
});

test('accounts.requestReset S5: the answer is the same for an address that has no account', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  await page.signUp();
  const known = await page.try('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
  const unknown = await page.try('accounts.requestReset', { email: 'nobody@example.test', returnUrl: page.returnUrl });
  assert.deepEqual({ status: unknown.status, body: unknown.body }, { status: known.status, body: known.body });
});

test('accounts.signIn T12: a wrong password and an unknown e-mail get the same answer', async () => {
  const page = await (await createAgency({ stripe: false })).openPage();
  await page.signUp();
  const wrong = await page.try('accounts.signIn', { login: page.email, password: 'Wrong-pass-1', publicKey: page.publicKey });
  const unknown = await page.try('accounts.signIn', { login: 'nobody@example.test', password: 'Wrong-pass-1', publicKey: page.publicKey });
  const withoutId = ({ status, body }: typeof wrong) => ({
    status,
    error: { ...(body as never as { error: object }).error, requestId: '' },
  });
  assert.deepEqual(withoutId(wrong), withoutId(unknown));
  assert.equal(codeOf(wrong), 'login.refused');
});
