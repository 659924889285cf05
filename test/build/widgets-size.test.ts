import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { firstElements, lazyElements } from '../../widgets/elements.ts';

const folder = mkdtempSync(join(tmpdir(), 'embed-'));
const read = (file: string) => readFileSync(join(folder, file));
const files = () => readdirSync(folder).filter((file) => file.endsWith('.js'));

before(() => build({ configFile: 'widgets/build/vite.config.ts', logLevel: 'error', build: { outDir: folder } }));
after(() => rmSync(folder, { recursive: true }));

test('the embed Q1: wl.js is at most 16 KB as brotli sends it, alone and with nothing to fetch before it runs', () => {
  const script = read('wl.js');
  const bytes = brotliCompressSync(script).length;
  assert.ok(bytes <= 16 * 1024, `wl.js has ${bytes} bytes`);
  assert.doesNotMatch(script.toString(), /^import[{"' ]/);
});

test('the embed Q1: what follows the first view is one more file, and all of it at most 24 KB', () => {
  const first = files().filter(isFirst);
  assert.equal(first.length, 2);
  for (const file of first) assert.deepEqual([...needs(file)], [], `${file} waits for another one`);
  const bytes = first.reduce((sum, file) => sum + brotliCompressSync(read(file)).length, 0);
  assert.ok(bytes <= 24 * 1024, `both files have ${bytes} bytes`);
});

/** Other files that one needs, and what those need, but for the two that are there already. */
function needs(file: string, known = new Set<string>()): Set<string> {
  const found = [
    ...read(file)
      .toString()
      .matchAll(/\b(?:from|import)\s*["'](\.\/[\w.-]+\.js)["']/g),
  ].map(([, from]) => (from ?? '').replace('./', ''));
  for (const one of found.filter((name) => !isFirst(name) && !known.has(name))) needs(one, known.add(one));
  return known;
}
const isFirst = (file: string) => /^wl(-deferred-[\w-]+)?\.js$/.test(file);

// A selling element loads the payment code, its forms and its lists; the statement its check, its files and its receipts.
const largest = { 'number-purchase': 13, 'knowledge-upload': 12, plans: 8, account: 8, statement: 6 } as Record<string, number>;
for (const tag of Object.keys(lazyElements)) {
  const kib = largest[tag.replace('wl-', '')] ?? 4;
  test(`the embed E10: ${tag} comes with all that it needs in at most ${kib} KB`, () => {
    const file = files().find((name) => name.startsWith(`${tag}-`)) ?? assert.fail('it is not built');
    const bytes = [file, ...needs(file)].reduce((sum, name) => sum + brotliCompressSync(read(name)).length, 0);
    assert.ok(bytes <= kib * 1024, `${bytes} bytes`);
  });
}

test('the embed E10: wl.js holds the elements of the first view, as the list of elements says', () => {
  const defined = [
    ...read('wl.js')
      .toString()
      .matchAll(/\([`"](wl-[\w-]+)[`"],class/g),
  ].map(([, tag]) => tag);
  assert.deepEqual(defined.sort(), [...firstElements].sort());
});

test('the embed Q1: carries no server code and no development code', () => {
  for (const file of files()) assert.doesNotMatch(read(file).toString(), /ZodError|process\.env|dev-mode|decorate==/);
});

test('the embed H9: the name of the platform is nowhere in what clients get, source maps neither', () => {
  const everything = readdirSync(folder, { recursive: true }).map(String);
  for (const file of everything.filter((name) => /\.\w+$/.test(name))) assert.doesNotMatch(read(file).toString(), /livery/i, file);
});

test('the embed MT33: what is built is the same whatever the folder is called, and wherever it goes', async (t) => {
  const other = mkdtempSync(join(tmpdir(), 'clone-'));
  t.after(() => rmSync(other, { recursive: true }));
  const clone = join(other, 'livery');
  const sources = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', 'widgets', 'themes', 'api/rules', 'api/contract', 'package.json', 'tsconfig.json'],
    {
      encoding: 'utf8',
    },
  );
  for (const path of sources.split('\n').filter((line) => line !== '' && existsSync(line))) cpSync(path, join(clone, path));
  symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
  execFileSync(
    process.execPath,
    [resolve('node_modules/vite/bin/vite.js'), 'build', '--config', 'widgets/build/vite.config.ts', '--logLevel', 'error'],
    { cwd: clone },
  );
  const built = join(clone, 'dist/embed/v1');
  const names = (from: string) =>
    readdirSync(from, { recursive: true })
      .map(String)
      .filter((name) => /\.\w+$/.test(name))
      .sort();
  assert.deepEqual(names(built), names(folder));
  for (const name of names(built)) assert.ok(readFileSync(join(built, name)).equals(read(name)), name);
});

test('the embed H8: the preset themes lie beside the script as they are written', () => {
  const presets = readdirSync('themes').filter((file) => file.endsWith('.css'));
  assert.ok(presets.length >= 2);
  for (const preset of presets) assert.deepEqual(read(`themes/${preset}`), readFileSync(`themes/${preset}`));
});
