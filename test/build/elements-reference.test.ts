import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const generator = new URL('../../scripts/elements-reference.mjs', import.meta.url).href;
const { reference } = (await import(generator)) as { reference: () => Promise<string> };
const page = readFileSync('docs/elements.md', 'utf8');

/** The names of parts in the templates of some files, also where an expression chooses between two. */
function partsIn(files: string[]): string[] {
  const found = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bpart=(?:"([\w -]+)"|\$\{[^}]*?'([\w-]+)' : '([\w-]+)')/g)].flatMap(([, ...names]) => names),
  );
  return [...new Set(found.filter((name) => name !== undefined))].sort();
}

/** The names of parts in one section of the reference. */
function partsOf(title: string): string[] {
  const section = page.split('\n## ').find((text) => text.startsWith(title)) ?? '';
  const table = section.split('| Part | |')[1]?.split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| `([\w-]+)` /gm)].map(([, name]) => name ?? '').sort();
}

test('the elements H1: the reference is what the code says (node scripts/elements-reference.mjs writes it)', async () => {
  assert.equal(page, await reference());
});

for (const folder of ['balance-meter', 'buy-credits', 'open', 'sessions', 'sign-up', 'statement']) {
  test(`the elements H2: the parts of ${folder} in the reference are those in the code`, () => {
    const files = readdirSync(`widgets/elements/${folder}`).map((file) => `widgets/elements/${folder}/${file}`);
    const common = partsOf('Every element');
    assert.deepEqual(
      partsOf(`\`<wl-${folder === 'sign-up' ? 'signup' : folder}>\``),
      partsIn(files).filter((part) => !common.includes(part)),
    );
  });
}

test('the elements H2: the parts that every element has are those in the code', () => {
  assert.deepEqual(partsOf('Every element'), partsIn(['widgets/ui/element.ts']));
});
