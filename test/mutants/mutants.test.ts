import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { Hunt, isCaught, type Verdict } from './hunt.ts';
import { mutate } from './mutate.ts';
import { nearestTests } from './nearest.ts';
import { countEnds, type FileCounts, type Harmless, renderPage, scoreOf } from './page.ts';
import { Memory } from './results.ts';
import { pathsOf } from './sandbox.ts';
import { chooseMutants } from './share.ts';
import { makeSmallSandbox } from './small-project.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFile(join(root, path), 'utf8');
const harmless = JSON.parse(await read('test/mutants/harmless.json')) as Harmless[];

const changesOf = (text: string): string[] => mutate('api/a.ts', text, 1).mutants.map(({ was, is }) => `${was} => ${is}`);

test('mutants: each expression is wrong in the ways in which people get it wrong', () => {
  const samples: [text: string, changes: string[]][] = [
    ['a < b;', ['a < b; => ', '< => <='].reverse()],
    ['export const f = () => a && !b;', ['a && !b => undefined', 'a && !b => a', 'a && !b => !b', '!b => b']],
    ["export const c = a ?? '';", ["a ?? '' => a", "a ?? '' => ''", "'' => 'mutant'"]],
    ['export const c = a ? 1 + n : -n;', ['a => true', 'a => false', '+ => -', '-n => n']],
    ['export const c = [...list].filter(f).some(g);', ['some => every', '[...list].filter(f) => [...list]', '[...list] => []']],
    ['export const c = a?.b?.(1).c;', ['?. => .']],
    [
      "export const c = /^a[b]+\\d$/.test('');",
      [
        "'' => 'mutant'",
        ...['/a[b]+\\d$/', '/^a[^b]+\\d$/', '/^a[b]\\d$/', '/^a[b]+\\D$/', '/^a[b]+\\d/'].map((is) => `/^a[b]+\\d$/ => ${is}`),
      ].sort(),
    ],
    ['if (a) await f();', ['a => true', 'a => false', 'await f(); => ']],
  ];
  for (const [text, changes] of samples) assert.deepEqual(changesOf(text).sort(), changes.toSorted(), text);
});

test('mutants: nothing is wrong with types, names of modules, and words for a log', () => {
  for (const text of [
    "import { a } from 'a';",
    "type A = 'a' | true;",
    "interface A { a: 'a' }",
    "export const a: 'b' | undefined = undefined;",
    "log.info({ a: 1 }, 'words');",
    "throw new Error('words');",
    'const { a } = b;',
  ])
    assert.deepEqual(changesOf(text), [], text);
  assert.deepEqual(changesOf("assert(a, 'words');"), ["assert(a, 'words'); => "]);
});

test('mutants: a file with all of them in it is numbered on, and each of them tells where it stands', async () => {
  for (const path of ['api/rules/chain.ts', 'api/rules/money.ts', 'api/ledger/state/debts.ts', 'api/security/guessable.ts']) {
    const text = await read(path);
    const { mutants } = mutate(path, text, 7);
    assert.deepEqual(
      mutants.map(({ id }) => id),
      mutants.map((_, at) => at + 7),
      path,
    );
    for (const { line, at } of mutants) assert.equal(text.split('\n')[line - 1]?.trim(), at);
  }
});

const [source, testFile] = ['api/rules/sample.ts', 'test/rules/sample.test.ts'];
const sample = `
export const step = 2 * 3;
export function count(to: number): number {
  let sum = 0;
  for (let at = 0; at < to; at += 1) sum += step;
  return sum;
}
export const isMany = (sum: number) => sum > 100;
export const wait = () => new Promise<void>((resolve) => queueMicrotask(resolve));
export const neverAsked = () => 'nothing';
`;
const sampleTest = `
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, isMany, wait } from '../../api/rules/sample.ts';

let rounds = 0;
test('counts', () => assert.equal(count(2), 12));
test('passes once', () => {
  rounds += 1;
  assert.equal(rounds, 1);
  assert.equal(count(1), 6);
});
test('waits', () => wait());
test('is many', () => assert.equal(isMany(200), true));
`;

test('mutants: what a test notices is caught, also where it never ends; the rest survives, or no test meets it', async () => {
  const sandbox = await makeSmallSandbox([source, sample], [testFile, sampleTest]);
  const hunt = await Hunt.open(sandbox.folder, testFile, sandbox.mutants);
  const ends: Record<string, Verdict | undefined> = {};
  for (const mutant of sandbox.mutants) ends[`${mutant.was} => ${mutant.is}`] = await hunt.try(mutant);
  await hunt.close();
  for (const mutant of sandbox.mutants) {
    const end = ends[`${mutant.was} => ${mutant.is}`];
    if (!isCaught(end)) ends[`${mutant.was} => ${mutant.is}`] = (await hunt.tryAlone(mutant)) ?? end;
  }
  assert.deepEqual(ends, {
    '* => /': 'killed',
    'at < to => false': 'killed',
    '< => <=': 'killed',
    'sum += step; => ': 'killed',
    '+= => -=': 'killed',
    'sum > 100 => undefined': 'killed',
    '> => >=': 'survived',
    'new Promise<void>((resolve) => queueMicrotask(resolve)) => undefined': 'survived',
    'queueMicrotask(resolve) => undefined': 'hung',
    "'nothing' => undefined": undefined,
    "'nothing' => ''": undefined,
  });
});

test('mutants: a test that fails by itself catches nothing, and neither does a file of them', async () => {
  const sandbox = await makeSmallSandbox([source, sample], [testFile, sampleTest.replace('12', '13')]);
  const hunt = await Hunt.open(sandbox.folder, testFile, sandbox.mutants);
  assert.deepEqual(hunt.leftOut, ['counts']);
  await hunt.close();
  await writeFile(join(sandbox.folder, 'test/rules/sample.test.js'), '');
  await assert.rejects(Hunt.open(sandbox.folder, testFile, sandbox.mutants), /sample\.test\.ts fails without a mutant/);
});

test('mutants: a run goes on where the last one ended, and begins again where the code or a test is another', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'mutants-test-')), 'memory.json');
  after(() => rm(dirname(file), { recursive: true }));
  const { mutants } = mutate('api/a.ts', 'export const a = 1 + 2 - 3;', 1);
  const memory = new Memory(file);
  const first = memory.of('api/a.ts', mutants);
  first.note(mutants[0] ?? assert.fail(), 'killed');
  first.noteTried('test/a.test.ts', 'its text');
  memory.save();
  const again = (list = mutants) => new Memory(file).of('api/a.ts', list);
  assert.deepEqual(again().openFor('test/a.test.ts', 'its text'), []);
  assert.deepEqual(again().openFor('test/a.test.ts', 'another text'), mutants.slice(1));
  assert.equal(again(mutate('api/a.ts', 'export const a = 1 + 2 + 3;', 1).mutants).openFor('test/a.test.ts', 'its text').length, 2);
});

const manyMutants = mutate('api/a.ts', Array.from({ length: 60 }, (_, at) => `export const a${at} = ${at} + 1;`).join('\n'), 1).mutants;

test('mutants: a share is the same in each run, part of a greater one, and at least five', () => {
  const share = chooseMutants(manyMutants, 10);
  assert.equal(share.length, 6);
  assert.deepEqual(chooseMutants(manyMutants.toReversed(), 10), share);
  assert.deepEqual(chooseMutants(manyMutants, 5).slice(0, 6), share);
  assert.equal(new Set(chooseMutants(manyMutants, 1)).size, 60);
  assert.equal(chooseMutants(manyMutants, 1000).length, 5);
  assert.equal(chooseMutants(manyMutants.slice(0, 3), 10).length, 3);
});

test('mutants: a greater share tries only what a smaller one has left, and the page tells how many of how many', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'mutants-test-')), 'memory.json');
  after(() => rm(dirname(file), { recursive: true }));
  const tenth = new Memory(file);
  const few = tenth.of('api/domain/a/a.ts', manyMutants, 10);
  for (const mutant of few.openFor('test/a.test.ts', 'its text')) few.note(mutant, 'killed');
  few.noteTried('test/a.test.ts', 'its text');
  tenth.save();
  const counts = { mutants: few.mutantCount, ...countEnds(few.all(), []) };
  assert.deepEqual(counts, { mutants: 60, killed: 6, hung: 0, survived: 0, unmet: 0, harmless: 0 });
  assert.match(renderPage({ 'api/domain/a/a.ts': counts }, []), /^\| `api\/domain\/a` \| 1 \| 6 of 60 \| 6 \|/m);
  const whole = new Memory(file);
  const all = whole.of('api/domain/a/a.ts', manyMutants);
  assert.deepEqual(all.openFor('test/a.test.ts', 'its text'), chooseMutants(manyMutants, 1).slice(6));
  all.noteTried('test/a.test.ts', 'its text');
  whole.save();
  const smaller = new Memory(file);
  smaller.of('api/domain/a/a.ts', manyMutants, 10).noteTried('test/a.test.ts', 'its text');
  smaller.save();
  assert.equal(new Memory(file).of('api/domain/a/a.ts', manyMutants).wasTriedBy('test/a.test.ts', 'its text'), true);
});

test('mutants: the nearest tests are those of the same room', () => {
  const tests = [
    'test/rules/money.test.ts',
    'test/api/orders/money.test.ts',
    'test/ledger/model.test.ts',
    'test/ledger/kills.test.ts',
    'test/ledger/state/lots.test.ts',
    'test/flow/orders.test.ts',
    'test/widgets/payment/purchase.test.ts',
  ];
  assert.deepEqual(nearestTests('api/rules/money.ts', tests), ['test/rules/money.test.ts']);
  assert.deepEqual(nearestTests('api/ledger/state/debts.ts', tests), ['test/ledger/state/lots.test.ts']);
  for (const source of ['api/ledger/legs.ts', 'api/ledger/write/batch.ts'])
    assert.deepEqual(nearestTests(source, tests), ['test/ledger/model.test.ts', 'test/ledger/state/lots.test.ts']);
  assert.deepEqual(nearestTests('api/domain/orders/steps.ts', tests), ['test/api/orders/money.test.ts']);
  assert.deepEqual(nearestTests('widgets/payment/run.ts', tests), ['test/widgets/payment/purchase.test.ts']);
  for (const source of ['api/app.ts', 'api/domain/plans/choice.ts', 'widgets/kit/kit.ts', 'widgets/payment/pay-view.ts'])
    assert.deepEqual(nearestTests(source, tests), []);
});

test('mutants: the score counts what could matter, and is never rounded up', () => {
  assert.equal(scoreOf({ killed: 1998, hung: 1, survived: 1, unmet: 0, harmless: 50 }), '99.9 %');
  assert.equal(scoreOf({ killed: 0, hung: 0, survived: 0, unmet: 0, harmless: 3 }), '-');
  const [one, other] = mutate('api/a.ts', 'export const a = 1 + 2 - 3;', 1).mutants;
  const listed = [{ ...(one ?? assert.fail()), why: 'it is a sample' }];
  const all = [one, other].map((mutant) => ({ mutant: mutant ?? assert.fail(), verdict: 'survived' as const }));
  assert.deepEqual(countEnds(all, listed), { killed: 0, hung: 0, survived: 1, unmet: 0, harmless: 1 });
});

test('docs/mutants.md: it says what the last runs have found', async () => {
  const results = JSON.parse(await read('test/mutants/results.json')) as Record<string, FileCounts>;
  assert.equal(await read('docs/mutants.md'), renderPage(results, harmless));
  const paths = new Set(pathsOf(root));
  assert.deepEqual(
    Object.keys(results).filter((path) => !paths.has(path)),
    [],
  );
});

test('docs/mutants.md: each survivor that cannot matter is a mutant of the code as it is, and has its reason', async () => {
  for (const path of new Set(harmless.map((one) => one.path))) {
    const { mutants } = mutate(path, await read(path), 1);
    for (const { at, was, is, why } of harmless.filter((one) => one.path === path)) {
      assert.ok(
        mutants.some((mutant) => mutant.at === at && mutant.was === was && mutant.is === is),
        `${path}: ${at}: ${was} => ${is}`,
      );
      assert.match(why, /^[A-Z].{15,}\.$/, `${path}: ${at}`);
    }
  }
});
