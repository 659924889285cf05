import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { openBrowser, visit } from '../support/browser.ts';
import { openShop } from '../support/shop.ts';

const [[file, integrity] = ['', '']] = Object.entries<string>(JSON.parse(readFileSync('dist/embed/integrity.json', 'utf8')));
const shop = await openShop(
  ({ api, script }) => `<!doctype html><html lang="en"><title>Shop</title><body>
    <p id="own">The shop's own page.</p><button id="count" onclick="this.textContent = 'clicked'">Click</button>
    ${/data-key="[^"]*"/.exec(script)?.[0] ? `<script type="module" src="${api}/embed/${file}" integrity="${integrity}" crossorigin="anonymous" ${/data-key="[^"]*"/.exec(script)?.[0]}></script>` : ''}
    <wl-signup><a href="/contact">Write to us</a></wl-signup></body></html>`,
);
const browser = await openBrowser();

test('bootstrap.read A31 E10: the pinned script runs with its integrity hash, in one file', async () => {
  const { page, errors } = await visit(browser, 'about:blank');
  const scripts: string[] = [];
  page.on('request', (request) => request.resourceType() === 'script' && scripts.push(request.url()));
  await page.goto(shop.page);
  await page.locator('wl-signup').getByRole('button', { name: 'Create account' }).waitFor();
  assert.deepEqual(scripts, [`${shop.api.url.replace('127.0.0.1', 'localhost')}/embed/${file}`]);
  assert.deepEqual(errors, []);
});

/** Asserts that the shop's own content works, and that its fallback text stands in place of the widget. */
async function assertUnharmed(arrange: (page: Awaited<ReturnType<typeof visit>>['page']) => Promise<unknown>): Promise<void> {
  const { page } = await visit(browser, 'about:blank');
  const thrown: string[] = [];
  page.on('pageerror', (error) => thrown.push(error.message));
  await arrange(page);
  await page.goto(shop.page, { waitUntil: 'commit' });
  await page.locator('#count').click();
  await page.getByText('clicked').waitFor();
  await page.getByRole('link', { name: 'Write to us' }).waitFor();
  assert.deepEqual(thrown, []);
  assert.equal(await page.evaluate(() => customElements.get('wl-signup') === undefined), true);
}

test('bootstrap.read A31: a tampered script does not run, and the page works', () =>
  assertUnharmed((page) =>
    page.route('**/embed/**', async (route) => {
      const body = `${readFileSync(`dist/embed/${file}`, 'utf8')}\nglobalThis.tampered = true;`;
      await route.fulfill({ body, headers: { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' } });
    }),
  ));

test('bootstrap.read A31: without the script the page works', () =>
  assertUnharmed((page) => page.route('**/embed/**', (route) => route.abort('connectionrefused'))));

test('bootstrap.read A31: while the script never arrives the page works', () =>
  assertUnharmed((page) => page.route('**/embed/**', () => {})));

test('brand.read A29: no answer of the API can be framed by another site', async () => {
  for (const path of ['/livez', '/openapi.json', '/v1/brand.read', '/nothing']) {
    const { headers } = await fetch(shop.api.url + path);
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'self'/, path);
    assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN');
  }
});
