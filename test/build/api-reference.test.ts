import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tsImport } from 'tsx/esm/api';
import { errors } from '../../api/contract/errors/index.ts';
import { contract } from '../../api/contract/index.ts';

const generator = new URL('../../scripts/api-reference.mjs', import.meta.url).href;
const { reference } = (await tsImport(generator, import.meta.url)) as { reference: () => string };

test('the API reference: is what the contract says (node --import tsx scripts/api-reference.mjs writes it)', () => {
  assert.ok(readFileSync('docs/api.md', 'utf8') === reference(), 'docs/api.md is out of date: node --import tsx scripts/api-reference.mjs');
});

test('the API reference: names every operation once', () => {
  const [operations = ''] = reference().split('## All errors');
  const named = [...operations.matchAll(/^### (\S+)$/gm)].map(([, name]) => name).sort();
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

test('the API reference MT28: leads from each refusal to its cause and its cure', () => {
  const page = reference();
  const [operations = '', problems = ''] = page.split('## All errors');
  const linked = new Set([...operations.matchAll(/\]\(#(\w+)\) \(\d{3}\)/g)].map(([, anchor]) => anchor));
  const told = new Map(
    [...problems.matchAll(/^### (\S+)\n\n(.+)\n\n(.+)$/gm)].map(([, code = '', sentence, help]) => [code, { sentence, help }]),
  );
  assert.deepEqual([...told.keys()], Object.keys(errors).sort());
  for (const anchor of linked)
    assert.ok(
      [...told.keys()].some((code) => code.replaceAll('.', '') === anchor),
      anchor,
    );
  assert.deepEqual(told.get('origin.refused'), {
    sentence: '403. “This page may not use this key.”',
    help: "The page's origin is not listed, or the publishable key is another's. Add scheme, host and port of the page to `origins`; pages on localhost work with test keys.",
  });
});
