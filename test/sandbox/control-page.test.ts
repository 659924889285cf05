import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import { openBrowser } from '../support/browser.ts';
import { openSandbox, purchase } from './open.ts';

const browser = await openBrowser();

/** A sandbox that shows every kind of card. */
async function openBusy(t: Parameters<typeof openSandbox>[0]) {
  const opened = await openSandbox(t);
  const { sandbox, stripe, product } = opened;
  await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:1/a-rather-long-address/of-an-endpoint', enabled_events: ['*'] });
  const paid = async () => {
    const { id } = await stripe.checkout.sessions.create(purchase(product.id, { customer_email: 'ada.lovelace@client.test' }));
    sandbox.stripe.pay(id);
    return id;
  };
  sandbox.stripe.refund(await paid(), 500, 'pending');
  sandbox.stripe.dispute(await paid());
  sandbox.clock.advance(3600);
  return { ...opened, paid };
}

test('sandbox control page V4: readable at any width, light and dark, and accessible', async (t) => {
  const { sandbox } = await openBusy(t);
  sandbox.faults.script(['drop-after-headers', 'lost']);
  const looks = [
    { width: 320, colorScheme: 'dark' },
    { width: 1200, colorScheme: 'light' },
  ] as const;
  for (const { width, colorScheme } of looks) {
    const tab = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    await tab.goto(sandbox.url);
    assert.equal(await tab.evaluate('document.documentElement.scrollWidth'), width);
    await tab.evaluate(axe.source);
    const found = (await tab.evaluate('axe.run()')) as axe.AxeResults;
    assert.deepEqual(
      found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
      [],
    );
    await tab.close();
  }
});

test('sandbox control page V4: a developer moves the clock, gives money back and lets things go wrong', async (t) => {
  const { sandbox, paid } = await openBusy(t);
  const id = await paid();
  sandbox.faults.script(['drop-after-headers', 'mail-dropped']);
  const tab = await browser.newPage();
  await tab.goto(sandbox.url);
  const card = tab.locator(`[data-session="${id}"]`);
  await card.locator('[data-action=refund-half]').click();
  await card.getByText('Refund €9.50').waitFor();
  await card.locator('[data-action=refund-fails]').click();
  await card.getByText('failed').waitFor();
  await card.locator('[data-action=dispute]').click();
  await card.locator('[data-action=dispute-won]').click();
  await card.getByText('won', { exact: true }).waitFor();
  assert.deepEqual([sandbox.stripe.refunds().at(-1)?.status, sandbox.stripe.disputes().at(-1)?.status], ['failed', 'won']);
  await tab.locator('[data-action=clock-month]').focus();
  await tab.keyboard.press('Enter');
  await tab.getByText('30 days, 1 hour ahead').waitFor();
  assert.equal(await tab.evaluate('document.activeElement.dataset.action'), 'clock-month', 'the keyboard stays where it was');
  await tab.locator('[data-action=clock-now]').click();
  await tab.getByText('real time', { exact: true }).waitFor();
  await tab.locator('[data-action=fault-503]').click();
  await tab.getByText('drop-after-headers mail-dropped 503').waitFor();
  await tab.locator('[data-action=faults-calm]').click();
  await tab.getByText('Stop all faults').waitFor({ state: 'detached' });
  assert.deepEqual(sandbox.faults.state().waiting, []);
  await tab.close();
});
