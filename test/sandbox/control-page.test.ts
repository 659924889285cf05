import assert from 'node:assert/strict';
import { test } from 'node:test';
import axe from 'axe-core';
import Retell from 'retell-sdk';
import { openBrowser } from '../support/browser.ts';
import { comesTo } from '../support/until.ts';
import { openSandbox, purchase } from './open.ts';
import { twilioAt } from './twilio-sdk.ts';

const browser = await openBrowser();

/** Opens a sandbox whose page shows every kind of card. */
async function openBusy(t: Parameters<typeof openSandbox>[0]) {
  const opened = await openSandbox(t, { processingMillis: 60_000 });
  const { sandbox, stripe, product } = opened;
  await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:1/a-rather-long-address/of-an-endpoint', enabled_events: ['*'] });
  const paySession = async () => {
    const { id } = await stripe.checkout.sessions.create(purchase(product.id, { customer_email: 'ada.lovelace@client.test' }));
    sandbox.stripe.pay(id);
    return id;
  };
  sandbox.stripe.refund(await paySession(), 500, 'pending');
  sandbox.stripe.dispute(await paySession());
  const twilio = sandbox.twilio.createAccount('Northwind Voice');
  sandbox.twilio.addBundle(twilio.sid, { country: 'GB', type: 'mobile', status: 'pending-review' });
  const [from = ''] = sandbox.twilio.numbers().flatMap(({ phoneNumber, capabilities }) => (capabilities.sms ? [phoneNumber] : []));
  await twilioAt(sandbox.twilioUrl, twilio).messages.create({ from, to: '+491701234567', body: '042137 is your code.' });
  const { apiKey } = sandbox.retell.createAccount('Northwind Voice');
  const retell = new Retell({ apiKey, baseURL: sandbox.retellUrl, maxRetries: 0 });
  await retell.knowledgeBase.create({
    knowledge_base_name: 'src_1',
    knowledge_base_urls: ['https://northwind.test/a-rather-long-address/of-a-page'],
  });
  sandbox.clock.advance(3600);
  await retell.knowledgeBase.create({ knowledge_base_name: 'src_2', knowledge_base_texts: [{ title: 'Hours', text: 'Nine' }] });
  return { ...opened, paid: paySession };
}

test('sandbox control page V4: the page is readable at any width, light and dark, and accessible', async (t) => {
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

test('sandbox control page V4: a developer moves the clock, refunds money and injects faults', async (t) => {
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
  assert.deepEqual(
    { refund: sandbox.stripe.refunds().at(-1)?.status, dispute: sandbox.stripe.disputes().at(-1)?.status },
    { refund: 'failed', dispute: 'won' },
  );
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

test('sandbox control page MT26: a newcomer opens a Stripe account by name, and its key makes a product', async (t) => {
  const { sandbox } = await openSandbox(t);
  const tab = await browser.newPage();
  await tab.goto(sandbox.url);
  await tab.getByLabel('Name of the new account').fill('My Agency');
  await tab.getByRole('button', { name: 'New account' }).click();
  await tab.getByRole('heading', { name: 'My Agency' }).waitFor();
  const key = (await tab.locator('[data-copy^=sk_test_]').first().getAttribute('data-copy')) ?? '';
  const body = new URLSearchParams({ name: 'Calling credits' });
  const reply = await fetch(`${sandbox.url}/v1/products`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body });
  assert.equal(reply.status, 200);
  assert.equal(sandbox.stripe.accounts().at(-1)?.name, 'My Agency');
  await tab.getByLabel('Name of the new account').fill('A second one');
  await tab.keyboard.press('Enter');
  await tab.getByRole('heading', { name: 'A second one' }).waitFor();
  await tab.close();
});

test('sandbox control page N13: a developer reads codes, reviews papers, ends processing and breaks the trunk', async (t) => {
  const { sandbox } = await openBusy(t);
  const tab = await browser.newPage();
  await tab.goto(sandbox.url);
  assert.equal(await tab.locator('[data-phone] [data-code]').textContent(), '042137');
  await tab.locator('[data-action=bundle-approve]').click();
  await tab.getByText('twilio-approved').waitFor();
  await tab.locator('[data-action=base-error]').click();
  await tab.locator('[data-base] .failed').waitFor();
  assert.deepEqual(
    sandbox.retell.bases().map(({ status }) => status),
    ['complete', 'error'],
  );
  await tab.locator('[data-action=trunk-silent]').click();
  await tab.getByText('says nothing').waitFor();
  await tab.locator('[data-action=reset]').click();
  await comesTo(async () => ({ messages: sandbox.phone.list(), bases: sandbox.retell.bases(), numbers: sandbox.twilio.numbers().length }), {
    messages: [],
    bases: [],
    numbers: 3,
  });
  await tab.getByText('asks for the password').waitFor();
  assert.deepEqual(
    { offsetSeconds: sandbox.clock.offsetSeconds, accounts: sandbox.twilio.accounts().length },
    { offsetSeconds: 0, accounts: 1 },
  );
  await tab.close();
});
