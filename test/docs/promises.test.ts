import assert from 'node:assert/strict';
import { test } from 'node:test';
import ts from 'typescript';
import { called } from '../tidy/rule.ts';
import { nodesOf, read, type Source, sourceOf, sources } from '../tidy/sources.ts';

/** `SX3`, `C9`, `A01`: one promise, by which its tests are found. */
const id = /\b[A-Z]{1,2}\d{1,2}\b/g;

/** The ids that the names of a file's tests carry. They stand before the colon: what follows is a sentence. */
function idsIn({ tree }: Pick<Source, 'tree'>): string[] {
  return [...nodesOf(tree)].flatMap((node) => {
    if (!ts.isCallExpression(node) || !/^(test|it|t\.test)$/.test(called(node))) return [];
    const [name] = node.arguments;
    if (!name || !(ts.isStringLiteralLike(name) || ts.isTemplateExpression(name))) return [];
    const [before = ''] = name.getText().split(/(?<! ): /);
    return before.match(id) ?? [];
  });
}

/** The ids in the first column of the tables of a page. */
const promisedIn = (page: string): string[] => [...page.matchAll(/^\| ([A-Z]{1,2}\d{1,2}) \| [^|\s]/gm)].map(([, one = '']) => one);

const carried = new Set(sources.filter(({ path }) => path.endsWith('.test.ts')).flatMap(idsIn));
const promised = promisedIn(read('docs/promises.md'));

test('docs/promises.md: each id that a test carries is a promise there', () => {
  assert.ok(carried.size > 200, `${carried.size} ids were found`);
  assert.deepEqual([...carried].filter((one) => !promised.includes(one)).sort(), []);
});

test('docs/promises.md: each promise there is held by a test, and stands there once', () => {
  assert.deepEqual(
    promised.filter((one) => !carried.has(one)),
    [],
  );
  assert.deepEqual(
    promised.filter((one, at) => promised.indexOf(one) !== at),
    [],
  );
});

test('docs/promises.md: ids are found in the names of tests, and nowhere else', () => {
  const either = 'test(`a $'.concat("{b ? 'P4' : 'P18'}: c`, () => {});");
  const file = sourceOf(
    'a.test.ts',
    `test('credits.balance C2 SX3: reads C9', () => { say('K1'); }); ${either} it('E4 H11: d', () => {});`,
  );
  assert.deepEqual(idsIn(file), ['C2', 'SX3', 'P4', 'P18', 'E4', 'H11']);
  assert.deepEqual(promisedIn('| id | promise |\n|---|---|\n| C2 | A sentence. |\n| C3 | |\ntext about C4'), ['C2']);
});
