import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { freePort } from '../../demo-site/free-port.ts';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';
import { Guide, guideLacks } from '../support/guide.ts';
import { until } from '../support/until.ts';

const lacks = guideLacks();
const demo = await runDemo();
const browser = await openBrowser();
const origin = `http://localhost:${await freePort()}`;

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

test('quickstart MT26: its commands, pasted one after the other, lead to the first sale of a new agency', { skip: lacks }, async () => {
  const file = `${demo.dataDir}/my-agency.html`;
  const { href: sandbox } = new URL(demo.sandbox);
  const places = {
    'http://localhost:4000': demo.api,
    'http://127.0.0.1:4200/': sandbox,
    'http://localhost:8080': origin,
    '(8080)': `(${new URL(origin).port})`,
    '.data/my-agency.html': file,
  };
  const guide = new Guide('docs/quickstart.md', places, { DATA_DIR: demo.dataDir });
  const [server] = guide.blocks.slice(-1);
  assert.ok(server);
  for (const block of guide.blocks.slice(0, -1)) {
    if (block.language === 'html') await writeFile(file, guide.filled(block.text));
    else await guide.paste(block);
  }
  guide.pasteServer(server);
  await until(() => answers(origin), 'the page of the agency');

  const { page, context, errors } = await visit(browser, origin);
  const form = page.locator('wl-signup');
  await form.getByLabel('First name').fill('Robin');
  await form.getByLabel('Last name').fill('Meyer');
  await form.getByLabel('E-mail').fill('robin@example.test');
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill('Sunny-day-42');
  const [signUp = '', choice = '', buy = '', pay = ''] = wordsToPress(guide.text);
  await form.getByRole('button', { name: signUp }).click();
  await form.getByText('Welcome, Robin').waitFor();
  const shop = page.locator('wl-buy-credits');
  await shop.getByText(choice, { exact: true }).click();
  const [tab] = await Promise.all([context.waitForEvent('page'), shop.getByRole('button', { name: buy, exact: true }).click()]);
  await tab.getByRole('button', { name: pay }).click();
  await tab.waitForURL(`${origin}/**`);
  await page.locator('wl-balance-meter').first().getByText('100 credits left', { exact: true }).waitFor();
  assert.deepEqual(errors, []);
});

/** Lists what the last step says to press, in its order. */
const wordsToPress = (text: string): string[] =>
  [...(text.split('## 6. ')[1]?.split('\n\n')[1] ?? '').matchAll(/\*([^*]+)\*/g)].map(([, words = '']) => words);
