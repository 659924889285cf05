import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';

const { choose, needsBuild, readIn, testFiles, widgetFiles } = await import(new URL('./files.mjs', import.meta.url).href);
const { finished, sorted } = await import(new URL('./suites.mjs', import.meta.url).href);

const root = resolve(import.meta.dirname, '../..');
const files = [
  { path: 'test/ledger/holds.test.ts', text: "test('the ledger C4: adds (up)', () => {});" },
  { path: 'test/api/credits/credits.test.ts', text: "test('credits.balance C1: is right', () => {});" },
  { path: 'test/widgets/plans.test.ts', text: "it('plans.list P1: adds (up)', () => {});" },
];

test('npm test: a part of a path chooses whole files, for Node and for the browser', () => {
  assert.deepEqual(choose('ledger/', files, '/home/kim/project'), { paths: ['test/ledger/holds.test.ts'], name: undefined });
  assert.deepEqual(choose('test/widgets/plans.test.ts', files, '/home/kim/project'), {
    paths: ['test/widgets/plans.test.ts'],
    name: undefined,
  });
  assert.deepEqual(choose('.test.ts', files, '/home/kim/project').paths.length, 3);
});

test('npm test: a path may have the form of a shell, an editor or Windows', () => {
  for (const part of ['./test/ledger/holds.test.ts', '/home/kim/project/test/ledger/holds.test.ts', 'test\\ledger\\holds.test.ts'])
    assert.deepEqual(choose(part, files, '/home/kim/project').paths, ['test/ledger/holds.test.ts'], part);
});

test('npm test: anything else is a literal part of a name, and chooses the files with it', () => {
  assert.deepEqual(choose('adds (up)', files, '/home/kim/project'), {
    paths: ['test/ledger/holds.test.ts', 'test/widgets/plans.test.ts'],
    name: 'adds (up)',
  });
  assert.deepEqual(choose('C1: is right', files, '/home/kim/project'), {
    paths: ['test/api/credits/credits.test.ts'],
    name: 'C1: is right',
  });
});

test('npm test: a part without a match chooses nothing', () => {
  assert.deepEqual(choose('no such thing', files, '/home/kim/project').paths, []);
});

test('npm test: only tests that use the build, themselves or by an import, wait for one', () => {
  // These are variables, so that this file itself needs no build.
  const [dist, embed] = ['dist', 'embed'];
  const written = new Map([
    ['test/a.test.ts', "import { startApi } from './support/api.ts';"],
    ['test/support/api.ts', `import { page } from '../../api/page.ts'; const embedDir = '${dist}/embed';`],
    ['api/page.ts', `const script = '/${embed}/v1/wl.js';`],
    ['test/b.test.ts', "import { runDemo } from './support/demo.ts';"],
    ['test/support/demo.ts', "import { up } from '../../demo-site/begin.ts';"],
    ['demo-site/begin.ts', "import './begin.ts';\nimport './processes.ts';"],
    ['demo-site/processes.ts', `const program = ['${dist}/api/server.js'];`],
    ['test/c.test.ts', `await fetch(url + '/${embed}/v1/wl.js');`],
    ['test/e.test.ts', "import { openBrowser } from './support/browser.ts';"],
    ['test/d.test.ts', "import { Ajv } from 'ajv/dist/2020.js';"],
  ]);
  const needing = ['a', 'b', 'c', 'd', 'e'].filter((name) => needsBuild(`test/${name}.test.ts`, (path: string) => written.get(path)));
  assert.deepEqual(needing, ['b', 'c', 'e']);
});

test('npm test: tests of flows need a build, those of ledger and payments do not', () => {
  const [inNode, inBrowser]: string[][] = [testFiles(root), widgetFiles(root)];
  const needing = (folder: string) =>
    inNode?.filter((path) => path.startsWith(`test/${folder}/`)).map((path) => needsBuild(path, readIn(root)) as boolean);
  assert.deepEqual(new Set(needing('ledger')), new Set([false]));
  assert.deepEqual(new Set(needing('api/payments')), new Set([false]));
  assert.deepEqual(new Set(needing('flow')), new Set([true]));
  assert.ok(inBrowser?.includes('test/widgets/plans.test.ts'));
  assert.deepEqual(
    inNode?.filter((path) => inBrowser?.includes(path)),
    [],
  );
});

const failure = (name: string) => ({ file: 'test/a.test.ts', name });

test('npm test: a failure that passes by itself is separated from one that fails again', () => {
  const alone = { code: 1, passed: 3, failures: [failure('wrong')] };
  assert.deepEqual(sorted([failure('wrong'), failure('unsteady')], alone), {
    failures: [failure('wrong')],
    unsteady: [failure('unsteady')],
  });
});

test('npm test: a second run that ended early or ran nothing excuses no failure', () => {
  for (const alone of [
    { code: 124, passed: 3, failures: [] },
    { code: 1, passed: 0, failures: [] },
  ])
    assert.deepEqual(sorted([failure('wrong')], alone), { failures: [failure('wrong')], unsteady: [] });
});

test('npm test: an unsteady test counts as failed, and so does a suite that ended badly or ran nothing', () => {
  const ran = { name: 'flows', code: 1, passed: 9, failed: 1, failures: [], unsteady: [failure('unsteady')] };
  assert.deepEqual(finished(ran), { name: 'flows', passed: 9, failed: 1, failures: [], unsteady: [failure('unsteady')] });
  assert.deepEqual(finished({ name: 'flows', code: 1, passed: 9, failed: 0 }), { name: 'flows', passed: 9, failed: 1 });
  const late = { name: 'flows', passed: 9, failed: 1, note: 'took too long and was ended' };
  assert.deepEqual(finished({ name: 'flows', code: 124, passed: 9, failed: 0 }), late);
  assert.deepEqual(finished({ name: 'flows', code: 0, passed: 0, failed: 0 }), {
    name: 'flows',
    passed: 0,
    failed: 1,
    note: 'no test ran',
  });
});
