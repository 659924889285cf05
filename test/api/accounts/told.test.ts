import assert from 'node:assert/strict';
import test from 'node:test';
import mongoose from 'mongoose';
import { nameBrowser } from '../../../api/rules/browser.ts';
import type { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';
import { Shop } from '../payments/shop.ts';

const shop = await Shop.open();
const { api, stripe, agency } = shop;
const inbox = api.sandbox.mail;

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0';

test('accounts.reset MT24: a changed password is told by mail', async () => {
  const page = await agency.openPage();
  await page.signUp();
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
  const { text } = await inbox.waitForMail(page.email, (mail) => mail.text.includes('#wl-reset='));
  const token = /#wl-reset=([\w.-]+)/.exec(text)?.[1] ?? assert.fail(text);
  await page.call('accounts.reset', { token, password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' });
  const told = await inbox.waitForMail(page.email, ({ subject }) => subject.includes('password') && subject.includes('was changed'));
  assert.deepEqual(told.links, [], 'it has no link that somebody could imitate');
  assert.doesNotMatch(told.text, /first password/);
});

test('accounts.changePassword MT24: a password that the member changes is told by mail, once', async () => {
  const page = await agency.openPage();
  await page.signUp();
  const { text } = await inbox.waitForMail(page.email, (mail) => mail.text.includes('#wl-verify='));
  await page.call('accounts.verifyEmail', { token: /#wl-verify=([\w.-]+)/.exec(text)?.[1] ?? '' });
  await page.call('accounts.changePassword', {
    currentPassword: 'Sunny-day-42',
    password: 'Rainy-day-43',
    passwordConfirmation: 'Rainy-day-43',
  });
  const isTold = ({ subject }: { subject: string }) => subject.includes('was changed');
  await inbox.waitForMail(page.email, isTold);
  assert.equal(inbox.list(page.email).filter(isTold).length, 1);
});

const newPassword = { password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' };
const isToldOfPassword = ({ subject }: { subject: string }) => subject.includes('was changed');
const mails = () => mongoose.connection.collection('mails');

/** A client whose address is confirmed. */
async function confirmed() {
  const page = await agency.openPage();
  await page.signUp();
  const { text } = await inbox.waitForMail(page.email, (mail) => mail.text.includes('#wl-verify='));
  await page.call('accounts.verifyEmail', { token: /#wl-verify=([\w.-]+)/.exec(text)?.[1] ?? '' });
  return page;
}

/** Lets a minute pass for the mails of a client, and has the outbox look at once: another mail wakes it. */
async function passMinute(page: Page) {
  await mails().updateMany({ clientId: page.clientId, state: 'waiting', attempts: 0 }, { $set: { dueAt: new Date() } });
  await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
  await until(async () => (await mails().countDocuments({ clientId: page.clientId, state: 'waiting' })) === 0, 'all mails are settled');
}

for (const [operation, change] of [
  ['changePassword', (page: Page) => page.try('accounts.changePassword', { currentPassword: 'Sunny-day-42', ...newPassword })],
  [
    'reset',
    async (page: Page) => {
      await page.call('accounts.requestReset', { email: page.email, returnUrl: page.returnUrl });
      const { text } = await inbox.waitForMail(page.email, (mail) => mail.text.includes('#wl-reset='));
      return page.try('accounts.reset', { token: /#wl-reset=([\w.-]+)/.exec(text)?.[1] ?? '', ...newPassword });
    },
  ],
] as const)
  test(`accounts.${operation} MT24: a process that dies after the change still tells it, and leaves no old session`, async () => {
    const [page, other] = [await confirmed(), await agency.openPage()];
    await other.signIn(page.email, 'Sunny-day-42');
    api.crashAt('password.after_replace');
    assert.equal((await change(page)).status, 500);
    api.crashAt(undefined);
    assert.equal((await other.refresh()).status, 401);
    await other.signIn(page.email, newPassword.password);
    await passMinute(page);
    assert.equal(inbox.list(page.email).filter(isToldOfPassword).length, 1);
  });

test('accounts.changePassword MT24: a process that dies before the change tells nothing, and the next attempt once', async () => {
  const page = await confirmed();
  const change = () => page.try('accounts.changePassword', { currentPassword: 'Sunny-day-42', ...newPassword });
  api.crashAt('password.before_replace');
  assert.equal((await change()).status, 500);
  api.crashAt(undefined);
  await passMinute(page);
  assert.deepEqual(inbox.list(page.email).filter(isToldOfPassword), []);
  assert.equal((await change()).status, 200);
  await inbox.waitForMail(page.email, isToldOfPassword);
  await passMinute(page);
  assert.equal(inbox.list(page.email).filter(isToldOfPassword).length, 1);
});

test('accounts.changeEmail MT24: no link leaves before the present address is told, also if the process dies', async () => {
  const page = await confirmed();
  const email = `next-${crypto.randomUUID()}@example.test`;
  api.crashAt('email.after_notice');
  assert.equal((await page.try('accounts.changeEmail', { email, password: 'Sunny-day-42', returnUrl: page.returnUrl })).status, 500);
  api.crashAt(undefined);
  await inbox.waitForMail(page.email, ({ subject }) => subject.includes('about to change'));
  assert.deepEqual(inbox.list(email), []);
});

for (const point of ['returns.after_refund', 'returns.after_transfer'] as const)
  test(`webhooks.stripe MT24: a process that dies at ${point} leaves the mail about a refund to the next report`, async () => {
    const page = await shop.client();
    const order = await shop.order(page);
    stripe.pay(order.sessionId);
    await shop.deliver(order.sessionId, 'completed');
    api.crashAt(point);
    const refund = stripe.refund(order.sessionId, 1600);
    const [report] = stripe.events().filter(({ data }) => data.object.id === refund.id);
    await stripe.deliver(report?.id ?? '');
    api.crashAt(undefined);
    const isTold = ({ subject }: { subject: string }) => subject.includes('refunded');
    assert.deepEqual(inbox.list(page.email).filter(isTold), []);
    await stripe.deliver(report?.id ?? '');
    await inbox.waitForMail(page.email, isTold);
    assert.equal(inbox.list(page.email).filter(isTold).length, 1);
  });

test('webhooks.stripe MT24: a refund is told by mail, once for each amount, however often it is reported', async () => {
  const page = await shop.client();
  const order = await shop.order(page);
  stripe.pay(order.sessionId);
  await shop.deliver(order.sessionId, 'completed');
  const refund = stripe.refund(order.sessionId, 1600);
  for (const { id } of stripe.events().filter(({ data }) => data.object.id === refund.id)) await stripe.deliver(id, 2);
  const isTold = ({ subject }: { subject: string }) => subject.includes('refunded');
  const told = await inbox.waitForMail(page.email, isTold);
  for (const words of ['€16.00', '€40.00', 'credits']) assert.ok(told.text.includes(words), words);
  assert.equal(inbox.list(page.email).filter(isTold).length, 1);
});

test('sessions.list MT24: a session says its browser, and when it was last used', async () => {
  const page = await agency.openPage();
  await page.signUp();
  const input = { login: page.email, password: 'Sunny-day-42', publicKey: page.publicKey };
  await page.call('accounts.signIn', input, { 'user-agent': firefox });
  const { sessions } = await page.call('sessions.list', {});
  assert.ok(sessions.some(({ browser }) => browser === 'Firefox, Windows'));
  assert.ok(sessions.every(({ createdAt, lastUsedAt }) => lastUsedAt === createdAt));
  assert.equal((await page.refresh()).status, 200);
  const used = (await page.call('sessions.list', {})).sessions.filter(({ createdAt, lastUsedAt }) => lastUsedAt > createdAt);
  assert.deepEqual(
    used.map(({ current }) => current),
    [true],
    'the one that was used, and no other',
  );
});

test('sessions.list MT24: browsers are named by what they say of themselves, and nothing is guessed', () => {
  const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  for (const [said, name] of [
    [firefox, 'Firefox, Windows'],
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Chrome/131.0.0.0 Safari/537.36`, 'Chrome, Mac'],
    [`Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`, 'Edge, Windows'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari, iPhone',
    ],
    [
      `Mozilla/5.0 (Linux; Android 14; SM-S911B) ${webkit} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
      'Samsung Internet, Android',
    ],
    [`Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/131.0.0.0 Safari/537.36`, 'Chrome, Linux'],
    ['curl/8.5.0', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const)
    assert.equal(nameBrowser(said), name, said);
});
