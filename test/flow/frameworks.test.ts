import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';

const demo = await runDemo();
const browser = await openBrowser();
const open = (path: string) => visit(browser, `${demo.demo}/${path}`);

let people = 0;

/** Signs somebody up in the form of a page, and waits until it says so. */
async function signUp(page: Page): Promise<void> {
  const form = page.locator('wl-signup');
  people += 1;
  await form.getByLabel('First name').fill('Robin');
  await form.getByLabel('Last name').fill('Meyer');
  await form.getByLabel('E-mail').fill(`framework-${people}@example.test`);
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill('Sunny-day-42');
  await form.locator('input[type=checkbox]').check();
  await form.getByRole('button', { name: 'Create account' }).click();
  await form.getByText('Welcome, Robin').waitFor();
}

const forms = (page: Page) => page.locator('wl-signup > input[name=email]').count();
const button = (page: Page) => page.locator('wl-signup').getByRole('button', { name: 'Create account' });

test('frameworks PG2: Turbo 8 shows a copy on the way back, and its one form works', async () => {
  const { page, errors } = await open('turbo');
  await button(page).waitFor();
  await page.getByRole('link', { name: 'Credits' }).click();
  await page.waitForURL('**/turbo/credits');
  await button(page).waitFor();
  await page.goBack();
  await page.waitForURL('**/turbo');
  await button(page).waitFor();
  assert.equal(await forms(page), 1);
  await page.locator('wl-gate').getByText('Sign in to see this.').waitFor();
  assert.equal(await page.locator('#behind').count(), 1);
  await signUp(page);
  assert.deepEqual(errors, []);
});

test('frameworks PG2: Turbo 8 morphs the page, and what was typed into the form is still there', async () => {
  const { page, errors } = await open('turbo');
  await page.locator('wl-signup').getByLabel('First name').fill('Robin');
  await page.evaluate(() => {
    const { Turbo } = globalThis as unknown as { Turbo: { visit(url: string, options: object): void } };
    const done = new Promise((resolve) => document.addEventListener('turbo:render', resolve, { once: true }));
    Turbo.visit(location.href, { action: 'replace' });
    return done;
  });
  await button(page).waitFor();
  assert.equal(await forms(page), 1);
  assert.equal(await page.locator('wl-signup').getByLabel('First name').inputValue(), 'Robin');
  await signUp(page);
  assert.deepEqual(errors, []);
});

test('frameworks PG2: React 19 removes what is behind a locked gate, and hands settings in and out', async () => {
  const { page, errors } = await open('react');
  await page.locator('wl-gate').getByText('Sign in to see this.').waitFor();
  await page.getByRole('heading', { name: 'Join us' }).waitFor();
  await page.getByRole('button', { name: 'Show or hide' }).click();
  await page.getByText('Hidden', { exact: true }).waitFor();
  assert.equal(await page.locator('#behind').count(), 0);
  await page.getByRole('heading', { name: 'Create your account' }).waitFor();
  await page.getByRole('button', { name: 'Show or hide' }).click();
  await page.getByRole('button', { name: 'Change the form' }).click();
  await page.locator('wl-signup input[name=login]').waitFor();
  await page.getByRole('button', { name: 'Change the form' }).click();
  await signUp(page);
  assert.deepEqual(errors, []);
});

test('frameworks PG2: Vue 3 takes elements and what stands in them out and puts them in again', async () => {
  const { page, errors } = await open('vue');
  await page.getByRole('heading', { name: 'Join us' }).waitFor();
  for (const count of [0, 1]) {
    await page.getByRole('button', { name: 'Show or hide' }).click();
    await page.waitForFunction((wanted) => document.querySelectorAll('#behind').length === wanted, count);
  }
  await signUp(page);
  assert.deepEqual(errors, []);
});

test('frameworks PG2: htmx 2 brings elements, which are loaded, and takes them out', async () => {
  const { page, errors } = await open('htmx');
  await signUp(page);
  for (const name of ['Load the part', 'Replace the part', 'Load the part']) {
    await page.getByRole('button', { name }).click();
    await page.locator('wl-plans [part=plan]').first().waitFor();
    await page.locator('#part wl-balance-meter [part=figures]').first().waitFor();
  }
  assert.deepEqual(errors, []);
});
