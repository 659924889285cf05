import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { allTags } from '../../widgets/elements.ts';
import { openBrowser, visit } from '../support/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'pinned-'));
const version = JSON.parse(readFileSync('package.json', 'utf8')).version as string;
const name = `wl-${version}.js`;
const { pinnedTag } = (await import(new URL('../../widgets/build/sizes.mjs', import.meta.url).href)) as {
  pinnedTag: (name: string, integrity: string) => string;
};
const script = () => readFileSync(join(folder, name));
const tag = () => pinnedTag(name, JSON.parse(readFileSync(join(folder, 'integrity.json'), 'utf8'))[name]);

before(() => build({ configFile: 'widgets/build/pinned.config.ts', logLevel: 'error', build: { outDir: folder } }));
after(() => rmSync(folder, { recursive: true }));

test('the pinned script E10: the hash in the tag that the build prints is that of the file', () => {
  const hash = createHash('sha384').update(script()).digest('base64');
  assert.match(tag(), new RegExp(`integrity="sha384-${hash.replace(/[+/]/g, '\\$&')}" crossorigin="anonymous"`));
  assert.ok(tag().length <= 300, 'the tag is short enough to be pasted (Q1)');
});

test('the pinned script E10: holds everything in one file of at most 56 KB and loads no other', () => {
  assert.doesNotMatch(script().toString(), /\bimport\s*\(|^import[{"' ]|\bfrom\s*["']\.|sourceMappingURL|livery/i);
  for (const tag of allTags()) assert.match(script().toString(), new RegExp(tag));
  assert.ok(brotliCompressSync(script()).length <= 56 * 1024);
});

test('the pinned script E10: runs where the hash fits, and not where one byte is another', async () => {
  let body = script();
  const requested: string[] = [];
  const server = createServer((req, res) => {
    requested.push(req.url ?? '');
    res.setHeader('Access-Control-Allow-Origin', '*');
    if (!req.url?.endsWith('.js')) return res.setHeader('Content-Type', 'text/html').end(page());
    return res.setHeader('Content-Type', 'text/javascript').end(body);
  });
  const page = () => `<!doctype html><wl-open for="signup">Sign up</wl-open><wl-signup></wl-signup>${tag().replace('https://…', '')}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await openBrowser();
  const good = await visit(browser, url);
  await good.page.waitForFunction('customElements.get("wl-open") && customElements.get("wl-signup")');
  assert.deepEqual(
    requested.filter((path) => path.endsWith('.js')),
    [`/embed/${name}`],
  );
  body = Buffer.concat([body, Buffer.from(' ')]);
  const bad = await visit(browser, url);
  assert.equal(await bad.page.evaluate('customElements.get("wl-signup") === undefined'), true);
  assert.match(bad.errors.join(), /integrity/);
  await browser.close();
});
