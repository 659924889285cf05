import assert from 'node:assert/strict';
import test from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';

const demo = await runDemo();
const browser = await openBrowser();
const password = 'Sunny-day-42';

/** Opens a page, and collects violations of its policy from its first moment on. */
async function openPage(path: string, from: Browser = browser) {
  const visited = await visit(from, 'about:blank');
  await visited.page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(globalThis, { violations });
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      violations.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  await visited.page.goto(demo.demo + path);
  const violations = () => visited.page.evaluate(() => (globalThis as never as { violations: string[] }).violations);
  return { ...visited, violations };
}

async function signUp(page: Page, email: string, inside = 'body'): Promise<void> {
  const form = page.locator(`${inside} wl-signup`);
  await form.locator('input[autocomplete=given-name]').fill('Robin');
  await form.locator('input[autocomplete=family-name]').fill('Meyer');
  await form.locator('input[autocomplete=email]').fill(email);
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill(password);
  const consent = form.locator('input[type=checkbox]');
  if (await consent.count()) await consent.check();
  await form.getByRole('button', { name: 'Create account' }).click();
  await form.getByText('Welcome, Robin').waitFor();
}

const untilShown = (page: Page, available: string, inside = 'body') =>
  page.locator(`${inside} wl-balance-meter [part=figures]`).last().getByText(available, { exact: true }).first().waitFor();

/** Buys a package, and pays for it on the hosted page. */
async function buyPackage(page: Page, name: string, inside = 'body'): Promise<void> {
  const shop = page.locator(`${inside} wl-buy-credits`);
  await shop.getByText(name).first().click();
  const [tab] = await Promise.all([page.context().waitForEvent('page'), shop.getByRole('button', { name: /^Buy/ }).click()]);
  await tab.locator('[data-action=pay]').click();
  await tab.waitForURL(`${demo.demo}/**`);
  await tab.close();
}

test('bootstrap.read E2 A30 RT14: under a strict policy with Trusted Types everything works without a violation', async () => {
  const { page, errors, violations } = await openPage('/strict');
  await signUp(page, 'strict@example.test');
  assert.ok(await page.evaluate(() => document.querySelector('wl-signup')));
  await buyPackage(page, 'Breeze');
  await untilShown(page, '100');
  await page.locator('wl-signup').getByRole('button', { name: 'Sign out' }).click();
  await page.locator('wl-signup input[autocomplete=current-password]').waitFor();
  assert.deepEqual({ violations: await violations(), errors }, { violations: [], errors: [] });
});

test('bootstrap.read E3: without third-party cookies a visitor signs up, buys and sees the balance', async () => {
  const { page, errors } = await openPage('/twice', await openBrowser('--test-third-party-cookie-phaseout'));
  await signUp(page, 'cookies@example.test');
  await buyPackage(page, 'Breeze');
  await untilShown(page, '100');
  await page.goto(`${demo.demo}/account`);
  await page.getByText('Welcome, Robin').waitFor();
  assert.deepEqual({ errors, cookies: await page.context().cookies() }, { errors: [], cookies: [] });
});

test('bootstrap.read E4 A30: hostile style sheets and extended prototypes leave the widgets usable and silent', async () => {
  const { page, errors } = await openPage('/hostile');
  const input = page.locator('wl-signup input[autocomplete=new-password]').first();
  await input.waitFor();
  assert.ok(await page.evaluate(() => document.querySelector('input[autocomplete=new-password]')), 'password managers see the field');
  const box = await input.boundingBox();
  assert.ok(box && box.width > 200 && box.height >= 40 && box.x >= 0, JSON.stringify(box));
  const looks = await input.evaluate((element) => {
    const { opacity, backgroundColor, textTransform } = getComputedStyle(element);
    return { opacity, backgroundColor, textTransform };
  });
  assert.equal(looks.opacity, '1');
  assert.notEqual(looks.backgroundColor, 'rgb(255, 0, 255)');
  await page.locator('wl-signup label').first().waitFor({ state: 'visible' });
  await signUp(page, 'hostile@example.test');
  await buyPackage(page, 'Breeze');
  await untilShown(page, '100');
  assert.deepEqual(errors, []);
});

test('live.stream E16: after 50 views of a single-page app one stream is open, and no request is repeated', async () => {
  const { page, errors } = await openPage('/app');
  // The bootstrap request has ended when the form is there. No other may follow.
  await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
  const [started, open_] = [[] as string[], new Set<unknown>()];
  page.on('request', (request) => {
    started.push(request.url());
    if (request.url().includes('live.stream')) open_.add(request);
  });
  page.on('requestfinished', (request) => open_.delete(request));
  page.on('requestfailed', (request) => open_.delete(request));
  const streams = page.waitForRequest(/live\.stream/);
  await signUp(page, 'app@example.test');
  await streams;
  await page.evaluate(async () => {
    const links = [...document.querySelectorAll<HTMLElement>('a[data-view]')];
    for (let view = 0; view < 50; view += 1) {
      links[(view + 1) % links.length]?.click();
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await page.getByText('Welcome, Robin').waitFor();
  await untilShown(page, '0');
  assert.equal(open_.size, 1);
  assert.equal(started.filter((url) => url.includes('bootstrap.read')).length, 0);
  await page.getByRole('link', { name: 'Credits', exact: true }).click();
  await buyPackage(page, 'Breeze');
  await untilShown(page, '100');
  assert.deepEqual(errors, []);
});

test('bootstrap.read E15: two agencies on one page show their own prices and balances', async () => {
  const { page, errors } = await openPage('/both');
  await page.locator('#northwind wl-buy-credits').getByText('€39').first().waitFor();
  await page.locator('#harbor wl-buy-credits').getByText('£54').first().waitFor();
  await signUp(page, 'both@example.test', '#northwind');
  await signUp(page, 'both@example.test', '#harbor');
  await buyPackage(page, 'A week of nights', '#harbor');
  await untilShown(page, '120', '#harbor');
  await untilShown(page, '0', '#northwind');
  assert.deepEqual(errors, []);
});

test('bootstrap.read A30: a script pasted three times starts once', async () => {
  const { page, errors } = await visit(browser, 'about:blank');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${demo.demo}/twice`);
  await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
  assert.equal(requests.filter((url) => url.includes('wl.js')).length, 2, 'the other address was loaded, too');
  assert.equal(requests.filter((url) => url.includes('bootstrap.read')).length, 1);
  assert.deepEqual(errors, []);
});

test('bootstrap.read A30: if the page has defined one of our tags, the other widgets work and nothing is thrown', async () => {
  const { page, errors } = await visit(browser, 'about:blank');
  await page.addInitScript(() => customElements.define('wl-balance-meter', class extends HTMLElement {}));
  await page.goto(`${demo.demo}/twice`);
  await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
  await page.locator('wl-buy-credits').getByText('Breeze').first().waitFor();
  assert.deepEqual(errors, []);
});

test("brand.read H9: a second agency has its own host, currency, colors and name, not the platform's", async () => {
  const { page, errors } = await visit(browser, `${demo.harbor}/account`);
  await page.locator('wl-buy-credits').getByText('£199').first().waitFor();
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
  assert.equal(await page.evaluate(() => document.documentElement.style.getPropertyValue('--wl-brand-primary')), '#f2b544');
  assert.doesNotMatch(await page.content(), /livery/i);
  assert.deepEqual(errors, []);
});
