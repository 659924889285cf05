import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import type { Output } from '../../../api/contract/index.ts';
import { queueMail } from '../../../api/models/mail.ts';
import { codeOf } from '../../support/agency.ts';
import { startApi } from '../../support/api.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';

const { createAgency, sandbox, crashAt } = await startApi();

const agency = await createAgency({ stripe: false });
await agency.call('agency.update', { signUp: { fields: ['city', 'role', 'username'] } });

const password = 'Sunny-day-42';
const newPassword = { password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' };

async function signedUp(): Promise<Page> {
  const page = await agency.openPage();
  await page.signUp({ profile: { city: 'Kiel', username: `robin-${crypto.randomUUID()}` } });
  return page;
}

async function mailedToken(to: string, text = '#wl-verify='): Promise<string> {
  const mail = await sandbox.mail.waitForMail(to, (one) => one.text.includes(text));
  return /#wl-verify=([\w.-]+)/.exec(mail.text)?.[1] ?? assert.fail(mail.text);
}

type Account = Output<'accounts.read'>;
const said = ({ profile: { city, role, phone } }: Account) => ({ city, role, phone });
const mailbox = ({ email, newEmail, emailVerified }: Account) => ({ email, newEmail, emailVerified });

const newest = async () => (await agency.call('journal.list', { limit: 1 })).entries[0] ?? assert.fail('nothing is journaled');

test('accounts.update S14 MT23: city and role are saved, journaled by name, and the password stays', async () => {
  const page = await signedUp();
  const changed = await page.call('accounts.update', { firstName: 'Ada', profile: { city: 'Bonn', role: 'Owner' } });
  assert.deepEqual(changed, await page.call('accounts.read', {}));
  assert.equal(changed.firstName, 'Ada');
  assert.deepEqual(said(changed), { city: 'Bonn', role: 'Owner', phone: null });
  assert.deepEqual(changed.signIn, { password: true, externalId: null });
  const { actor, action, target, before, after } = await newest();
  assert.deepEqual(
    { actor, action, target, before, after },
    {
      actor: changed.memberId,
      action: 'accounts.update',
      target: page.clientId,
      before: {},
      after: { changed: ['city', 'firstName', 'role'] },
    },
  );
  await (await agency.openPage()).signIn(page.email, password);
  const cleared = await page.call('accounts.update', { profile: { city: null } });
  assert.deepEqual(said(cleared), { city: null, role: 'Owner', phone: null });
});

test('accounts.update S14: changes of one account at the same time all come, one after the other', async () => {
  const agency = await createAgency({ stripe: false });
  await agency.call('agency.update', { signUp: { fields: ['username'] } });
  const page = await agency.openPage();
  await page.enter();
  const names = ['ada.one', 'ada.two', 'ada.three', 'ada.four', 'ada.five'];
  const replies = await Promise.all(names.map((username) => page.try('accounts.update', { profile: { username } })));
  assert.deepEqual(
    replies.map(({ status }) => status),
    names.map(() => 200),
  );
  assert.ok(names.includes((await page.call('accounts.read', {})).profile.username ?? ''));
});

test('accounts.update S14: the agency reads and edits its client by key, and nobody another one', async () => {
  const [page, other] = [await signedUp(), await signedUp()];
  const { clientId } = page;
  const edited = await agency.call('accounts.update', { clientId, lastName: 'Lovelace' });
  assert.equal(edited.lastName, 'Lovelace');
  assert.deepEqual(await agency.call('accounts.read', { clientId }), await page.call('accounts.read', {}));
  assert.match((await newest()).actor, /^key …/);
  const stranger = await createAgency({ stripe: false });
  for (const reply of [
    await other.try('accounts.update', { clientId, firstName: 'Eve' }),
    await other.try('accounts.read', { clientId }),
    await stranger.try('accounts.read', { clientId }),
    await stranger.try('accounts.update', { clientId, firstName: 'Eve' }),
  ])
    assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 404, code: 'client.not_found' });
  assert.equal(codeOf(await agency.try('accounts.read', {})), 'input.invalid');
});

test('accounts.update S14: it refuses what a sign-up refuses, by field, and changes nothing', async () => {
  const [page, other] = [await signedUp(), await signedUp()];
  const before = await page.call('accounts.read', {});
  const taken = (await other.call('accounts.read', {})).profile.username ?? '';
  const cases = [
    [{ firstName: ' ' }, 'name.invalid', 'firstName'],
    [{ profile: { phone: '1' } }, 'input.invalid', 'profile.phone'],
    [{ profile: { city: 'x'.repeat(121) } }, 'input.invalid', 'profile.city'],
    [{ profile: { username: 'a@b' } }, 'username.invalid', 'profile.username'],
    [{ profile: { username: taken } }, 'username.taken', 'profile.username'],
  ] as const;
  for (const [input, code, param] of cases) {
    const { body } = await page.try('accounts.update', input);
    const { error } = body as never as { error: { code: string; param: string } };
    assert.deepEqual({ code: error.code, param: error.param }, { code, param });
  }
  assert.deepEqual(await page.call('accounts.read', {}), before);
});

test('accounts.update S14: a field that is no longer asked for is cleared, and not filled in', async () => {
  const agency = await createAgency({ stripe: false });
  await agency.call('agency.update', { signUp: { fields: ['city', 'role'] } });
  const page = await agency.openPage();
  await page.enter();
  await page.call('accounts.update', { profile: { city: 'Bonn', role: 'Owner' } });
  await agency.call('agency.update', { signUp: { fields: ['role'] } });
  assert.equal(codeOf(await page.try('accounts.update', { profile: { city: 'Ulm' } })), 'input.invalid');
  assert.deepEqual(said(await page.call('accounts.update', { profile: { city: null } })), { city: null, role: 'Owner', phone: null });
});

test('accounts.update S14: a new username signs in, and the former one does not', async () => {
  const page = await signedUp();
  const former = (await page.call('accounts.read', {})).profile.username ?? '';
  const username = `Ada-${crypto.randomUUID()}`;
  await page.call('accounts.update', { profile: { username } });
  const device = await agency.openPage();
  await device.signIn(username, password);
  await device.signIn(page.email, password);
  const reply = await device.try('accounts.signIn', { login: former, password, publicKey: device.publicKey });
  assert.equal(codeOf(reply), 'login.refused');
});

test('accounts.update MT23: a reminder that was turned off is not sent, and nothing else stays out', async () => {
  const page = await signedUp();
  const { memberId, notices } = await page.call('accounts.update', { notices: { rentDue: false } });
  assert.deepEqual(notices, { rentDue: false, lowCredits: true });
  assert.deepEqual((await newest()).after, { changed: ['notices'] });
  const client = await mongoose.connection.collection('clients').findOne({ _id: page.clientId as never });
  const scope = { agencyId: agency.id, world: client?.world, clientId: page.clientId, subject: client?.subject };
  await queueMail(scope, { kind: 'rent_due', cause: `rent/${page.clientId}`, memberId });
  await page.call('accounts.sendVerification', { returnUrl: page.returnUrl });
  const mails = mongoose.connection.collection('mails');
  const stateOf = async (kind: string) => (await mails.find({ clientId: page.clientId, kind }).toArray()).map(({ state }) => state);
  await until(async () => (await mails.countDocuments({ clientId: page.clientId, state: 'waiting' })) === 0, 'all mails are settled');
  assert.deepEqual(
    { rent: await stateOf('rent_due'), link: await stateOf('verification') },
    { rent: ['given_up'], link: ['sent', 'sent'] },
  );
  assert.deepEqual((await page.call('accounts.update', { notices: { rentDue: true } })).notices, {
    rentDue: true,
    lowCredits: true,
  });
  await page.call('accounts.update', { notices: { rentDue: false } });
  const both = await page.call('accounts.update', { notices: { lowCredits: false } });
  assert.deepEqual(both.notices, { rentDue: false, lowCredits: false });
});

test('accounts.changePassword MT23: with the current one, and other sessions end', async () => {
  const [page, other] = [await signedUp(), await agency.openPage()];
  await other.signIn(page.email, password);
  const wrong = await page.try('accounts.changePassword', { currentPassword: 'Cloudy-day-1', ...newPassword });
  assert.deepEqual({ status: wrong.status, code: codeOf(wrong) }, { status: 422, code: 'password.wrong' });
  const unfit = await page.try('accounts.changePassword', { currentPassword: password, password: 'a', passwordConfirmation: 'a' });
  assert.equal(codeOf(unfit), 'password.too_short');
  await other.call('accounts.read', {});
  const { ended } = await page.call('accounts.changePassword', { currentPassword: password, ...newPassword });
  assert.equal(ended, 1);
  assert.equal((await page.refresh()).status, 200);
  assert.equal((await other.refresh()).status, 401);
  const device = await agency.openPage();
  assert.equal(codeOf(await device.try('accounts.signIn', { login: page.email, password, publicKey: device.publicKey })), 'login.refused');
  await device.signIn(page.email, newPassword.password);
});

test('accounts.changePassword MT23: a process that dies leaves no session that is older than the new password', async () => {
  const [page, other] = [await signedUp(), await agency.openPage()];
  await other.signIn(page.email, password);
  crashAt('password.before_replace');
  assert.equal((await page.try('accounts.changePassword', { currentPassword: password, ...newPassword })).status, 500);
  crashAt(undefined);
  assert.equal((await other.refresh()).status, 401);
  await page.call('accounts.changePassword', { currentPassword: password, ...newPassword });
});

test('accounts.changeEmail MT23: the address changes when its own mail is opened, and the old one is told', async () => {
  const page = await signedUp();
  await page.call('accounts.verifyEmail', { token: await mailedToken(page.email) });
  const email = `new-${crypto.randomUUID()}@example.test`;
  const wish = await page.call('accounts.changeEmail', { email, password, returnUrl: page.returnUrl });
  assert.deepEqual(wish, { newEmail: email });
  const told = await sandbox.mail.waitForMail(page.email, ({ subject }) => subject.includes('about to change'));
  assert.ok(!told.text.includes(email) && !told.text.includes('wl-verify'), told.text);
  const waiting = await page.call('accounts.read', {});
  assert.deepEqual(mailbox(waiting), { email: page.email, newEmail: email, emailVerified: true });
  const device = await agency.openPage();
  const early = await device.try('accounts.signIn', { login: email, password, publicKey: device.publicKey });
  assert.equal(codeOf(early), 'login.refused');
  const token = await mailedToken(email);
  for (const _again of [1, 2]) {
    assert.deepEqual(await device.call('accounts.verifyEmail', { token }), { email, grantedMillis: 0 });
    assert.deepEqual(mailbox(await page.call('accounts.read', {})), { email, newEmail: null, emailVerified: true });
  }
  await device.signIn(email, password);
  const late = await device.try('accounts.signIn', { login: page.email, password, publicKey: device.publicKey });
  assert.equal(codeOf(late), 'login.refused');
});

test('accounts.changeEmail MT23: a taken address tells only its owner, and its link changes nothing', async () => {
  const [page, owner] = [await signedUp(), await signedUp()];
  const input = { email: owner.email, password, returnUrl: page.returnUrl };
  assert.deepEqual(await page.call('accounts.changeEmail', input), { newEmail: owner.email });
  const told = await sandbox.mail.waitForMail(owner.email, ({ subject }) => subject.startsWith('Confirm your new'));
  assert.ok(told.text.includes('belongs to another account') && !told.text.includes('wl-verify'), told.text);
});

test('accounts.changeEmail MT23: who takes the address meanwhile keeps it', async () => {
  const [page, other] = [await signedUp(), await agency.openPage()];
  const email = `wanted-${crypto.randomUUID()}@example.test`;
  await page.call('accounts.changeEmail', { email, password, returnUrl: page.returnUrl });
  const token = await mailedToken(email);
  await other.signUp({ email });
  const reply = await page.try('accounts.verifyEmail', { token });
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 409, code: 'email.taken' });
  assert.equal((await page.call('accounts.read', {})).email, page.email);
});

test('accounts.changeEmail MT23: the link is void after a new password, another wish, or keeping the address', async () => {
  const page = await signedUp();
  const wish = async (email: string) => {
    await page.call('accounts.changeEmail', { email, password, returnUrl: page.returnUrl });
    return mailedToken(email);
  };
  const refused = async (token: string) => assert.equal(codeOf(await page.try('accounts.verifyEmail', { token })), 'verification.outdated');
  const [one, two, three] = ['one', 'two', 'three'].map((name) => `${name}-${crypto.randomUUID()}@example.test`);
  const first = await wish(one ?? '');
  const second = await wish(two ?? '');
  await refused(first);
  await page.call('accounts.keepEmail', {});
  await refused(second);
  const third = await wish(three ?? '');
  await page.call('accounts.changePassword', { currentPassword: password, ...newPassword });
  await refused(third);
});

test('accounts.changeEmail MT23: without the password a session of the last ten minutes is needed', async () => {
  const page = await signedUp();
  const input = { email: `fresh-${crypto.randomUUID()}@example.test`, returnUrl: page.returnUrl };
  assert.equal(codeOf(await page.try('accounts.changeEmail', { ...input, password: 'Cloudy-day-1' })), 'password.wrong');
  await page.call('accounts.changeEmail', input);
  const { clientId } = page;
  const earlier = new Date(Date.now() - 11 * 60_000);
  await mongoose.connection.collection('sessions').updateMany({ clientId }, { $set: { createdAt: earlier } });
  const reply = await page.try('accounts.changeEmail', input);
  assert.deepEqual({ status: reply.status, code: codeOf(reply) }, { status: 403, code: 'sign_in.too_old' });
  await page.call('accounts.changeEmail', { ...input, password });
});

test('accounts.verifyEmail MT23: a crash after the change of an address loses neither it nor the free credits', async () => {
  const page = await signedUp();
  const email = `crash-${crypto.randomUUID()}@example.test`;
  await page.call('accounts.changeEmail', { email, password, returnUrl: page.returnUrl });
  const token = await mailedToken(email);
  crashAt('email.after_change');
  assert.equal((await page.try('accounts.verifyEmail', { token })).status, 500);
  crashAt(undefined);
  assert.deepEqual(await page.call('accounts.verifyEmail', { token }), { email, grantedMillis: 10_000 });
  assert.deepEqual(await page.call('accounts.verifyEmail', { token }), { email, grantedMillis: 0 });
  assert.equal((await page.balance()).available, 10_000);
});
