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
