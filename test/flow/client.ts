import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import Stripe from 'stripe';
import { type ApiCall, apiAt } from '../../demo-site/api-client.ts';
import { visit } from '../support/browser.ts';
import type { RunningDemo } from '../support/demo.ts';

export interface Client {
  page: Page;
  context: BrowserContext;
  clientId: string;
  /** Errors that any of the client's pages reported. */
  errors: string[];
}

/** Signs a visitor up on Northwind's account page, and gives the client credits. */
export async function openClient(demo: RunningDemo, browser: Browser, email: string, credits = 0): Promise<Client> {
  const { page, context, errors } = await visit(browser, `${demo.demo}/account`);
  await signUpIn(page, email);
  const clientId = await page.evaluate(() => (globalThis as never as { wl: { account: { clientId: string } } }).wl.account.clientId);
  if (credits > 0) {
    await asAgency(demo)('credits.allocate', { clientId, amountMillis: credits * 1000, description: 'A present' });
    await untilShown(page, String(credits));
  }
  return { page, context, clientId, errors };
}

/** Signs somebody up in the form of a page or frame, and waits until it says so. */
export async function signUpIn(inside: Page | FrameLocator, email: string): Promise<void> {
  const form = inside.locator('wl-signup');
  await form.getByLabel('First name').fill('Robin');
  await form.getByLabel('Last name').fill('Meyer');
  await form.getByLabel('E-mail').fill(email);
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill('Sunny-day-42');
  await form.locator('input[type=checkbox]').check();
  await form.getByRole('button', { name: 'Create account' }).click();
  await form.getByText('Welcome, Robin').waitFor();
}

/** Calls an operation as Northwind's own server. */
export function asAgency({ api, agency }: RunningDemo): <Answer>(operation: string, input?: Record<string, unknown>) => Promise<Answer> {
  const call: ApiCall = apiAt(api);
  return (operation, input) => call(operation, agency.keys.test.secret, input);
}

/** Waits until the meter shows these credits. */
export const untilShown = (page: Page, available: string): Promise<void> =>
  page.locator('wl-balance-meter').first().locator('[part=figures]').getByText(available, { exact: true }).first().waitFor();

/** Chooses a package on the page, and pays for it on the hosted page in another tab. */
export async function buyPackage({ page, context }: Client, name: string): Promise<void> {
  const shop = page.locator('wl-buy-credits').first();
  await shop.getByText(name).first().click();
  await payInTab(context, () => shop.getByRole('button', { name: /^Buy/ }).click());
}

/** Clicks, and pays on the hosted page that opens. */
export async function payInTab(context: BrowserContext, click: () => Promise<void>): Promise<void> {
  const [tab] = await Promise.all([context.waitForEvent('page'), click()]);
  await tab.locator('[data-action=pay]').click();
  await tab.waitForURL(/northwind\.localhost/);
  await tab.close();
}

/**
 * Marks the page.
 * @returns an assertion that the page was not reloaded since
 */
export async function markPage(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
  return async () =>
    assert.ok(await page.evaluate(() => (globalThis as never as { notReloaded?: true }).notReloaded), 'the page was not loaded again');
}

/** Reads the last payment from Northwind's account at Stripe. */
export async function readLastPayment({ dataDir, sandbox }: RunningDemo): Promise<Stripe.PaymentIntent> {
  const { stripe: account } = JSON.parse(await readFile(join(dataDir, 'demo.json'), 'utf8')) as { stripe: { secretKey: string } };
  const { hostname, port } = new URL(sandbox);
  const stripe = new Stripe(account.secretKey, { host: hostname, port, protocol: 'http', telemetry: false });
  const [session] = (await stripe.checkout.sessions.list({ limit: 1 })).data;
  return stripe.paymentIntents.retrieve(String(session?.payment_intent));
}

/** Reads from the sandbox; changes it if there is something to send. */
export async function askSandbox<Answer>({ sandbox }: Pick<RunningDemo, 'sandbox'>, path: string, sent?: object): Promise<Answer> {
  const request = sent && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(sent) };
  const reply = await fetch(sandbox + path, request);
  assert.ok(reply.ok, `${path}: ${reply.status}`);
  return (await reply.json()) as Answer;
}
