import assert from 'node:assert/strict';
import test from 'node:test';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';
import { asAgency, markPage, openClient } from './client.ts';

const demo = await runDemo();
const browser = await openBrowser();
const reports = `${demo.demo}/account/reports`;

/** Tells whether the agency's own content is in the page, visible or not. */
const isInPage = (page: Awaited<ReturnType<typeof visit>>['page']) => page.evaluate(() => document.querySelector('#week') !== null);

test('entitlements.read E18: a visitor sees the gate, and its content is not in the page', async () => {
  const { page, errors } = await visit(browser, reports);
  await page.locator('wl-gate').getByRole('link', { name: 'Open an account or sign in to see reports' }).waitFor();
  assert.equal(await isInPage(page), false);
  assert.deepEqual(errors, []);
});

test('entitlements.read E18: if the script does not load, the content of the gate stays hidden', async () => {
  const { page, context } = await visit(browser, 'about:blank');
  await context.route('**/embed/**', (route) => route.abort());
  await page.goto(reports);
  await page.getByText('Who called, when, and what came of it.').waitFor();
  assert.equal(await page.locator('#week').isVisible(), false);
});

test('entitlements.read E18: the content appears once Professional is paid, without a reload', async () => {
  const { page, errors } = await openClient(demo, browser, 'gate@example.test', 120);
  await page.goto(reports);
  const gate = page.locator('wl-gate');
  await gate.getByText('This is part of another plan.').waitFor();
  assert.equal(await isInPage(page), false);
  const isStillThere = await markPage(page);
  await gate.getByRole('button', { name: 'See plans' }).click();
  await gate.getByRole('button', { name: 'Choose Professional' }).click();
  await gate.getByRole('button', { name: 'Pay 100 credits' }).click();
  await page.getByRole('heading', { name: 'This week' }).waitFor();
  await isStillThere();
  assert.deepEqual(errors, []);
});

test('plans.assign E18: a plan that the agency assigns opens the gate at the next visit, and another closes it', async () => {
  const { page, clientId, errors } = await openClient(demo, browser, 'gate-given@example.test');
  await asAgency(demo)('plans.assign', { clientId, planId: 'pln_professional' });
  await page.goto(reports);
  await page.getByRole('heading', { name: 'This week' }).waitFor();
  await asAgency(demo)('plans.assign', { clientId, planId: 'pln_standard' });
  await page.reload();
  await page.locator('wl-gate').getByText('This is part of another plan.').waitFor();
  assert.equal(await isInPage(page), false);
  assert.deepEqual(errors, []);
});
