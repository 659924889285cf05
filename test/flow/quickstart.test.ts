import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { freePort } from '../../demo-site/free-port.ts';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';
import { Guide, guideLacks } from '../support/guide.ts';
import { until } from '../support/until.ts';

const lacks = guideLacks();
const demo = await runDemo();
const browser = await openBrowser();
const port = String(await freePort());
const origin = `http://localhost:${port}`;
const env = { DATA_DIR: demo.dataDir };

const file = `${demo.dataDir}/my-agency.html`;
const addresses = { 'http://localhost:4000': demo.api, 'http://localhost:8080': origin };
const places = { ...addresses, '(8080)': `(${port})`, 'http://127.0.0.1:4200': demo.sandbox, '.data/my-agency.html': file };
const quickstart = new Guide('docs/quickstart.md', places, { env });

const answersAt = (address: string) => () =>
  fetch(address).then(
    ({ ok }) => ok,
    () => false,
  );

/** Lists what the last step says to press, in its order. */
const wordsToPress = (text: string): string[] =>
  [...(text.split('## 6. ')[1]?.split('\n\n')[1] ?? '').matchAll(/\*([^*]+)\*/g)].map(([, words = '']) => words);

test('quickstart MT26: its commands, pasted one after the other, lead to the first sale of a new agency', { skip: lacks }, async () => {
  const [server, ...blocks] = [...quickstart.blocks].reverse();
  assert.ok(server);
  for (const block of blocks.reverse()) {
    if (block.language === 'html') await writeFile(file, quickstart.filled(block));
    else await quickstart.paste(block);
  }
  const stop = quickstart.pasteServer(server);
  await until(answersAt(origin), 'the page of the agency');

  const { page, context, errors } = await visit(browser, origin);
  const form = page.locator('wl-signup');
  await form.getByLabel('First name').fill('Robin');
  await form.getByLabel('Last name').fill('Meyer');
  await form.getByLabel('E-mail').fill('robin@example.test');
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill('Sunny-day-42');
  const [signUp = '', choice = '', buy = '', pay = ''] = wordsToPress(quickstart.text);
  await form.getByRole('button', { name: signUp }).click();
  await form.getByText('Welcome, Robin').waitFor();
  const shop = page.locator('wl-buy-credits');
  await shop.getByText(choice, { exact: true }).click();
  const [tab] = await Promise.all([context.waitForEvent('page'), shop.getByRole('button', { name: buy, exact: true }).click()]);
  await tab.getByRole('button', { name: pay }).click();
  await tab.waitForURL(`${origin}/**`);
  await page.locator('wl-balance-meter').first().getByText('100 credits left', { exact: true }).waitFor();
  assert.deepEqual(errors, []);
  const [, support = ''] = /--support-email (\S+)/.exec(quickstart.text) ?? [];
  assert.match(support, /@/);
  await until(async () => (await mailsTo('robin@example.test')).some((text) => text.includes(support)), 'a mail that names the support');
  await context.close();
  stop();
});

/** The handover on a port of its own. */
async function openHandover(places: Record<string, string> = {}): Promise<{ handover: Guide; site: string }> {
  const own = String(await freePort());
  const site = `http://localhost:${own}`;
  const there = { 'http://localhost:4000': demo.api, 'http://localhost:8080': site, 'PORT=8080': `PORT=${own}`, ...places };
  return { handover: new Guide('docs/handover.md', there, { before: quickstart }), site };
}

/** Follows the handover in a folder of its own, until its site runs. */
async function followHandover({ handover, site }: Awaited<ReturnType<typeof openHandover>>, folder: string): Promise<void> {
  const [server, page, install, start, connectPage, connect] = handover.blocks;
  assert.ok(server && page && install && start && connectPage && connect);
  const [most = '', last = ''] = server.text.split(/(?=^site\.use\(.*\n$)/m);
  assert.match(last, /^site\.use/);
  await mkdir(`${folder}/pages`, { recursive: true });
  await writeFile(`${folder}/server.mjs`, `${most}${connect.text}\n${last}`);
  await writeFile(`${folder}/pages/index.html`, handover.filled(page));
  await writeFile(`${folder}/pages/connect.html`, handover.filled(connectPage));
  assert.equal(install.text, 'npm init -y && npm install express\n');
  await symlink(resolve('node_modules'), `${folder}/node_modules`);
  handover.pasteServer(start, folder);
  await until(answersAt(site), 'the page of the site');
}

type Account = { clientId: string; firstName: string } | null;
const accountOf = (page: Page) => page.evaluate(() => (globalThis as never as { wl: { account: Account } }).wl.account);

/** A visitor of a site that has no icon. */
async function visitSite(address: string) {
  const visitor = await visit(browser, 'about:blank');
  await visitor.context.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
  await visitor.page.goto(address);
  return visitor;
}

test('sessions.mint MT26: the server and the page of the handover sign in whom the site knows', { skip: lacks }, async () => {
  const following = await openHandover();
  await followHandover(following, `${demo.dataDir}/handover`);

  const { page, errors } = await visitSite(following.site);
  await page.getByText('Sign in to see your credits.').waitFor();
  await page.getByRole('link', { name: 'Log in to buy' }).click();
  await page.getByText('10 credits left', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Buy/ }).waitFor();
  assert.equal((await accountOf(page))?.firstName, 'Kim');
  await page.evaluate(() => (globalThis as never as { wl: { signOut(): Promise<void> } }).wl.signOut());
  await page.getByText('Sign in to see your credits.').waitFor();
  assert.equal(await accountOf(page), null);
  assert.deepEqual(errors, []);
});

test('accounts.linkToken MT25 MT26: the page of the handover connects a client that signed up before', { skip: lacks }, async () => {
  const email = 'kim.lee@example.com';
  const following = await openHandover({ 'user-7': 'user-8', 'kim@example.com': email });
  await followHandover(following, `${demo.dataDir}/handover-connect`);

  const { page, errors } = await visitSite(`${following.site}/connect.html`);
  const form = page.locator('wl-signup');
  await form.getByRole('button', { name: 'Create account' }).click();
  await form.getByLabel('First name').fill('Kim');
  await form.getByLabel('Last name').fill('Lee');
  await form.getByLabel('E-mail').fill(email);
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill('Sunny-day-42');
  await form.getByRole('button', { name: 'Create account', exact: true }).first().click();
  await form.getByText('Welcome, Kim').waitFor();
  const before = await accountOf(page);

  await page.goto(await verifyLink(email));
  await page.getByText('Please log in to this site first.').waitFor();
  await form.getByRole('button', { name: 'Sign out' }).first().click();
  await page.goto(`${following.site}/log-in`);
  await page.waitForURL('**/connect.html');
  await form.getByLabel('E-mail').fill(email);
  await form.getByLabel('Password', { exact: true }).fill('Sunny-day-42');
  await form.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(`${following.site}/`);
  await page.getByText('10 credits left', { exact: true }).waitFor();
  assert.deepEqual(await accountOf(page), { ...before, emailVerified: true });
  // The log-in of the site is enough from now on, also where the widgets have never been.
  const { page: other } = await visitSite(`${following.site}/log-in`);
  await other.getByText('10 credits left', { exact: true }).waitFor();
  assert.equal((await accountOf(other))?.clientId, before?.clientId);
  assert.deepEqual(
    errors.filter((text) => !/40[19]|422/.test(text)),
    [],
  );
});

/** The mailed link that confirms an address. */
async function verifyLink(email: string): Promise<string> {
  let link: string | undefined;
  await until(async () => {
    link = (await mailsTo(email)).map((text) => /http\S+#wl-verify=\S+/.exec(text)?.[0]).find(Boolean);
    return link !== undefined;
  }, 'the mail to confirm the address');
  return link ?? assert.fail();
}

async function mailsTo(email: string): Promise<string[]> {
  const reply = await fetch(`${demo.mail}/messages?to=${encodeURIComponent(email)}`);
  const { messages } = (await reply.json()) as { messages: { text: string }[] };
  return messages.map(({ text }) => text);
}
