import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paths } from '../tidy/sources.ts';
import { headingsOf, linksOf, type Page, pages, pathsIn } from './pages.ts';

/** A path of a file, or of a folder that holds one. */
const exists = (path: string) => paths.some((known) => known === path || known.startsWith(path.endsWith('/') ? path : `${path}/`));

/** Lists the links of a page that lead nowhere. */
function brokenIn(page: Page): string[] {
  const links = linksOf(page).filter(([path, heading]) => {
    const target = path === page.path ? page : pages.find((other) => other.path === path);
    return (
      (path !== page.path && !exists(path)) || (heading !== undefined && target !== undefined && !headingsOf(target).includes(heading))
    );
  });
  return [
    ...links.map(([path, heading]) => `${page.path} links to ${path}${heading === undefined ? '' : `#${heading}`}`),
    ...pathsIn(page)
      .filter(([, places]) => !places.some(exists))
      .map(([spoken]) => `${page.path} names ${spoken}`),
  ];
}

test('the pages for people: every path and link in them leads to something', () => {
  assert.ok(pages.length > 20, `${pages.length} pages were found`);
  assert.deepEqual(pages.flatMap(brokenIn), []);
});

test('the pages for people: a path, a link or a heading that is not there is found', () => {
  const page = (text: string) => ({ path: 'docs/page.md', text });
  for (const text of ['[a](gone.md)', '[a](../gone.md)', '[a](#gone)', '[a](../README.md#gone)', '`api/gone.ts`', '`test/gone/`'])
    assert.equal(brokenIn(page(text)).length, 1, text);
  for (const text of [
    '[a](../README.md#the-parts)',
    '# A b\n[a](#a-b)',
    '`api/server.ts`',
    '`test/ledger/`',
    '`api/x/<noun>.ts`',
    '[a](https://a.test)',
  ])
    assert.deepEqual(brokenIn(page(text)), [], text);
  const readme = (text: string) => ({ path: 'api/README.md', text });
  assert.equal(brokenIn(readme('`gone/` `http/gone.ts`')).length, 2);
  assert.deepEqual(brokenIn(readme('`http/serve.ts` `http/` `api/http/` `test/ledger/` `keys.json`')), []);
});
