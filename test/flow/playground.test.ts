import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import type { Frame, Page } from 'playwright-core';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';

const demo = await runDemo();
const browser = await openBrowser();

const preview = (page: Page) => page.frameLocator('iframe');

/** Reads the style of a button that a theme decides. */
const readLook = (frame: Page | Frame) =>
  frame
    .locator('wl-buy-credits [part~=button-primary]')
    .first()
    .evaluate((button) => {
      const { backgroundColor, color, borderTopLeftRadius, fontSize, height } = getComputedStyle(button);
      return { backgroundColor, color, borderTopLeftRadius, fontSize, height };
    });

test('demo site V3: every state of the playground has an address, and shows it by the real API', async () => {
  const { page, errors } = await visit(browser, `${demo.demo}/playground`);
  const expected: [string, string, RegExp][] = [
    ['visitor', 'wl-signup', /Create your account/],
    ['sign-in', 'wl-signup', /Forgot/i],
    ['forgot', 'wl-signup', /e-mail/i],
    ['unconfirmed', 'wl-balance-meter', /credits wait/],
    ['plenty', 'wl-balance-meter', /credits left$/m],
    ['low', 'wl-balance-meter', /running low/],
    ['critical', 'wl-balance-meter', /^Only .+ credits left/],
    ['empty', 'wl-balance-meter', /no credits/i],
    ['debt', 'wl-balance-meter', /credits are owed/],
    ['processing', 'wl-buy-credits', /being processed/],
    ['expired', 'wl-buy-credits', /has expired/],
    ['canceled', 'wl-buy-credits', /cancel/i],
    ['offline', 'wl-balance-meter', /no connection. This was known last/],
    ['portal-off', 'wl-buy-credits', /back on Monday at nine/],
    ['refused', 'wl-signup', /not available on this page/],
  ];
  const known = await page.locator('select[name=state] option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
  assert.deepEqual(
    known,
    expected.map(([name]) => name),
  );
  for (const [name, element, words] of expected) {
    await page.goto(`${demo.demo}/playground?state=${name}`);
    await preview(page).locator(element).getByText(words).first().waitFor();
  }
  assert.deepEqual(
    errors.filter((error) => !error.includes('403')),
    [],
  );
});

test('demo site E9: another primary color shows in preview and snippet, and both look the same', async () => {
  const { page } = await visit(browser, `${demo.demo}/playground?state=visitor`);
  await preview(page).getByText('Breeze').first().waitFor();
  const frame = page.frame({ name: 'preview' }) ?? assert.fail('no preview');
  const before = await readLook(frame);
  await page.locator('select[name=theme]').selectOption('preset:paper');
  await page.locator('input[name="--wl-primary"]').fill('#7a1f5c');
  const shown = await readLook(frame);
  assert.notDeepEqual(shown, before);
  const snippet = (await page.locator('.paste code').textContent()) ?? '';
  assert.match(snippet, /--wl-primary: #7a1f5c;/);
  const shop = createServer((_request, response) =>
    response
      .setHeader('Content-Type', 'text/html')
      .end(`<!doctype html><link rel="stylesheet" href="${demo.demo}/workshop/preview.css"><body>${snippet}</body>`),
  );
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  after(() => shop.close());
  // Test keys work on localhost, where a developer tries the snippet first.
  const pasted = await visit(browser, `http://localhost:${(shop.address() as AddressInfo).port}/`);
  await pasted.page.locator('wl-buy-credits').getByText('Breeze').first().waitFor();
  assert.deepEqual(await readLook(pasted.page), shown);
  shop.closeAllConnections();
});

test('demo site H8: a saved theme shows everywhere and lasts, and the reset is the preset byte for byte', async () => {
  const { page, context } = await visit(browser, `${demo.demo}/playground?state=plenty`);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const choice = page.locator('select[name=theme]');
  const color = page.locator('input[name="--wl-primary"]');
  const copied = async () => {
    await page.getByRole('button', { name: 'Copy CSS' }).click();
    await page.getByText('Copied.').waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  /** Reads the primary color of each widget. */
  const shown = () =>
    preview(page)
      .locator('wl-signup, wl-balance-meter, wl-buy-credits, wl-statement, wl-open')
      .evaluateAll((all) => [...new Set(all.map((one) => getComputedStyle(one).getPropertyValue('--wl-primary')))]);
  await preview(page).locator('wl-statement').getByText('Statement').first().waitFor();
  await choice.selectOption('preset:paper');
  const paper = readFileSync('themes/paper.css', 'utf8');
  assert.equal(await copied(), paper);

  await color.fill('#7a1f5c');
  await page.locator('input[name="--wl-border"]').fill('');
  await page.locator('input[name="--wl-focus"]').fill('#123456');
  await page.getByRole('textbox', { name: 'Name of the theme' }).fill('Plum');
  await page.getByRole('button', { name: 'Save' }).click();
  assert.deepEqual(await shown(), ['#7a1f5c']);
  const plum = await copied();
  assert.equal(
    plum,
    paper
      .replace(/--wl-primary: .+;/, '--wl-primary: #7a1f5c;')
      .replace(/ {2}--wl-border: .+;\n/, '')
      .replace(/\}\n$/, '  --wl-focus: #123456;\n}\n'),
  );

  const later = await context.newPage();
  await later.goto(`${demo.demo}/playground`);
  await later.locator('select[name=theme]').selectOption('saved:Plum');
  await later.waitForFunction(() => document.querySelector<HTMLInputElement>('input[name="--wl-primary"]')?.value === '#7a1f5c');
  await later.close();
  await page.reload();
  await page.waitForFunction(() => document.querySelector<HTMLSelectElement>('select[name=theme]')?.value === 'saved:Plum');
  assert.equal(await copied(), plum);

  await page.getByRole('button', { name: 'Reset' }).click();
  assert.equal(await copied(), paper);
  assert.equal(await choice.inputValue(), 'preset:paper');
  await choice.selectOption('saved:Plum');
  await page.getByRole('button', { name: 'Delete' }).click();
  assert.equal(await choice.locator('option[value^="saved:"]').count(), 0);
  await choice.selectOption('preset:default');
  assert.deepEqual(await shown(), ['']);
  assert.equal(await copied(), '');
});

test('demo site: the contrast is measured, and an unreadable color is named', async () => {
  const { page } = await visit(browser, `${demo.demo}/playground?state=low`);
  await page.getByText(/^All \d+ pairs of colors can be read/).waitFor();
  await page.locator('input[name="--wl-text"]').fill('#f4f4f4');
  await page.getByText(/pairs of colors cannot be read well/).waitFor();
});

test('demo site: every page for developers fits a narrow phone', async () => {
  for (const path of ['/demo', '/playground', '/reference', '/strict', '/both', '/app']) {
    const { page, context } = await visit(browser, demo.demo + path, { viewport: { width: 320, height: 640 } });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, path);
    await context.close();
  }
});
