import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';
import { programOf } from '../support/programs.ts';
import { until } from '../support/until.ts';
import { openClient } from './client.ts';

const demo = await runDemo();
const browser = await openBrowser();
const email = 'robin@example.test';
const password = 'Sunny-day-42';

const figures = (page: Page): Locator => page.locator('wl-balance-meter').first().locator('[part=figures]');
/** Waits until the meter shows these available credits. */
const untilShown = async (page: Page, available: string): Promise<void> => {
  await figures(page).getByText(available, { exact: true }).first().waitFor();
};
const readMinutes = async (page: Page): Promise<number> => Number(await page.locator('#agency-minutes').getAttribute('data-millis'));

async function waitForMail(address: string, subject: RegExp): Promise<{ html: string; text: string }> {
  return until(async () => {
    const { messages } = (await (await fetch(`${demo.mail}/messages?to=${encodeURIComponent(address)}`)).json()) as {
      messages: { subject: string; html: string; text: string }[];
    };
    return messages.find((message) => subject.test(message.subject));
  }, `a mail to ${address} about ${subject}`);
}

const requests: string[] = [];
const { context, page, errors } = await visit(browser, 'about:blank');
context.on('request', (request) => requests.push(request.url()));

test('accounts.signUp S1 E1: a visitor signs up with one script tag and gets the balance without a reload', async () => {
  await page.goto(`${demo.demo}/account`);
  await page.evaluate(() => {
    const seen: unknown[] = [];
    Object.assign(globalThis, { seen, notReloaded: true });
    for (const name of ['wl-signed-up', 'wl-credits-bought'])
      document.addEventListener(name, (event) => seen.push([name, (event as CustomEvent).detail]));
  });
  await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
  assert.ok(await page.evaluate(() => document.querySelector('input[autocomplete=new-password]') !== null), 'E4: password managers see it');
  const form = page.locator('wl-signup');
  await form.getByLabel('First name').fill('Robin');
  await form.getByLabel('Last name').fill('Meyer');
  await form.getByLabel('E-mail').fill(email);
  for (const field of await page.locator('wl-signup input[autocomplete=new-password]').all()) await field.fill(password);
  await form.locator('input[type=checkbox]').check();
  await form.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('Welcome, Robin').waitFor();
  await page
    .locator('wl-balance-meter')
    .first()
    .getByText(/10 free credits wait/)
    .waitFor();
  assert.equal(await page.evaluate(() => (globalThis as never as { notReloaded: boolean }).notReloaded), true);
});

test('bootstrap.read E14: the page makes one bootstrap request and opens one stream', async () => {
  const named = (operation: string) => requests.filter((url) => url.includes(operation)).length;
  await until(async () => named('live.stream') > 0, 'the stream, which opens once its code is there');
  assert.deepEqual({ bootstrap: named('bootstrap.read'), stream: named('live.stream') }, { bootstrap: 1, stream: 1 });
});

test('accounts.verifyEmail S10 U7: the mailed link gives the free credits, and updates the page that stayed open', async () => {
  const before = await readMinutes(page);
  const { text } = await waitForMail(email, /confirm/i);
  const link = /http:\/\/northwind\.localhost\S+#wl-verify=\S+/.exec(text)?.[0] ?? assert.fail(text);
  const second = await context.newPage();
  await second.goto(link);
  await untilShown(second, '10');
  assert.ok(!second.url().includes('wl-verify'), 'the token is gone from the address');
  await untilShown(page, '10');
  await page.waitForFunction(
    (was) => Number(document.querySelector<HTMLElement>('#agency-minutes')?.dataset.millis) === was - 10_000,
    before,
  );
  assert.match(await page.locator('#agency-minutes').innerText(), /^\d,\d{3}$/, 'whole minutes have no fraction');
  assert.equal(await page.locator('#agency-change').innerText(), '−10');
  await second.close();
});

test('accounts.verifyEmail S10: the mailed link also works in the tab of its page', async () => {
  const address = 'same-tab@example.test';
  const visitor = await openClient(demo, browser, address);
  const { text } = await waitForMail(address, /confirm/i);
  await visitor.page.goto(/http:\/\/northwind\.localhost\S+#wl-verify=\S+/.exec(text)?.[0] ?? assert.fail(text));
  await visitor.page.getByText('Your e-mail is confirmed and 10 free credits are yours.').waitFor();
  await visitor.context.close();
  assert.deepEqual(visitor.errors, []);
});

test('credits.checkout P1 P5 E6: a bought package raises the balance without a reload, and the page gets one event', async () => {
  const buy = page.locator('wl-buy-credits');
  await buy.getByText('Breeze').click();
  const [tab] = await Promise.all([context.waitForEvent('page'), buy.getByRole('button', { name: /^Buy/ }).click()]);
  await tab.locator('[data-action=pay]').click();
  await tab.waitForURL(`${demo.demo}/**`);
  await untilShown(page, '110');
  await buy.getByText(/110/).first().waitFor();
  assert.equal(await page.evaluate(() => (globalThis as never as { notReloaded: boolean }).notReloaded), true);
  await tab.close();
  const seen = await page.evaluate(() => (globalThis as never as { seen: [string, Record<string, unknown>][] }).seen);
  const bought = seen.filter(([name]) => name === 'wl-credits-bought');
  assert.equal(bought.length, 1);
  assert.match(String(bought[0]?.[1].sessionId), /^cs_/);
  assert.deepEqual(
    { credits: bought[0]?.[1].credits, balanceAfter: bought[0]?.[1].balanceAfter },
    { credits: 100_000, balanceAfter: 110_000 },
  );
});

test('usage.record C1 C9 U7: a 61-second call costs 1.017 credits, and the agency as much after free ones', async () => {
  await page.locator('#long-call').click();
  await page.getByText('600 seconds, 10 credits used.').waitFor();
  await untilShown(page, '100');
  const before = await readMinutes(page);
  await page.locator('#test-call').click();
  await page.getByText('61 seconds, 1.017 credits used.').waitFor();
  await untilShown(page, '98.98');
  await page.waitForFunction(
    (was) => Number(document.querySelector<HTMLElement>('#agency-minutes')?.dataset.millis) === was - 1017,
    before,
  );
  assert.match(await page.locator('#agency-minutes').innerText(), /^\d,\d{3}\.983$/);
});

test('sessions.refresh T4: the next page is signed in at once, and its storage holds no secret', async () => {
  const again = await context.newPage();
  await again.goto(`${demo.demo}/account`);
  await again.getByText('Welcome, Robin').waitFor();
  await untilShown(again, '98.98');
  const lying = await again.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, document.documentElement.outerHTML]),
  );
  assert.doesNotMatch(lying, /eyJ[\w-]+\.|wlr_/);
  await again.close();
});

test('accounts.signIn S1: a client signs out and in again by e-mail and password', async () => {
  await page.locator('wl-signup').getByRole('button', { name: 'Sign out' }).click();
  const form = page.locator('wl-signup');
  const password1 = page.locator('wl-signup input[autocomplete=current-password]');
  if (!(await password1.isVisible())) await form.getByRole('button', { name: 'Sign in' }).first().click();
  await page.locator('wl-signup input[autocomplete~=username]').fill(email);
  await password1.fill(password);
  await form.getByRole('button', { name: 'Sign in' }).last().click();
  await page.getByText('Welcome, Robin').waitFor();
  await untilShown(page, '98.98');
});

test('brand.read H9: no page, widget or mail for clients names the platform', async () => {
  for (const path of ['/', '/pricing', '/account']) {
    await page.goto(demo.demo + path);
    assert.doesNotMatch(await page.content(), /livery/i);
  }
  for (const subject of [/confirm/i, /receipt|payment|thank/i]) {
    const mail = await waitForMail(email, subject);
    assert.doesNotMatch(mail.html + mail.text, /livery/i);
    assert.match(mail.html, /Northwind Voice/);
  }
  assert.doesNotMatch(await (await fetch(`${demo.api}/embed/v1/wl.js`)).text(), /livery/i);
});

test('audit V6 A26: the ledger adds up, and no log, database file name or page has a secret', async () => {
  const audit = promisify(execFile)(process.execPath, programOf('api/commands/audit.ts'), {
    env: { ...process.env, DATA_DIR: demo.dataDir },
  });
  assert.match((await audit).stdout, /The ledger adds up\./);
  const log = await readFile(join(demo.dataDir, 'api.log'), 'utf8');
  const { platformKey } = JSON.parse(await readFile(join(demo.dataDir, 'keys.json'), 'utf8')) as { platformKey: string };
  for (const secret of [
    /sk_(test|live)_/,
    /whsec_/,
    /wls_/,
    /wlr_/,
    /eyJ[\w-]+\./,
    new RegExp(password),
    new RegExp(email),
    new RegExp(platformKey),
  ])
    assert.doesNotMatch(log, secret);
  assert.ok((await readdir(demo.dataDir)).includes('running.json'));
});

test('bootstrap.read E1: the pages report no errors', () => assert.deepEqual(errors, []));
