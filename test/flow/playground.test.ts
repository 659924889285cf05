import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import type { Frame, Page } from 'playwright-core';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';

const demo = await runDemo();
const browser = await openBrowser();

const preview = (page: Page) => page.frameLocator('iframe');

/** What an element looks like, as far as a theme decides it. */
const looks = (frame: Page | Frame) =>
  frame
    .locator('wl-buy-credits [part~=button-primary]')
    .first()
    .evaluate((button) => {
      const { backgroundColor, color, borderTopLeftRadius, fontSize, height } = getComputedStyle(button);
      return { backgroundColor, color, borderTopLeftRadius, fontSize, height };
    });

test('demo site V3: every situation of the playground has an address, and shows what it says by the real API', async () => {
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
    ['canceled', 'wl-buy-credits', /cancel/i],
    ['refused', 'wl-signup', /not available on this page/],
  ];
  const known = await page
    .locator('select[name=situation] option')
    .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
  assert.deepEqual(
    known,
    expected.map(([name]) => name),
  );
  for (const [name, element, words] of expected) {
    await page.goto(`${demo.demo}/playground?situation=${name}`);
    await preview(page).locator(element).getByText(words).first().waitFor();
  }
  assert.deepEqual(
    errors.filter((error) => !error.includes('403')),
    [],
  );
});

test('demo site E9: another primary color shows in the preview and in the snippet, and the pasted snippet renders the same', async () => {
  const { page } = await visit(browser, `${demo.demo}/playground?situation=visitor`);
  await preview(page).getByText('Breeze').first().waitFor();
  const frame = page.frame({ name: 'preview' }) ?? assert.fail('no preview');
  const before = await looks(frame);
  await page.getByRole('button', { name: 'paper' }).click();
  await page.locator('input[name="--wl-primary"]').fill('#7a1f5c');
  const shown = await looks(frame);
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
  // Test keys are good on localhost, so the snippet works where a developer tries it first.
  const pasted = await visit(browser, `http://localhost:${(shop.address() as AddressInfo).port}/`);
  await pasted.page.locator('wl-buy-credits').getByText('Breeze').first().waitFor();
  assert.deepEqual(await looks(pasted.page), shown);
  shop.closeAllConnections();
});

test('demo site H8: a preset fills every variable, and the reset brings back what was there', async () => {
  const { page } = await visit(browser, `${demo.demo}/playground`);
  await preview(page).getByText('Breeze').first().waitFor();
  const before = await page.locator('.paste code').textContent();
  await page.getByRole('button', { name: 'signal' }).click();
  assert.match((await page.locator('.paste code').textContent()) ?? '', /<style>/);
  await page.getByRole('button', { name: 'Reset all' }).click();
  assert.equal(await page.locator('.paste code').textContent(), before);
});

test('demo site: the contrast of what is shown is measured, and a color that cannot be read is named', async () => {
  const { page } = await visit(browser, `${demo.demo}/playground?situation=low`);
  await page.getByText(/^All \d+ pairs of colors can be read/).waitFor();
  await page.locator('input[name="--wl-text"]').fill('#f4f4f4');
  await page.getByText(/pairs of colors cannot be read well/).waitFor();
});

test('demo site: no page for developers is wider than a narrow phone', async () => {
  for (const path of ['/demo', '/playground', '/reference', '/strict', '/both', '/app']) {
    const { page, context } = await visit(browser, demo.demo + path, { viewport: { width: 320, height: 640 } });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, path);
    await context.close();
  }
});
