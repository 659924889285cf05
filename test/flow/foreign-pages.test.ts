import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { after } from 'node:test';
import type { FrameLocator, Page } from 'playwright-core';
import { openBrowser, visit } from '../support/browser.ts';
import { runDemo } from '../support/demo.ts';
import { until } from '../support/until.ts';
import { signUpIn } from './client.ts';

const demo = await runDemo();
const browser = await openBrowser();
const key = demo.agency.keys.test.publishable;
const script = (attributes = '') => `<script type="module" src="${demo.api}/embed/v1/wl.js" data-key="${key}"${attributes}></script>`;

const paths: Record<string, string> = {};
const server = createServer(({ url = '' }, response) => {
  const body = paths[url.split('?')[0] ?? ''];
  response.writeHead(body === undefined ? 204 : 200, { 'Content-Type': 'text/html' }).end(body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => {
  server.closeAllConnections();
  server.close();
});
const site = `http://localhost:${(server.address() as AddressInfo).port}`;

const whole = (body: string) => `<!doctype html><html lang="en"><head><link rel="icon" href="data:,"></head><body>${body}</body></html>`;

/** Opens a page with this body, and collects what the console is told of the widgets. */
async function show(body: string, { path = '/', before }: { path?: string; before?: string } = {}) {
  const visited = await visit(browser, 'about:blank');
  const told: string[] = [];
  visited.page.on('console', (message) => message.text().startsWith('The widgets') && told.push(message.text()));
  if (before) await visited.page.addInitScript(before);
  paths[path] = whole(body);
  await visited.page.goto(site + path);
  return { ...visited, told };
}

let people = 0;

/** Signs somebody up. @returns the e-mail */
async function signUp(inside: Page | FrameLocator): Promise<string> {
  people += 1;
  const email = `foreign-${people}@example.test`;
  await signUpIn(inside, email);
  return email;
}

const heading = (inside: Page | FrameLocator) => inside.getByRole('heading', { name: 'Create your account' }).waitFor();
const three = '<wl-signup></wl-signup><wl-balance-meter></wl-balance-meter><wl-buy-credits></wl-buy-credits>';

test('the embed PG2: a root that comes after its elements, or around them, answers them as well', async () => {
  const { page, errors } = await show(script(' data-root="#late"'));
  await page.evaluate((markup) => {
    const late = Object.assign(document.createElement('main'), { id: 'late', innerHTML: markup });
    document.body.append(late);
  }, three);
  await heading(page);
  await signUp(page);
  assert.deepEqual(errors, []);
});

for (const [name, change] of Object.entries({
  'replaces its root by a copy': () => document.documentElement.replaceWith(document.documentElement.cloneNode(true)),
  'is written anew without the script': () => {
    const { innerHTML } = document.body;
    document.open();
    document.write(`<!doctype html><html lang="en"><body>${innerHTML.replace(/<script.*script>/, '')}</body></html>`);
    document.close();
  },
  'writes its own HTML once more': () => {
    const { body } = document;
    body.innerHTML = `${body.innerHTML}`;
  },
  "writes a form's own HTML once more": () => {
    const form = document.querySelector('wl-signup');
    if (form) form.innerHTML = `${form.innerHTML}`;
  },
  "empties an element that is the widgets'": () => document.querySelector('wl-signup')?.replaceChildren(),
}))
  test(`the embed PG2: a page that ${name} has one form, and it works`, async () => {
    const { page, errors } = await show(script() + three);
    await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
    await page.evaluate(change);
    await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
    assert.equal(await page.locator('wl-signup > input[name=email]').count(), 1);
    await signUp(page);
    assert.deepEqual(errors, []);
  });

for (const [name, before] of Object.entries({
  'has no storage that answers': 'IDBFactory.prototype.open = () => ({})',
  'refuses storage, locks and talk between tabs': `
    const denied = () => { throw new DOMException('Denied', 'SecurityError'); };
    for (const store of ['localStorage', 'sessionStorage', 'indexedDB']) Object.defineProperty(window, store, { get: denied });
    Object.defineProperty(navigator, 'locks', { value: undefined });
    window.BroadcastChannel = class { constructor() { denied(); } };
  `,
}))
  test(`sessions.refresh PG3: a browser that ${name} signs people up and sells to them`, async () => {
    const { page, context, errors } = await show(script() + three, { before });
    await signUp(page);
    const [tab] = await Promise.all([
      context.waitForEvent('page'),
      page.locator('wl-buy-credits').getByRole('button', { name: /^Buy/ }).click(),
    ]);
    await tab.locator('[data-action=pay]').click();
    await page.locator('wl-buy-credits [part=status]').getByText('credits').first().waitFor();
    assert.deepEqual(errors, []);
  });

test('accounts.verifyEmail PG2: widgets in a frame that its page wrote are found by the mailed link of that page', async () => {
  const frame = `<iframe width="900" height="900" srcdoc="${whole(script() + three).replaceAll('"', '&quot;')}"></iframe>`;
  const { page, errors } = await show(frame, { path: '/written' });
  const email = await signUp(page.frameLocator('iframe'));
  let link: string | undefined;
  await until(async () => {
    const reply = await fetch(`${demo.mail}/messages?to=${encodeURIComponent(email)}`);
    const { messages } = (await reply.json()) as { messages: { text: string }[] };
    link = messages.map(({ text }) => /http\S+#wl-verify=\S+/.exec(text)?.[0]).find(Boolean);
    return link !== undefined;
  }, 'the mailed link');
  assert.ok(link?.startsWith(`${site}/written`), link);
  await page.goto(`${link?.replace('#', '?from=mail#')}`);
  await page.frameLocator('iframe').getByText('Your e-mail is confirmed and 10 free credits are yours.').waitFor();
  assert.equal(page.url(), `${site}/written?from=mail`);
  assert.deepEqual(errors, []);
});

test('bootstrap.read PG13: in a frame without an origin of its own the developer reads which attribute is missing', async () => {
  paths['/framed'] = whole(script() + three);
  const { page, told } = await show('<iframe sandbox="allow-scripts allow-forms" src="/framed"></iframe>');
  const frame = page.frameLocator('iframe');
  await frame.locator('wl-balance-meter').getByText('This is not available on this page.').waitFor();
  while (told.length === 0) await page.waitForEvent('console');
  assert.match(told.join(), /frame without an origin of its own: add allow-same-origin to its "sandbox"/);
});

test('credits.checkout PG3: a frame that may open no tab stays, with a link to the payment page', async () => {
  paths['/framed'] = whole(script() + three);
  const sandbox = 'allow-scripts allow-forms allow-same-origin';
  const { page } = await show(`<iframe width="900" height="1500" sandbox="${sandbox}" src="/framed"></iframe>`);
  const frame = page.frameLocator('iframe');
  await signUp(frame);
  const shop = frame.locator('wl-buy-credits');
  await shop.getByRole('button', { name: /^Buy/ }).click();
  await shop.getByRole('link', { name: 'Open payment page' }).waitFor();
  await shop.getByRole('button', { name: 'Cancel' }).click();
  await shop.getByRole('button', { name: /^Buy/ }).waitFor();
});
