import assert from 'node:assert/strict';
import test from 'node:test';
import type { Locator } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';
import { until } from '../support/until.ts';
import { asAgency, askSandbox, buyPackage, markPage, openClient, payInTab, readLastPayment, untilShown } from './client.ts';

const demo = await runDemo();
const browser = await openBrowser();
const robin = await openClient(demo, browser, 'numbers@example.test');
const { page, context } = robin;
const numbers = page.locator('wl-number-purchase');
const own = (text: string | RegExp): Locator => numbers.locator('[part=number]').filter({ hasText: text });

interface Owned {
  phoneNumber: string;
}
interface TwilioAccount {
  sid: string;
  authToken: string;
  friendlyName: string;
}
const accounts = await askSandbox<TwilioAccount[]>(demo, '/sandbox/twilio/accounts');
const account = accounts.find(({ friendlyName }) => friendlyName === 'Northwind Voice') ?? assert.fail('no account of the agency');
/** Lists the agency's numbers at its provider. */
const listOwned = async (): Promise<string[]> =>
  (await askSandbox<Owned[]>(demo, `/sandbox/twilio/numbers?account=${account.sid}`)).map(({ phoneNumber }) => phoneNumber);

/**
 * Searches, and chooses the first result.
 * @returns the number
 */
async function chooseNumber(areaCode: string): Promise<string> {
  await numbers.getByRole('tab', { name: 'Buy a number' }).click();
  await numbers.getByLabel('Area code').fill(areaCode);
  await numbers.getByRole('button', { name: 'Search', exact: true }).click();
  const first = numbers.locator('[part=result]').first();
  const name = (await first.getByRole('button').getAttribute('aria-label')) ?? '';
  await first.getByRole('button').click();
  await numbers.locator('[part=offer]').waitFor();
  return name.replace(/[^\d+]/g, '');
}

test("numbers.search N2 N3: a search for 415 finds numbers of that area with calls, at the plan's price", async () => {
  await page.goto(`${demo.demo}/account/numbers`);
  await numbers.getByLabel('Area code').fill('415');
  await numbers.getByRole('button', { name: 'Search', exact: true }).click();
  await numbers.locator('[part=result]').first().waitFor();
  const results = await numbers.locator('[part=result]').allInnerTexts();
  assert.equal(results.length, 10);
  for (const result of results) {
    assert.match(result, /^\+1 415 /);
    assert.match(result, /Calls/);
    assert.match(result, /7 credits now, 5 a month/);
    assert.doesNotMatch(result, /\$|1\.15/);
  }
});

test('numbers.buy N4: without credits nothing is bought at the provider, and buying them continues', async () => {
  const before = await listOwned();
  const number = await chooseNumber('415');
  await numbers.getByText('You need 7 more credits.').waitFor();
  assert.deepEqual(await listOwned(), before);
  await buyPackage(robin, 'Breeze');
  const isStillThere = await markPage(page);
  await numbers.getByRole('button', { name: 'Pay 7 credits' }).click();
  await numbers.getByText(`is yours`).waitFor();
  await own(number.slice(-4)).getByText('Active').waitFor();
  await untilShown(page, '93');
  assert.deepEqual(
    (await listOwned()).filter((one) => !before.includes(one)),
    [number],
  );
  await isStillThere();
});

test('numbers.buy N7: money is authorized on the payment page, and captured once the number is there', async () => {
  const number = await chooseNumber('212');
  await payInTab(context, () => numbers.getByRole('button', { name: 'Pay €2.73' }).click());
  await own(number.slice(-4)).getByText('Active').waitFor();
  assert.ok((await listOwned()).includes(number));
  const { capture_method: how, status, amount_received: received } = await readLastPayment(demo);
  assert.deepEqual({ how, status, received }, { how: 'manual', status: 'succeeded', received: 273 });
  await untilShown(page, '93');
});

test('numbers.buy N7: if another client is faster the authorization is canceled, and the page says so', async () => {
  const number = await chooseNumber('312');
  const [tab] = await Promise.all([context.waitForEvent('page'), numbers.getByRole('button', { name: 'Pay €2.73' }).click()]);
  await tab.locator('[data-action=pay]').waitFor();
  await askSandbox(demo, '/sandbox/twilio/take', { number });
  await tab.locator('[data-action=pay]').click();
  await numbers.getByText('Nothing was charged.').waitFor();
  await tab.close();
  const { status, amount_received: received } = await readLastPayment(demo);
  assert.deepEqual({ status, received }, { status: 'canceled', received: 0 });
  assert.ok(!(await listOwned()).includes(number));
  assert.equal(await own(number.slice(-4)).count(), 0);
  await numbers.getByRole('button', { name: 'Choose again' }).click();
  await numbers.getByRole('tab', { name: 'Buy a number' }).waitFor();
});

test('numbers.verify N1 N13: an own number is active once the code sent to it is entered', async () => {
  await numbers.getByRole('tab', { name: 'Your own number' }).click();
  await numbers.getByRole('textbox', { name: /^Phone number/ }).fill('+49 30 901820');
  await numbers.getByRole('button', { name: 'Send the code' }).click();
  const mine = own('+49 30 901820');
  await mine.getByText('To be confirmed').waitFor();
  const message = await until(async () => {
    const { messages } = await askSandbox<{ messages: { code: string }[] }>(demo, '/phone/messages?to=%2B4930901820');
    return messages[0];
  }, 'the code');
  await mine.getByLabel('Code').fill(message.code === '000000' ? '111111' : '000000');
  await mine.getByRole('button', { name: 'Confirm' }).click();
  await mine
    .getByText(/code/i)
    .filter({ hasText: /wrong|not right|does not/i })
    .first()
    .waitFor();
  await mine.getByLabel('Code').fill(message.code);
  await mine.getByRole('button', { name: 'Confirm' }).click();
  await mine.getByText('Active').waitFor();
});

test("numbers.import N1 N12: the client's own account is connected, and the chosen numbers are imported", async () => {
  const mine = accounts.find(({ friendlyName }) => friendlyName.startsWith('A client')) ?? assert.fail('no account of a client');
  await numbers.getByRole('tab', { name: 'Twilio account' }).click();
  await numbers.getByLabel('Account SID').fill(mine.sid);
  await numbers.getByLabel('Auth token').fill('another-token-than-it-has');
  await numbers.getByRole('button', { name: 'Connect and list numbers' }).click();
  await numbers.locator('[part=connect] [part=error], [part=connect] .field-error').first().waitFor();
  await numbers.getByLabel('Auth token').fill(mine.authToken);
  await numbers.getByRole('button', { name: 'Connect and list numbers' }).click();
  const boxes = numbers.locator('input[name=number]');
  await boxes.first().waitFor();
  assert.equal(await boxes.count(), 3);
  for (const box of (await boxes.all()).slice(1)) await box.uncheck();
  const first = (await boxes.first().getAttribute('value')) ?? '';
  await numbers.getByRole('button', { name: /^Add / }).click();
  await own(first.slice(-4)).getByText('Twilio account').waitFor();
  assert.ok(
    !(await page.evaluate(() => document.querySelector('wl-number-purchase')?.shadowRoot?.innerHTML ?? '')).includes(mine.authToken),
  );
});

test('numbers.testTrunk N1 N11: a SIP trunk is connected and tested by a call, and says so', async () => {
  await numbers.getByRole('tab', { name: 'SIP trunk' }).click();
  await numbers.getByRole('textbox', { name: /^Phone number/ }).fill('+49 30 123458');
  await numbers.getByLabel('Termination address').fill('trunk.test');
  await numbers.getByLabel('Username').fill('trunk');
  await numbers.getByLabel('Password').fill('ring-ring');
  await numbers.getByRole('button', { name: 'Connect the trunk' }).click();
  const mine = own('+49 30 123458');
  await mine.getByText('Active').waitFor();
  await mine.getByRole('button', { name: 'Test the trunk' }).click();
  await mine.locator('[part=trial].success').waitFor();
  const calls = await askSandbox<{ calls: { method: string }[] }>(demo, '/sandbox/trunk');
  assert.ok(
    calls.calls.some(({ method }) => method === 'INVITE'),
    'it rang',
  );
});

test('agency.update L1: a new price is in the next search, and a number sold before keeps its price', async () => {
  const plan = await asAgency(demo)<{ plan: { numbers: { country: string; type: string; monthlyMillis: number }[] } }>('agency.read');
  const raised = plan.plan.numbers.map((kind) =>
    kind.country === 'US' && kind.type === 'local' ? { ...kind, monthlyMillis: 6_000 } : kind,
  );
  await asAgency(demo)('agency.update', { plan: { ...plan.plan, numbers: raised } });
  await numbers.getByRole('tab', { name: 'Buy a number' }).click();
  await numbers.getByLabel('Area code').fill('206');
  await numbers.getByRole('button', { name: 'Search', exact: true }).click();
  await numbers.locator('[part=result]').first().getByText('8 credits now, 6 a month').waitFor();
  await page.reload();
  await own('+1 415').getByText('5 credits a month').waitFor();
});

test('numbers.assign N14: the calls of a number go to an agent of the agency', async () => {
  const sold = own('+1 415');
  await sold.getByLabel('Calls go to').selectOption({ label: 'After hours' });
  await until(async () => {
    const { agents } = await asAgency(demo)<{ agents: { name: string; numberIds: string[] }[] }>('agents.list', {
      clientId: robin.clientId,
    });
    return agents.find(({ name }) => name === 'After hours')?.numberIds.length === 1;
  }, 'the number of the agent');
});

test('numbers.list: the pages report no errors', () => {
  // The browser logs the status of a refused form.
  assert.deepEqual(
    robin.errors.filter((error) => !error.startsWith('Failed to load resource')),
    [],
  );
});
