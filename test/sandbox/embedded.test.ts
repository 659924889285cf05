import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type Stripe from 'stripe';
import { openBrowser } from '../support/browser.ts';
import { openSandbox, purchase } from './open.ts';

const browser = await openBrowser();
const pure = await readFile(new URL('../../node_modules/@stripe/stripe-js/dist/pure.mjs', import.meta.url), 'utf8');

type Context = Parameters<typeof openSandbox>[0];
type Wanted = Stripe.Checkout.SessionCreateParams;

const embedded = (product: string, more: Wanted = {}): Wanted => {
  const { success_url: _, cancel_url: __, ...given } = purchase(product);
  const ui = { ui_mode: 'embedded_page', return_url: 'http://shop.test/done?session={CHECKOUT_SESSION_ID}' };
  return { ...given, ...ui, redirect_on_completion: 'if_required', ...more };
};

/** Opens a shop's page that shows Checkout by the real stripe-js, with Stripe's script served by the sandbox. */
async function openShop(t: Context, wanted: Wanted = {}, key?: string) {
  const opened = await openSandbox(t);
  const { sandbox, stripe, account, product } = opened;
  // The page has a server on this machine, because a browser lets no other site frame one.
  const shop = await openPages(t, (path) =>
    path.endsWith('.mjs') ? { type: 'text/javascript', body: pure } : { type: 'text/html', body: html },
  );
  const return_url = `${shop.url}/done?session={CHECKOUT_SESSION_ID}`;
  const session = await stripe.checkout.sessions.create(embedded(product.id, { return_url, ...wanted }));
  const tab = await browser.newPage();
  await tab.route('https://js.stripe.com/**', async (route) => {
    const script = await fetch(`${sandbox.url}/stripe-js/stripe.js`);
    await route.fulfill({ contentType: 'text/javascript', body: await script.text() });
  });
  const options = JSON.stringify({ key: key ?? account.publishableKey, clientSecret: session.client_secret });
  const html = `<!doctype html><title>Shop</title><div id="here"></div><script type="module">
    import { loadStripe } from '/pure.mjs';
    const { key, clientSecret } = ${options};
    const stripe = await loadStripe(key);
    const checkout = await stripe.createEmbeddedCheckoutPage({ clientSecret, onComplete: () => { document.title = 'Bought'; checkout.destroy(); } });
    checkout.mount('#here');
  </script>`;
  await tab.goto(shop.url);
  return { ...opened, session, tab, shop: shop.url, frame: tab.frameLocator('iframe') };
}

async function openPages(t: Context, pageAt: (path: string) => { type: string; body: string }) {
  const server = createServer((request, response) => {
    const { type, body } = pageAt(request.url ?? '/');
    response.setHeader('content-type', type).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const waitForTitle = (tab: Page, title: string) => tab.waitForFunction(`document.title === '${title}'`);

test('sandbox Stripe embedded: an embedded session has a secret and no address', async (t) => {
  const { stripe, product } = await openSandbox(t);
  const session = await stripe.checkout.sessions.create(embedded(product.id));
  assert.match(session.client_secret ?? '', new RegExp(`^${session.id}_secret_\\w{40}$`));
  assert.deepEqual(
    { url: session.url, uiMode: session.ui_mode, redirectOnCompletion: session.redirect_on_completion },
    { url: null, uiMode: 'embedded_page', redirectOnCompletion: 'if_required' },
  );
  const refused = (more: Wanted, param: string) =>
    assert.rejects(stripe.checkout.sessions.create({ ...embedded(product.id), ...more }), { statusCode: 400, param });
  await refused({ success_url: 'http://shop.test' }, 'success_url');
  await refused({ redirect_on_completion: 'never' }, 'return_url');
  await refused({ return_url: 'nowhere' }, 'return_url');
  await assert.rejects(stripe.checkout.sessions.create(purchase(product.id, { return_url: 'http://shop.test' })), { param: 'return_url' });
});

test('sandbox Stripe embedded: the customer pays inside the page, which is notified and removes the form', async (t) => {
  const { stripe, session, tab, shop, frame } = await openShop(t);
  await frame.getByLabel('A card that is declined').check();
  await frame.locator('[data-action=pay]').click();
  await frame.locator('[data-problem]').waitFor();
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).status, 'open');
  await frame.locator('[data-method=card]').check();
  await frame.locator('[data-action=pay]').click();
  await waitForTitle(tab, 'Bought');
  assert.equal(await tab.locator('iframe').count(), 0);
  assert.equal(tab.url(), `${shop}/`);
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'paid');
  await tab.close();
});

test('sandbox Stripe embedded: Stripe redirects the page to the return address', async (t) => {
  const { session, tab, shop, frame } = await openShop(t, { redirect_on_completion: 'always' });
  await frame.locator('[data-action=pay]').click();
  await tab.waitForURL(`${shop}/done?session=${session.id}`);
  await tab.close();
});

test('sandbox Stripe embedded: the key of another account opens nothing', async (t) => {
  const { tab, frame } = await openShop(t, {}, 'pk_test_another');
  await frame.getByText('do not fit together').waitFor();
  await tab.close();
});
