import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tsImport } from 'tsx/esm/api';

interface Reference {
  reference(): string;
  listed(words: string[]): string;
}

const { reference, listed } = (await import(new URL('../../scripts/strings-reference.mjs', import.meta.url).href)) as Reference;
const page = readFileSync('docs/strings.md', 'utf8');
const folder = 'widgets/strings/en';

test('the elements MT27: the texts in the reference are what the code says (elements-reference.mjs writes it)', () => {
  assert.equal(page, reference());
});

test('the elements MT27: each text stands in the reference, with what is filled in', async () => {
  const parts = await Promise.all(
    readdirSync(folder).map((file) => tsImport(new URL(`../../${folder}/${file}`, import.meta.url).href, import.meta.url)),
  );
  const texts: [string, string][] = parts.flatMap((part) => Object.values<Record<string, string>>(part).flatMap(Object.entries));
  assert.ok(texts.length > 300);
  assert.deepEqual(
    texts.filter(([key, text]) => !page.includes(`| \`${key}\` | ${text.replaceAll('|', '\\|')} |`)),
    [],
  );
  assert.match(page, /\| `buy\.amount` \| Credits, \{min\} to \{max\} \| `min`, `max` \|/);
});

test('npm run strings MT27: it prints the texts of an element, and those with a part in their key', () => {
  assert.match(listed(['balance-meter']), /^wl-balance-meter\n.* {2}meter\.label +Credits\n/s);
  assert.equal(listed(['wl-gate', 'gate.BUY']), 'wl-gate\n  gate.buy  Buy credits\n');
  assert.match(listed(['rubbish']), /^No text has rubbish/);
  assert.equal(execFileSync(process.execPath, ['scripts/strings-reference.mjs', 'gate', 'buy']).toString(), listed(['gate', 'buy']));
});
