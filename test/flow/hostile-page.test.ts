import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, visit } from '../support/browser.ts';
import { openShop } from '../support/shop.ts';

const shop = await openShop(
  ({ script }) => `<!doctype html><html lang="en"><head><base href="https://elsewhere.invalid/x/"><title>Shop</title></head><body>
    <form id="wl" name="fetch"><input name="token"></form><a id="JSON"></a><img name="crypto" alt="">
    ${script}<wl-balance-meter></wl-balance-meter><wl-signup></wl-signup><wl-buy-credits></wl-buy-credits></body></html>`,
);
const browser = await openBrowser();
let people = 0;

/** Signs up and reads the packages, which uses state, requests, proofs and lazy parts. */
async function signUpAndRead(page: Page): Promise<void> {
  const form = page.locator('wl-signup').first();
  people += 1;
  await form.getByLabel('First name').fill('Robin');
  await form.getByLabel('Last name').fill('Meyer');
  await form.getByLabel('E-mail').fill(`hostile-${people}@example.test`);
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill('Sunny-day-42');
  await form.getByRole('button', { name: 'Create account' }).click();
  await form.getByText('Welcome, Robin').waitFor();
  await page.locator('wl-buy-credits').first().getByText('100 credits').first().waitFor();
  await page.reload();
  await page.locator('wl-balance-meter').first().locator('[part=figures]').waitFor();
}

/** Pages with another base address, and with elements named as globals. */
const pages: Record<string, (page: Page) => Promise<unknown>> = {
  'that redefines globals once it has loaded': (page) =>
    page.addInitScript(() => {
      addEventListener('load', () => {
        const { fetch, JSON: json, Promise: promise } = globalThis;
        globalThis.fetch = (...sent) => fetch(...sent);
        globalThis.JSON = { parse: json.parse, stringify: json.stringify } as JSON;
        globalThis.Promise = class extends promise<unknown> {} as never;
        globalThis.URL = class extends URL {} as never;
      });
    }),
  'to which strangers send messages': (page) =>
    page.addInitScript(() => {
      setInterval(() => {
        for (const said of ['signed-out', 'signed-in', null, 7, { canceled: 'x' }, { returned: 'x' }, { type: 'wl' }])
          postMessage(said, '*');
      }, 50);
    }),
  'that forbids to store anything': (page) =>
    page.addInitScript(() => {
      for (const name of ['sessionStorage', 'localStorage'])
        Object.defineProperty(globalThis, name, {
          get() {
            throw new DOMException('no', 'SecurityError');
          },
        });
    }),
  'whose storage is full': (page) =>
    page.addInitScript(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    }),
};

for (const [what, prepare] of Object.entries(pages)) {
  test(`bootstrap.read A30: a page ${what} can be used`, async () => {
    const { page, errors } = await visit(browser, 'about:blank');
    await prepare(page);
    await page.goto(shop.page);
    await signUpAndRead(page).catch((error) => assert.fail(`${error}\n${errors.join('\n')}`));
    assert.deepEqual(errors, []);
  });
}
