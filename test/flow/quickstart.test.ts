import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { test } from 'node:test';
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

const answers = () =>
  fetch(origin).then(
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
  await until(answers, 'the page of the agency');

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
  await context.close();
  stop();
});

test('sessions.mint MT26: the server and the page of the handover sign in whom the site knows', { skip: lacks }, async () => {
  const handover = new Guide('docs/handover.md', { ...addresses, 'PORT=8080': `PORT=${port}` }, { before: quickstart });
  const [server, markup, install, start] = handover.blocks;
  assert.ok(server && markup && install && start);
  const folder = `${demo.dataDir}/handover`;
  await mkdir(`${folder}/pages`, { recursive: true });
  await writeFile(`${folder}/server.mjs`, server.text);
  await writeFile(`${folder}/pages/index.html`, handover.filled(markup));
  assert.equal(install.text, 'npm init -y && npm install express\n');
  await symlink(resolve('node_modules'), `${folder}/node_modules`);
  handover.pasteServer(start, folder);
  await until(answers, 'the page of the site');

  const { page, context, errors } = await visit(browser, 'about:blank');
  await context.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
  await page.goto(origin);
  await page.getByText('Sign in to see your credits.').waitFor();
  await page.getByRole('link', { name: 'Log in to buy' }).click();
  await page.getByText('10 credits left', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Buy/ }).waitFor();
  const account = () => page.evaluate(() => (globalThis as never as { wl: { account: { firstName: string } | null } }).wl.account);
  assert.equal((await account())?.firstName, 'Kim');
  await page.evaluate(() => (globalThis as never as { wl: { signOut(): Promise<void> } }).wl.signOut());
  await page.getByText('Sign in to see your credits.').waitFor();
  assert.equal(await account(), null);
  assert.deepEqual(errors, []);
});
