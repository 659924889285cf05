import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { openBrowser, visit } from '../support/browser.ts';
import { openShop } from '../support/shop.ts';

const shop = await openShop(
  ({ script }) => `<!doctype html><html lang="en"><title>Shop</title><body>${script}
    <wl-balance-meter>Balance</wl-balance-meter><wl-signup>Sign up</wl-signup><wl-buy-credits>Credits</wl-buy-credits></body></html>`,
);
const browser = await openBrowser();
const elements = ['wl-signup', 'wl-balance-meter', 'wl-buy-credits'] as const;

async function signUp(page: Page, email: string): Promise<void> {
  const form = page.locator('wl-signup');
  await form.getByLabel('First name').fill('Robin');
  await form.getByLabel('Last name').fill('Meyer');
  await form.getByLabel('E-mail').fill(email);
  for (const field of await page.locator('wl-signup input[autocomplete=new-password]').all()) await field.fill('Sunny-day-42');
  await form.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('Welcome, Robin').waitFor();
}

/** Opens the hosted page for a package, and selects a payment method there. */
async function openCheckout(page: Page, method: 'card' | 'bank'): Promise<Page> {
  const buy = page.locator('wl-buy-credits');
  const [tab] = await Promise.all([page.context().waitForEvent('page'), buy.getByRole('button', { name: /^Buy/ }).click()]);
  await tab.locator(`[data-method=${method}]`).check();
  return tab;
}

test('bootstrap.read E12: without the API every widget shows a retry button within 3 s, and recovers', async () => {
  const { page } = await visit(browser, 'about:blank');
  // The script comes from a cache, as a browser's does. Only the API is away.
  const scripts = new Map<string, Buffer>();
  await page.route('**/embed/**', async (route) => {
    const address = route.request().url();
    const body =
      scripts.get(address) ??
      (await route.fetch().then(
        (fetched) => fetched.body(),
        () => undefined, // the API is away
      ));
    if (!body) return route.abort();
    scripts.set(address, body);
    await route.fulfill({ body, headers: { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' } });
  });
  await page.goto(shop.page);
  await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
  await shop.stopApi();
  await page.reload();
  for (const element of elements) await page.locator(element).getByRole('button', { name: 'Try again' }).first().waitFor({ timeout: 3000 });
  await shop.startApi();
  await page.locator('wl-signup').getByRole('button', { name: 'Try again' }).first().click();
  await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
  await page.locator('wl-buy-credits').getByText('100 credits').first().waitFor();
});

test('live.stream E12 U7: a page that is open while the API restarts resumes by itself', async () => {
  const { page } = await visit(browser, shop.page);
  await signUp(page, 'robin@example.test');
  const mail = await shop.sandbox.mail.waitForMail('robin@example.test');
  await shop.stopApi();
  await shop.startApi();
  const link = /http\S+#wl-verify=\S+/.exec(mail.text)?.[0] ?? assert.fail(mail.text);
  const second = await page.context().newPage();
  await second.goto(link);
  await page.locator('wl-balance-meter [part=figures]').first().getByText('10', { exact: true }).first().waitFor({ timeout: 20_000 });
});

test('sessions.list PG4: where the code of the list cannot be had, its panel says so, and offers another try', async () => {
  const { page } = await visit(browser, shop.page);
  let isLost = true;
  await page.route('**/wl-sessions-*.js', (route) => (isLost ? route.fulfill({ status: 404 }) : route.continue()));
  await signUp(page, 'where@example.test');
  const panel = page.locator('wl-signup [part=sessions-panel]');
  const again = panel.getByRole('button', { name: 'Try again' });
  await panel.getByText('Active sessions').click();
  await again.waitFor();
  for (const isThere of [false, true]) {
    await panel.getByText('Active sessions').click();
    await again.waitFor({ state: isThere ? 'visible' : 'detached' });
  }
  isLost = false;
  await again.click();
  await panel.locator('[part=current]').waitFor();
});

test('purchases.read P4 P5: a bank debit is processing until confirmed, then the open page has the credits', async () => {
  const { page } = await visit(browser, shop.page);
  await signUp(page, 'bank@example.test');
  const tab = await openCheckout(page, 'bank');
  await tab.locator('[data-action=pay]').click();
  await page.locator('wl-buy-credits').getByText('Your payment is being processed').waitFor();
  await tab.locator('wl-buy-credits').getByText('Your payment is being processed').waitFor();
  const { id } = shop.sandbox.stripe.sessions().at(-1) ?? assert.fail('no session');
  shop.sandbox.stripe.settle(id, 'succeeded');
  await page.locator('wl-balance-meter [part=figures]').first().getByText('100', { exact: true }).first().waitFor({ timeout: 5000 });
});

test('purchases.read P5: after payment the page waits for the webhook, and shows the balance within 2 s', async () => {
  const { page } = await visit(browser, shop.page);
  await signUp(page, 'waits@example.test');
  shop.sandbox.stripe.pauseDeliveries();
  const tab = await openCheckout(page, 'card');
  await page.context().route('**/v1/purchases.read**', (route) => route.abort());
  await tab.locator('[data-action=pay]').click();
  await tab.waitForURL(`${shop.page}**`);
  shop.sandbox.stripe.resumeDeliveries();
  await page.locator('wl-balance-meter [part=figures]').first().getByText('100', { exact: true }).first().waitFor({ timeout: 2000 });
});

test('purchases.read P18: an expired session is named as such, and the widget offers another attempt', async () => {
  const { page } = await visit(browser, shop.page);
  await signUp(page, 'leaves@example.test');
  await openCheckout(page, 'card');
  const { id } = shop.sandbox.stripe.sessions().at(-1) ?? assert.fail('no session');
  shop.sandbox.stripe.expire(id);
  const buy = page.locator('wl-buy-credits');
  await buy
    .getByText(/expired|ran out|too long/i)
    .first()
    .waitFor({ timeout: 15_000 });
  await buy
    .getByRole('button', { name: /again|retry|back/i })
    .first()
    .click();
  await buy.getByRole('button', { name: /^Buy/ }).waitFor();
});

test('brand.read H3: after a reload on a slow machine no frame shows the default color', async () => {
  const { page, context } = await visit(browser, shop.page);
  await page.locator('wl-buy-credits').getByText('100 credits').first().waitFor();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  const frames: string[] = [];
  session.on('Page.screencastFrame', ({ data, sessionId }) => {
    frames.push(data);
    void session.send('Page.screencastFrameAck', { sessionId });
  });
  await session.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 });
  await page.reload();
  await page.locator('wl-buy-credits').getByText('100 credits').first().waitFor();
  await session.send('Page.stopScreencast');
  assert.ok(frames.length > 0, 'something was recorded');
  const counts = await (await context.newPage()).evaluate(countPixels, {
    frames,
    wanted: [
      [37, 99, 235],
      [124, 58, 237],
    ] as [number, number, number][],
  });
  assert.equal(counts[0], 0, 'no pixel of the default blue');
  assert.ok((counts[1] ?? 0) > 0, "the brand's violet is there");
});

/** Counts the pixels of each color in all frames. Runs in the browser. */
async function countPixels({ frames, wanted }: { frames: string[]; wanted: [number, number, number][] }): Promise<number[]> {
  const counts = wanted.map(() => 0);
  for (const frame of frames) {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${frame}`)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context?.drawImage(image, 0, 0);
    const pixels = context?.getImageData(0, 0, image.width, image.height).data ?? [];
    for (let at = 0; at < pixels.length; at += 4) {
      wanted.forEach((color, index) => {
        if (color.every((value, channel) => Math.abs((pixels[at + channel] ?? 0) - value) < 6)) counts[index] = (counts[index] ?? 0) + 1;
      });
    }
  }
  return counts;
}
