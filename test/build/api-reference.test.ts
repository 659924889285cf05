import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tsImport } from 'tsx/esm/api';
import { contract } from '../../api/contract/index.ts';

const generator = new URL('../../scripts/api-reference.mjs', import.meta.url).href;
const { reference } = (await tsImport(generator, import.meta.url)) as { reference: () => string };

test('the API reference: is what the contract says (node --import tsx scripts/api-reference.mjs writes it)', () => {
  assert.ok(readFileSync('docs/api.md', 'utf8') === reference(), 'docs/api.md is out of date: node --import tsx scripts/api-reference.mjs');
});

test('the API reference: names every operation once', () => {
  const named = [...reference().matchAll(/^### (\S+)$/gm)].map(([, name]) => name).sort();
  assert.deepEqual(named, Object.keys(contract).sort());
});

test('the API reference MT28: says how to authenticate, what the fee is, and each field of a choice', () => {
  const page = reference();
  const told = [
    'address (`?key=wlp_...`)',
    '`Authorization: Bearer wls_...`',
    'fee is 2 %',
    '| `rounding.seconds` | integer, from 1 to 3,600 | Where `by` is `increment`. |',
    '| `minutesPolicy.kind` | `unlimited`, `floor`, `no_grant` |',
    'For a session token (`credits:buy`).',
  ];
  for (const text of told) assert.ok(page.includes(text), text);
});
