import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, visit } from '../support/browser.ts';
import { openShop } from '../support/shop.ts';

const mine = { 'buy.heading': 'Top up', 'Buy.headings': 'Top up', 'plan.limit': 'No more.', 'plans.none': 'None.', 'signup.title': 'Join' };
const shop = await openShop(
  ({ script }) => `<!doctype html><html lang="en"><title>Shop</title><body>
    <script>window.wl = { strings: ${JSON.stringify(mine)} }</script>${script}
    <wl-buy-credits strings='{"meter.lable":"Left"}'></wl-buy-credits><wl-balance-meter></wl-balance-meter></body></html>`,
);
const browser = await openBrowser();

test('the elements MT27: a key of strings that nobody knows is named in the console, with the nearest one', async () => {
  const { page, context } = await visit(browser, 'about:blank');
  const told: string[] = [];
  context.on('console', (message) => message.type() === 'warning' && told.push(message.text()));
  await page.goto(shop.page);
  await page.getByRole('heading', { name: 'Top up' }).waitFor();
  const sentence = (key: string, near: string) =>
    `"strings" has "${key}", which is no key of a text. The nearest is "${near}"; docs/strings.md lists all.`;
  const expected = [
    sentence('Buy.headings', 'buy.heading'),
    sentence('meter.lable', 'meter.label'),
    sentence('signup.title', 'signUp.hint'),
  ];
  while (told.length < expected.length) await context.waitForEvent('console');
  assert.deepEqual(told.sort(), expected);
});
