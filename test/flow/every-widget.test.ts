import assert from 'node:assert/strict';
import test from 'node:test';
import type { Locator } from 'playwright-core';
import { allTags, type Tag } from '../../widgets/elements.ts';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';

const demo = await runDemo();
const { page, context, errors } = await visit(await openBrowser(), 'about:blank');
const tags = allTags();
const password = 'Sunny-day-42';
const element = (tag: string): Locator => page.locator(`section[aria-label=${tag}] > ${tag}`);

/** Uses each element after a client has signed up and paid, and waits for what it shows. */
const uses: Partial<Record<Tag, (element: Locator) => Promise<void>>> = {
  'wl-balance-meter': (meter) => meter.locator('[part=figures]').getByText('100', { exact: true }).first().waitFor(),
  'wl-statement': async (statement) => {
    await statement.locator('[part=thing]').first().waitFor();
    await statement.locator('[part=verify]').click();
    await statement.locator('[part=verdict]').waitFor();
  },
  'wl-account': async (account) => {
    await account.getByLabel('First name').waitFor();
    await account.getByRole('tab', { name: 'Purchases' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), account.locator('[part=receipt]').first().click()]);
    assert.match(download.suggestedFilename(), /^receipt-TEST-\d{6}\.pdf$/);
  },
  'wl-sessions': (sessions) => sessions.locator('[part=current]').waitFor(),
  'wl-plans': (plans) => plans.locator('[part=plan]').getByText('Your plan').waitFor(),
  'wl-number-purchase': async (numbers) => {
    await numbers.getByRole('button', { name: 'Search', exact: true }).click();
    await numbers.locator('[part=result]').first().waitFor();
  },
  'wl-knowledge-upload': async (knowledge) => {
    await knowledge.getByRole('tab', { name: 'Text' }).click();
    await knowledge.getByLabel('Title').fill('Opening hours');
    await knowledge.getByRole('textbox', { name: 'Text' }).fill('From 9 to 5.');
    await knowledge.getByRole('button', { name: 'Add to the list' }).click();
    await knowledge.getByRole('button', { name: 'Add for 0.5 credits' }).waitFor();
  },
  'wl-gate': (gate) => gate.getByText('For those who have a credit').waitFor(),
  'wl-open': async (open) => {
    await open.getByRole('button', { name: 'Show my statement' }).click();
    await open.locator('wl-statement [part=thing]').first().waitFor();
    await page.keyboard.press('Escape');
    await open.locator('wl-statement').waitFor({ state: 'detached' });
  },
};

test('demo V2: one page of the demo site has every widget, and each of them starts', async () => {
  await page.goto(`${demo.demo}/every`);
  for (const tag of tags) {
    await element(tag)
      .waitFor({ state: 'attached', timeout: 5_000 })
      .catch(() => assert.fail(`${tag} is not on /every`));
    await page.waitForFunction((name) => customElements.get(name) !== undefined, tag);
  }
});

test('demo V2: a visitor signs up on it, pays for credits and sees them', async () => {
  const form = element('wl-signup');
  await form.locator('input[autocomplete=given-name]').fill('Robin');
  await form.locator('input[autocomplete=family-name]').fill('Meyer');
  await form.locator('input[autocomplete=email]').fill('every@example.test');
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill(password);
  await form.locator('input[type=checkbox]').check();
  await form.getByRole('button', { name: 'Create account' }).click();
  await form.getByText('Welcome, Robin').waitFor();
  const shop = element('wl-buy-credits');
  await shop.getByText('Breeze').first().click();
  const [tab] = await Promise.all([context.waitForEvent('page'), shop.getByRole('button', { name: /^Buy/ }).click()]);
  await tab.locator('[data-action=pay]').click();
  await tab.waitForURL(`${demo.demo}/**`);
  await tab.close();
});

for (const tag of tags) {
  test(`demo V2: ${tag} is usable on the demo site`, async () => {
    await uses[tag]?.(element(tag));
    await page.waitForFunction(
      (name) => (document.querySelector(`section[aria-label=${name}] > ${name}`)?.getBoundingClientRect().height ?? 0) > 0,
      tag,
    );
    assert.equal(await element(tag).locator('[part=error]').count(), 0, `${tag} says that something is wrong`);
  });
}

test('demo V2: the page throws nothing', () => {
  // The widget that asked shows a 404 itself.
  assert.deepEqual(
    errors.filter((error) => !error.startsWith('Failed to load resource')),
    [],
  );
});
