import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formRules } from './tidy/form.ts';
import { circlesIn, floorRule, namesExportedTwice } from './tidy/house.ts';
import { strayNouns } from './tidy/nouns.ts';
import { safetyRules } from './tidy/safety.ts';
import { sentenceRule, spellingRule } from './tidy/sentences.ts';
import { paths, sourceOf, sources } from './tidy/sources.ts';

const everyScript = /\.(ts|mjs|js)$/;

for (const { name, of = everyScript, complaints, bad, good = [] } of [
  ...formRules,
  floorRule,
  ...safetyRules,
  sentenceRule,
  spellingRule,
]) {
  const seen = ([path, text]: readonly [string, string]) => (of.test(path) ? complaints(sourceOf(path, text)) : []);

  test(`house rule: ${name}`, () => {
    assert.deepEqual(sources.filter(({ path }) => of.test(path)).flatMap(complaints), []);
  });

  test(`house rule can fail: ${name}`, () => {
    for (const sample of bad) assert.notDeepEqual(seen(sample), [], `should be refused: ${sample.join(' ')}`);
    for (const sample of good) assert.deepEqual(seen(sample), [], `should pass: ${sample.join(' ')}`);
  });
}

test('house rules: there are files to look at', () => {
  assert.ok(paths.includes('package.json'));
  assert.ok(sources.some(({ path }) => path.startsWith('api/contract/')));
});

test('house rule: no files import each other in a circle', () => {
  assert.deepEqual(circlesIn(sources), []);
});

test('house rule can fail: no files import each other in a circle', () => {
  const three = [
    sourceOf('api/a.ts', "import type { B } from './b.ts';"),
    sourceOf('api/b.ts', "export const c = () => import('./c.ts');"),
    sourceOf('api/c.ts', "export * from './a.ts';"),
    sourceOf('api/d.ts', "import { a } from './a.ts';"),
  ];
  assert.deepEqual(circlesIn(three), [['api/a.ts', 'api/b.ts', 'api/c.ts']]);
  assert.deepEqual(circlesIn(three.slice(1)), []);
});

test('house rule: a noun of the contract has the same name in the routes and in the domain', () => {
  assert.deepEqual(strayNouns(sources), []);
});

test('house rule can fail: a noun of the contract has the same name in the routes and in the domain', () => {
  const declared = (...names: string[]) =>
    `export const a = { ${names.map((name) => `'${name}': {}`).join(', ')} } as const satisfies Record<string, Operation>;`;
  const contract = [
    sourceOf('api/contract/parcels/parcels.ts', declared('parcels.send')),
    sourceOf('api/contract/parcels/boxes.ts', declared('boxes.open')),
  ];
  const answering =
    "import { send } from '../domain/parcels/send.ts'; const a = [answer('parcels.send', send), answerAnew('boxes.open', open)];";
  assert.deepEqual(strayNouns([...contract, sourceOf('api/routes/parcels.ts', answering)]), []);
  const apart = [
    sourceOf('api/routes/parcels.ts', "import { send } from '../domain/letters/send.ts'; const a = [answer('parcels.send', send)];"),
    sourceOf('api/routes/boxes.ts', "const a = [answer('boxes.open', open)];"),
  ];
  assert.deepEqual(strayNouns([...contract, ...apart]), [
    'api/routes/parcels.ts does not answer boxes.open',
    'api/contract/boxes does not declare boxes.open',
    'api/routes/parcels.ts imports api/domain/letters/send.ts, which is about another noun',
  ]);
});

for (const part of ['API', 'widgets'])
  test(`house rule: an exported name of the ${part} stands for one thing`, () => {
    assert.deepEqual(namesExportedTwice(sources.filter(({ path }) => path.startsWith(`${part.toLowerCase()}/`))), []);
  });

test('house rule can fail: an exported name stands for one thing', () => {
  const [first, second] = [sourceOf('api/a.ts', 'export interface Place {}'), sourceOf('api/b.ts', 'export const Place = 1;')];
  assert.deepEqual(namesExportedTwice([first, second]), ['Place: api/a.ts, api/b.ts']);
  const apart = [
    sourceOf('api/c.ts', 'interface Place {}\nexport class Act {}'),
    sourceOf('api/d.ts', 'export function read(name: string): void;\nexport function read(name: number): void;'),
  ];
  assert.deepEqual(namesExportedTwice([first, ...apart]), []);
});
