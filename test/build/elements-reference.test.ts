import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { allTags } from '../../widgets/elements.ts';

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

test('the elements H1: each tag is of an element, and none stands outside of backticks, where nobody sees it', () => {
  const titles = [...page.matchAll(/^## `<(.*)>`$/gm)].map(([, tag]) => tag);
  assert.deepEqual(titles, [...allTags()].sort());
  const words = page.replace(/`[^`]*`/g, '');
  assert.deepEqual(words.match(/<\/?\w[^>]*>|undefined|\[object/g), null);
});

/** Every folder of an element, with its tag. */
const folders = readdirSync('widgets/elements').map((folder) => ({
  folder,
  tag: /defineElement\('(wl-[\w-]+)'/.exec(readFileSync(`widgets/elements/${folder}/${folder}.ts`, 'utf8'))?.[1] ?? folder,
}));

/** The files of an element, and the views beside the elements that they import, themselves or by what they import. */
function viewsOf(files: string[]): string[] {
  const found = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/'(\.[^']+)'/g)]
      .map(([, target = '']) => posix.join(posix.dirname(file), target))
      .filter((path) => /^widgets\/(payment|ui)\/[\w-]+\.ts$/.test(path) && !files.includes(path)),
  );
  return found.length === 0 ? files : viewsOf([...new Set([...files, ...found])]);
}

/** Files that only a click loads; nothing imports them before. */
const viewsLater: Record<string, string[]> = {
  'buy-credits': ['widgets/payment/purchase-view.ts', 'widgets/elements/balance-meter/low-view.ts'],
};

for (const { folder, tag } of folders) {
  test(`the elements H2: the parts of <${tag}> in the reference are those in the code`, () => {
    const files = readdirSync(`widgets/elements/${folder}`).map((file) => `widgets/elements/${folder}/${file}`);
    const common = partsOf('Every element');
    const [own, all] = [files, viewsOf([...files, ...(viewsLater[folder] ?? [])])].map((views) =>
      partsIn(views).filter((part) => !common.includes(part)),
    );
    const documented = partsOf(`\`<${tag}>\``);
    // Of the parts of the views that several elements share, each shows some.
    assert.deepEqual(
      documented,
      all?.filter((part) => own?.includes(part) || documented.includes(part)),
    );
  });
}

test('the elements H2: none of them is left out of the reference, and each has a folder', () => {
  const titles = [...page.matchAll(/^## `<(wl-[\w-]+)>`$/gm)].map(([, tag]) => tag);
  const tags = allTags().sort();
  assert.deepEqual({ titles: titles.sort(), folders: folders.map(({ tag }) => tag).sort() }, { titles: tags, folders: tags });
});

test('the elements H2: the parts that every element has are those in the code', () => {
  assert.deepEqual(partsOf('Every element'), partsIn(['widgets/ui/element.ts']));
});
