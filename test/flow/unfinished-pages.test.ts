import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';
import { until } from '../support/until.ts';

const demo = await runDemo();
const browser = await openBrowser();
const key = demo.agency.keys.test.publishable;
const address = `${demo.api}/embed/v1/wl.js`;
const tag = `<script type="module" src="${address}" data-key="${key}"></script>`;

/** Answers of the page's own server, by path. */
const paths: Record<string, (response: ServerResponse) => void> = {
  '/moved.js': (response) => response.writeHead(302, { location: address }).end(),
};
const server = createServer(({ url = '' }, response) => {
  const answer = paths[url];
  if (answer) answer(response.setHeader('Content-Type', 'text/html'));
  else response.writeHead(404).end();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => {
  server.closeAllConnections();
  server.close();
});
const site = `http://localhost:${(server.address() as AddressInfo).port}`;

/** Opens a page with this HTML, and collects what the console is told. */
async function show(html: string, arrange?: (page: Awaited<ReturnType<typeof visit>>['page']) => Promise<unknown>) {
  const { page, errors } = await visit(browser, 'about:blank');
  const told: string[] = [];
  page.on('console', (message) => /^<|script tag/.test(message.text()) && told.push(message.text()));
  paths['/'] = (response) => response.end(`<!doctype html><html lang="en"><head><link rel="icon" href="data:,"></head>${html}`);
  await arrange?.(page);
  await page.goto(site);
  return { page, errors, told };
}

const heading = 'Create your account';

test('the embed PG2: a script that runs before there is a body starts, and the body may be replaced', async () => {
  let rest: ServerResponse | undefined;
  paths['/slow'] = (response) => {
    rest = response;
    response.write(
      `<!doctype html><html lang="en"><head><link rel="icon" href="data:,"><script type="module" async src="${address}" data-key="${key}"></script>`,
    );
  };
  const { page, errors } = await visit(browser, 'about:blank');
  await page.goto(`${site}/slow`, { waitUntil: 'commit' });
  await page.waitForFunction(() => 'wl' in window, undefined, { polling: 50 });
  assert.equal(await page.evaluate(() => document.body), null);
  rest?.end('</head><body><wl-signup></wl-signup></body></html>');
  await page.getByRole('heading', { name: heading }).waitFor();
  await page.evaluate(() => {
    const body = document.createElement('body');
    body.innerHTML = '<wl-signup></wl-signup>';
    document.body = body;
  });
  await page.getByRole('heading', { name: heading }).waitFor();
  assert.deepEqual(errors, []);
});

test('the embed PG2: elements in open shadow trees of the page are loaded, whenever the tree comes', async () => {
  const { page, errors } = await show(`<body><late-shop></late-shop>${tag}<wl-signup></wl-signup></body>`);
  await page.getByRole('heading', { name: heading }).waitFor();
  await page.evaluate(`customElements.define('late-shop', class extends HTMLElement {
    connectedCallback() {
      this.attachShadow({ mode: 'open' }).innerHTML = '<div></div>';
      setTimeout(() => { this.shadowRoot.innerHTML = '<wl-plans></wl-plans>'; });
    }
  })`);
  await page.locator('late-shop wl-plans [part=plan]').first().waitFor();
  assert.deepEqual(errors, []);
});

test('brand.read PG2: the colors come back where the page replaces the attributes of its root', async () => {
  const { page } = await show(`<body>${tag}<wl-signup></wl-signup></body>`);
  await page.getByRole('heading', { name: heading }).waitFor();
  const color = () => page.evaluate(() => document.documentElement.style.getPropertyValue('--wl-brand-primary'));
  const before = await color();
  assert.match(before, /^#/);
  await page.evaluate(() => document.documentElement.removeAttribute('style'));
  assert.equal(await color(), before);
});

test('the embed PG4: code that cannot be had is tried a few times, then a sentence offers another try', async () => {
  let asked = 0;
  let isLost = true;
  const { page } = await show(`<body>${tag}<wl-plans>Plans are on their way.</wl-plans></body>`, (one) =>
    one.route('**/wl-plans-*.js', (route) => {
      asked += 1;
      return isLost ? route.fulfill({ status: 404 }) : route.continue();
    }),
  );
  await page.getByText('Plans are on their way.').waitFor();
  await page.evaluate(async () => {
    for (let at = 0; at < 100; at += 1) {
      document.body.append(document.createElement('p'));
      await new Promise((resolve) => setTimeout(resolve));
    }
  });
  const plans = page.locator('wl-plans').first();
  await plans.getByText('This is not available at the moment.').waitFor();
  assert.equal(asked, 3);
  await page.evaluate(() => document.body.append(document.createElement('wl-plans')));
  await page.locator('wl-plans').nth(1).getByRole('button', { name: 'Try again' }).waitFor();
  assert.equal(asked, 3);
  isLost = false;
  await plans.getByRole('button', { name: 'Try again' }).click();
  await page.locator('wl-plans').nth(1).locator('[part=plan]').first().waitFor();
  await plans.locator('[part=plan]').first().waitFor();
  assert.equal(await page.getByText('This is not available at the moment.').count(), 0);
});

for (const [what, html] of Object.entries({
  'in its own address': `<script type="module" src="${address}?key=${key}"></script>`,
  'in window.wl': `<script>window.wl = { key: '${key}' }</script><script type="module" src="${address}"></script>`,
  'at a tag that a redirect leads elsewhere': `<script type="module" src="/moved.js" data-key=" ${key} "></script>`,
  'at a tag that goes away at once': `<script>
    const tag = Object.assign(document.createElement('script'), { type: 'module', src: '${address}?key=${key}' });
    document.head.append(tag); tag.remove();</script>`,
}))
  test(`the embed PG5: the key may be handed over ${what}`, async () => {
    const { page, errors } = await show(`<body>${html}<wl-signup></wl-signup></body>`);
    await page.getByRole('heading', { name: heading }).waitFor();
    assert.deepEqual(errors, []);
  });

test('the embed PG13: what a page says in window.wl after the script counts as well, and wl stays ours', async () => {
  const { page } = await show(`<body>${tag}<wl-signup></wl-signup></body>`);
  await page.getByRole('heading', { name: heading }).waitFor();
  await page.evaluate(() => {
    Object.assign(window, { wl: { strings: { 'signUp.heading': 'Join us' } } });
  });
  await page.getByRole('heading', { name: 'Join us' }).waitFor();
  assert.equal(await page.evaluate(() => typeof (window as never as { wl: { signOut: unknown } }).wl.signOut), 'function');
});

test('the embed MT29: a misspelt tag is told to the developer in one line', async () => {
  const { page, told } = await show(
    `<body>${tag}<wl-sign-up></wl-sign-up><wl-sign-up></wl-sign-up><wl-meter></wl-meter><wl-balance></wl-balance></body>`,
  );
  await until(async () => told.length === 3, 'a line for each tag');
  await page.evaluate(() => document.body.append(document.createElement('wl-sign-up')));
  assert.deepEqual(told.sort(), [
    '<wl-balance> is none of the widgets. Did you mean <wl-balance-meter>?',
    '<wl-meter> is none of the widgets. Did you mean <wl-balance-meter>?',
    '<wl-sign-up> is none of the widgets. Did you mean <wl-signup>?',
  ]);
});

test('the embed MT29: a self-closed tag, and a button that opens nothing, are told to the developer in one line each', async () => {
  const { page, told } = await show(
    `<body>${tag}<wl-open for="buy-credit">Buy</wl-open><wl-open for="plans">Plans</wl-open><wl-signup /><h1>Below</h1><wl-balance-meter /></body>`,
  );
  await until(async () => told.length >= 2, 'a line for each');
  assert.equal(await page.getByRole('heading', { name: 'Below' }).isVisible(), false, 'the rest of the page is inside');
  assert.deepEqual(told.sort(), [
    '<wl-open for="buy-credit"> names none of the widgets. Did you mean for="buy-credits"?',
    '<wl-signup> is not closed and hides what follows it. Write <wl-signup></wl-signup>: "/>" closes no tag in HTML.',
  ]);
});

test('the embed MT29: a script tag without type="module" is told to the developer in one line, and works', async () => {
  const { page, told } = await show(`<body><script src="${address}" data-key="${key}"></script><wl-signup></wl-signup></body>`);
  await page.getByRole('heading', { name: heading }).waitFor();
  assert.deepEqual(told, ['The script tag of the widgets lacks type="module".']);
});

test('bootstrap.read PG6: headers that the tracing of a page adds to every request are allowed', async () => {
  const html = `<body><script>
    const { fetch } = window;
    window.fetch = (address, init = {}) => fetch(address, { ...init, headers: { ...init.headers, traceparent: '00-1-1-00' } });
  </script>${tag}<wl-signup></wl-signup></body>`;
  const { page, errors } = await show(html);
  await page.getByRole('heading', { name: heading }).waitFor();
  assert.deepEqual(errors, []);
});

test('credits.checkout PG3: a payment page that is left by the way back leaves no busy button', async () => {
  const { page } = await show(`<body>${tag}<wl-signup></wl-signup><wl-buy-credits mode="redirect"></wl-buy-credits></body>`);
  const form = page.locator('wl-signup');
  await form.getByLabel('First name').fill('Robin');
  await form.getByLabel('Last name').fill('Meyer');
  await form.getByLabel('E-mail').fill('redirect@example.test');
  for (const field of await form.locator('input[autocomplete=new-password]').all()) await field.fill('Sunny-day-42');
  await form.locator('input[type=checkbox]').check();
  await form.getByRole('button', { name: 'Create account' }).click();
  await form.getByText('Welcome, Robin').waitFor();
  const shop = page.locator('wl-buy-credits');
  // The payment page answers nothing at all, so this page stays.
  await page.route('**/c/pay/**', (route) => route.fulfill({ status: 204 }));
  await shop.getByRole('button', { name: /^Buy/ }).click();
  await shop.getByRole('link', { name: 'Open payment page' }).waitFor();
  await shop.getByRole('button', { name: 'Cancel' }).click();
  await shop.getByRole('button', { name: /^Buy/ }).waitFor();
});
