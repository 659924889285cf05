import assert from 'node:assert/strict';
import test from 'node:test';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';
import { asAgency, openClient, payInTab, readLastPayment, untilShown } from './client.ts';

const demo = await runDemo();
const browser = await openBrowser();

test("plans.list L11: a visitor sees the active plans in the agency's order, and a client its own marked", async () => {
  const { page, errors } = await visit(browser, `${demo.demo}/pricing`);
  const names = page.locator('wl-plans [part=plan-name]');
  await names.first().waitFor();
  assert.deepEqual(await names.allInnerTexts(), ['Standard', 'Professional']);
  assert.equal(await page.locator('wl-plans button').count(), 0);
  await page.locator('wl-plans').getByRole('link', { name: 'Open an account to choose a plan' }).waitFor();
  assert.deepEqual(errors, []);

  const client = await openClient(demo, browser, 'plans@example.test');
  await client.page.goto(`${demo.demo}/account/plan`);
  const mine = client.page.locator('wl-plans [part=plan]').filter({ has: client.page.locator('[part=badge]') });
  await mine.getByText('Your plan').waitFor();
  assert.match(await mine.innerText(), /^Standard/);

  const { plans } = await asAgency(demo)<{ plans: Record<string, unknown>[] }>('agency.read');
  await asAgency(demo)('agency.update', { plans: plans.map((plan) => ({ ...plan, active: false })) });
  await client.page.reload();
  await mine.waitFor();
  assert.deepEqual(await client.page.locator('wl-plans [part=plan-name]').allInnerTexts(), ['Standard']);
  await asAgency(demo)('agency.update', { plans });
  assert.deepEqual(client.errors, []);
});

test('plans.choose: a plan is paid with money, which is captured once the client has it', async () => {
  const { page, context, errors } = await openClient(demo, browser, 'plan-money@example.test');
  await page.goto(`${demo.demo}/account/plan`);
  const plans = page.locator('wl-plans');
  await plans.getByRole('button', { name: 'Choose Professional' }).click();
  await plans.getByText('You need 100 more credits.').waitFor();
  await payInTab(context, () => plans.getByRole('button', { name: 'Pay €39' }).click());
  await plans.getByText('You are on Professional now.').waitFor();
  const { status, amount_received: received } = await readLastPayment(demo);
  assert.deepEqual({ status, received }, { status: 'succeeded', received: 3900 });
  await untilShown(await openAt(context, '/account'), '0');
  assert.deepEqual(errors, []);
});

async function openAt(context: Awaited<ReturnType<typeof openClient>>['context'], path: string) {
  const page = await context.newPage();
  await page.goto(demo.demo + path);
  return page;
}
