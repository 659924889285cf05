import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';
import { markPage, openClient, readLastPayment, untilShown } from './client.ts';

const demo = await runDemo();
const browser = await openBrowser();

/** Serves the sandbox's version of Stripe's script, or blocks it as a policy or a blocker does. */
async function routeScript(page: Page, how: 'there' | 'blocked'): Promise<void> {
  await page.route('https://js.stripe.com/**', async (route) => {
    if (how === 'blocked') return route.abort('blockedbyclient');
    const body = await (await fetch(`${demo.sandbox}/stripe-js/stripe.js`)).text();
    return route.fulfill({ contentType: 'text/javascript', body });
  });
}

const embed = (page: Page, tag: string) => page.evaluate((name) => document.querySelector(name)?.setAttribute('mode', 'embedded'), tag);

/** Locates the form inside the page. */
const form = (page: Page) => page.frameLocator('[slot=payment] iframe');

test("credits.checkout E5 P19: credits are paid in a form in the element's light DOM", async () => {
  const { page, errors } = await openClient(demo, browser, 'embedded@example.test');
  await routeScript(page, 'there');
  await embed(page, 'wl-buy-credits');
  const isStillThere = await markPage(page);
  const shop = page.locator('wl-buy-credits');
  await shop.getByText('Breeze').click();
  await shop.getByRole('button', { name: /^Buy/ }).click();
  await form(page).locator('[data-action=pay]').waitFor();
  assert.ok(await page.evaluate(() => document.querySelector('wl-buy-credits > [slot=payment] iframe')), 'the form is in the page itself');
  await form(page).locator('[data-action=pay]').click();
  await untilShown(page, '100');
  await isStillThere();
  assert.deepEqual(errors, []);
});

test('numbers.buy P19 N7: a number is paid in the page: authorized first, captured once it is there', async () => {
  const { page, errors } = await openClient(demo, browser, 'embedded-number@example.test');
  await routeScript(page, 'there');
  await page.goto(`${demo.demo}/account/numbers`);
  const numbers = page.locator('wl-number-purchase');
  await numbers.getByLabel('Area code').fill('415');
  await embed(page, 'wl-number-purchase');
  await numbers.getByRole('button', { name: 'Search', exact: true }).click();
  await numbers.locator('[part=result]').first().getByRole('button').click();
  await numbers.getByRole('button', { name: 'Pay €2.73' }).click();
  await form(page).locator('[data-action=pay]').click();
  await numbers.getByText('is yours').waitFor();
  const { status, amount_received: received } = await readLastPayment(demo);
  assert.deepEqual({ status, received }, { status: 'succeeded', received: 273 });
  assert.deepEqual(errors, []);
});

test("credits.checkout P19: without Stripe's script the client pays on the payment page, and the purchase ends", async () => {
  const { page } = await openClient(demo, browser, 'redirected@example.test');
  await routeScript(page, 'blocked');
  await embed(page, 'wl-buy-credits');
  const shop = page.locator('wl-buy-credits');
  await shop.getByText('Breeze').click();
  await shop.getByRole('button', { name: /^Buy/ }).click();
  await page.waitForURL(`${demo.sandbox}/**`);
  await page.locator('[data-action=pay]').click();
  await page.waitForURL(`${demo.demo}/**`);
  await untilShown(page, '100');
});

test("plans.choose P19: an order is also paid on the payment page if Stripe's script is blocked", async () => {
  const { page } = await openClient(demo, browser, 'redirected-plan@example.test');
  await routeScript(page, 'blocked');
  await page.goto(`${demo.demo}/account/plan`);
  const plans = page.locator('wl-plans');
  await plans.getByRole('button', { name: 'Choose Professional' }).click();
  await embed(page, 'wl-plans');
  await plans.getByRole('button', { name: 'Pay €39' }).click();
  await page.waitForURL(`${demo.sandbox}/**`);
  await page.locator('[data-action=pay]').click();
  await page.waitForURL(`${demo.demo}/**`);
  await plans.getByText('You are on Professional now.').waitFor();
});

test('credits.checkout P19 E2: with a policy that blocks the script the client pays on the payment page', async () => {
  const { page, context } = await openClient(demo, browser, 'strict-embedded@example.test');
  await routeScript(page, 'there');
  const asked: string[] = [];
  context.on('request', (request) => request.url().startsWith('https://js.stripe.com') && asked.push(request.url()));
  await page.goto(`${demo.demo}/strict`);
  const shop = page.locator('wl-buy-credits');
  await shop.getByText('Breeze').click();
  await embed(page, 'wl-buy-credits');
  await shop.getByRole('button', { name: /^Buy/ }).click();
  await page.waitForURL(`${demo.sandbox}/**`);
  assert.deepEqual(asked, []);
});
