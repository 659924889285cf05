import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { loseField, neededFields } from '../api/agencies/portal-fields.ts';
import { startApi } from '../support/api.ts';
import { openBrowser, visit } from '../support/browser.ts';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const api = await startApi();
const browser = await openBrowser();
const brand = { companyName: 'Breeze Calling', primaryColor: '#0c5b50' };
// This agency has no page of its own.
const agency = await api.createAgency({ origins: [], brand });
const address = `${api.url}/p/${agency.slug}`;

/** Opens the hosted page as a visitor, and collects violations of its policy. */
async function openPage(options: Parameters<typeof visit>[2] = {}, url = address) {
  const visited = await visit(browser, 'about:blank', options);
  // The page's policy blocks an added script tag.
  await visited.page.addInitScript(axe);
  await visited.page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(globalThis, { violations });
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      violations.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  await visited.page.goto(url);
  const violations = () => visited.page.evaluate(() => (globalThis as never as { violations: string[] }).violations);
  return { ...visited, violations };
}

async function signUp(page: Page, email: string): Promise<void> {
  const form = page.locator('wl-signup');
  await form.getByRole('button', { name: 'Create account' }).waitFor();
  await form.locator('input[autocomplete=given-name]').fill('Robin');
  await form.locator('input[autocomplete=family-name]').fill('Meyer');
  await form.locator('input[autocomplete=email]').fill(email);
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill('Sunny-day-42');
  await form.getByRole('button', { name: 'Create account' }).click();
  await form.getByText('Welcome, Robin').waitFor();
}

const untilShown = (page: Page, available: string) =>
  page.locator('wl-balance-meter [part=figures]').getByText(available, { exact: true }).first().waitFor();

test('portal.page E8 E13: a visitor signs up, confirms, buys and reads the statement under its policy', async () => {
  const { context, page, errors, violations } = await openPage();
  assert.equal(await page.title(), 'Breeze Calling');
  await page.getByText('Test mode: no real money').waitFor();
  await signUp(page, 'hosted@example.test');
  const { text } = await api.sandbox.mail.waitForMail('hosted@example.test', (mail) => mail.text.includes('#wl-verify='));
  const mailed = await context.newPage();
  await mailed.goto(new RegExp(`${address}#wl-verify=\\S+`).exec(text)?.[0] ?? assert.fail(text));
  await untilShown(mailed, '10');
  assert.equal(mailed.url(), address, 'the token is gone from the address');
  await mailed.close();

  const shop = page.locator('wl-buy-credits');
  await shop.getByText('100 credits').first().click();
  const [tab] = await Promise.all([context.waitForEvent('page'), shop.getByRole('button', { name: /^Buy/ }).click()]);
  await tab.locator('[data-action=pay]').click();
  await tab.waitForURL(`${api.url}/p/**`);
  await untilShown(page, '110');
  await untilShown(tab, '110');
  await tab.locator('wl-statement [part=thing]').nth(1).waitFor();
  await page.reload();
  await page.getByText('Welcome, Robin').waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.style.getPropertyValue('--wl-brand-primary')), '#0c5b50');
  assert.deepEqual(
    { errors, violations: await violations(), cookies: await context.cookies() },
    { errors: [], violations: [], cookies: [] },
  );
  assert.doesNotMatch(await page.content(), /livery/i);
});

test('portal.page E13: an address with the former slug keeps its token, and another agency has another page', async () => {
  const other = await api.createAgency({ origins: [] });
  const { page, errors } = await openPage();
  await signUp(page, 'two-pages@example.test');
  await page.goto(`${api.url}/p/${other.slug}`);
  await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
  await other.live.call('agency.update', { slug: `renamed-${other.slug}` });
  await page.goto('about:blank');
  await page.goto(`${api.url}/p/${other.slug}#wl-reset=a-token`);
  await page.getByText('Choose a new password').first().waitFor();
  assert.equal(page.url(), `${api.url}/p/renamed-${other.slug}`);
  assert.deepEqual(errors, []);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1200]) {
    test(`portal.page E13: ${width} pixels wide in ${colorScheme} it fits and is accessible, before and after sign-in`, async () => {
      const { page } = await openPage({ colorScheme, viewport: { width, height: 800 } });
      const check = async (when: string) => {
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, when);
        const found = await page.evaluate(async () => {
          const { axe } = globalThis as never as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
          return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
        });
        assert.deepEqual(found, [], when);
      };
      await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
      await check('signed out');
      await signUp(page, `${colorScheme}-${width}@example.test`);
      await page.locator('wl-statement').getByText('Statement').first().waitFor();
      await check('signed in');
    });
  }
}

test('portal.page MT15: a client signs in on the page of an incomplete live portal, below its notice', async () => {
  const incomplete = await api.createAgency({ stripe: 'live', brand });
  const client = await incomplete.openPage();
  await client.signUp();
  await incomplete.allocate(client.clientId, 5_000);
  await loseField(incomplete, neededFields['stripe.webhookSecret']);
  api.deps.directory.forget();

  const { page, errors } = await openPage({}, `${api.url}/p/${incomplete.slug}`);
  const form = page.locator('wl-signup');
  await form.getByText('This service is not available at the moment.').waitFor();
  await form.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.equal(await page.getByText('Create account').count(), 0);
  assert.equal(await page.getByText('false').count(), 0, 'nothing stands below');
  await form.locator('input[name=login]').fill(client.email);
  await form.locator('input[name=password]').fill('Sunny-day-42');
  await form.getByRole('button', { name: 'Sign in' }).click();
  await untilShown(page, '5');
  await page.locator('wl-statement [part=thing]').waitFor();
  assert.equal(await page.getByText('This service is not available at the moment.').count(), 0);
  await page.reload();
  await untilShown(page, '5');
  assert.deepEqual(errors, []);
});
