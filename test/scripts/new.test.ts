import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { tsImport } from 'tsx/esm/api';
import { formRules } from '../tidy/form.ts';
import { sourceOf } from '../tidy/sources.ts';

const { plan } = await import(new URL('../../scripts/new.mjs', import.meta.url).href);

const root = resolve(import.meta.dirname, '../..');
const copied = [
  'api',
  'demo-site',
  'scripts',
  'themes',
  'widgets',
  'test/support',
  '.gitignore',
  'biome.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Copies the files that `npm run new` reads and writes into a folder of its own. */
function project() {
  const folder = mkdtempSync(join(tmpdir(), 'new-test-'));
  folders.push(folder);
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const make = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/new.mjs', ...args], { cwd: folder, encoding: 'utf8' });
    const written = /Written:\n((?: {2}.*\n)+)/.exec(stdout)?.[1]?.trim().split(/\n\s*/) ?? [];
    return { status, written, stdout, said: stderr.trim() };
  };
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const files = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  const fingerprint = () =>
    files()
      .reduce((hash, path) => hash.update(path).update(readFileSync(path)), createHash('sha256'))
      .digest('hex');
  const operation = async (name: string) => {
    const { contract } = await tsImport(join(folder, 'api/contract/index.ts'), import.meta.url);
    return (contract as Record<string, { errors: string[] }>)[name];
  };
  return { folder, make, read, fingerprint, operation };
}

const unfinished = formRules.find(({ name }) => name.startsWith('nothing is left unfinished')) ?? assert.fail('the rule is there');

test('npm run new: an operation of a known noun stands beside its others, and its test fails and says what to write', async () => {
  const { make, read, folder, operation } = project();
  const { status, written, said } = make('operation', 'sessions.freezeAll');
  assert.deepEqual({ status, said }, { status: 0, said: '' });
  assert.deepEqual(written, [
    'api/contract/accounts/sessions.ts',
    'api/routes/accounts.ts',
    'api/domain/accounts/freeze-all.ts',
    'test/api/accounts/sessions-freeze-all.test.ts',
  ]);
  assert.deepEqual((await operation('sessions.freezeAll'))?.errors, []);
  assert.match(
    read('api/routes/accounts.ts'),
    /^ {2}answer\('sessions\.freezeAll', \(\{ access \}, input\) => freezeAllSessions\(access, input\)\),\n\];\n$/m,
  );
  const options = ['--import', 'tsx', '--test', '--test-reporter=tap', written.at(-1) ?? ''];
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  const run = spawnSync(process.execPath, options, { cwd: folder, env, encoding: 'utf8' });
  assert.equal(run.status, 1, run.stdout);
  assert.match(run.stdout, /api\/domain\/accounts\/freeze-all\.ts does nothing yet: write there what sessions\.freezeAll does\./);
  assert.match(read(written.at(-1) ?? ''), /assert\.fail\(\s*'Write here what sessions\.freezeAll promises: .*',?\s*\);\n\}\);\n$/);
});

test('npm run new: an operation of a new noun is in all lists, and its place is left to be chosen', async () => {
  const { make, read, operation } = project();
  const { written, stdout } = make('operation', 'parcels.send');
  assert.ok(written.includes('api/contract/parcels.ts') && written.includes('api/domain/parcels/send.ts'));
  assert.ok(await operation('parcels.send'));
  assert.match(read('api/routes/index.ts'), /\.\.\.parcelsRoutes\(\),\n {2}\.\.\.systemRoutes/);
  assert.match(stdout, /test\/tidy\/house\.ts: the floor of domain\/parcels\./);
});

test('npm run new: a list of one route becomes a list of two', () => {
  const { make, read } = project();
  assert.equal(make('operation', 'journal.seal').status, 0);
  assert.match(read('api/routes/journal.ts'), /Route\[\] => \[\n {2}answer\('journal\.list', .*\n {2}answer\('journal\.seal', .*\n\];\n$/);
});

test('npm run new: an element has a class, looks, texts and a test, and arrives where a page holds its tag', () => {
  const { make, read } = project();
  const { status, written } = make('element', 'call-log');
  assert.equal(status, 0);
  const own = [
    'widgets/elements/call-log/call-log.ts',
    'widgets/elements/call-log/call-log.styles.ts',
    'widgets/strings/en/call-log.ts',
    'test/widgets/call-log.test.ts',
  ];
  assert.deepEqual(written.toSorted(), [...own, 'widgets/elements.ts'].sort());
  assert.match(read('widgets/elements.ts'), /^ {2}'wl-call-log': \(\) => import\('\.\/elements\/call-log\/call-log\.ts'\),$/m);
  assert.match(read('widgets/strings/en/call-log.ts'), /^ {2}interface Texts extends Record<keyof typeof callLogStrings, string> \{\}$/m);
  assert.match(read('widgets/elements/call-log/call-log.ts'), /^defineElement\('wl-call-log', WlCallLog\);$/m);
  assert.match(read('test/widgets/call-log.test.ts'), /expect\.fail\('Write here what <wl-call-log> shows and does/);
});

test('npm run new: whatever is left unwritten is refused by a house rule', () => {
  const { make, read } = project();
  for (const [kind, name] of [
    ['operation', 'parcels.send'],
    ['element', 'call-log'],
  ] as const) {
    const toWrite = make(kind, name).written.filter((path) => /parcels|call-log/.test(path) && !/routes|styles/.test(path));
    assert.equal(toWrite.length, 3);
    for (const path of toWrite) assert.notDeepEqual(unfinished.complaints(sourceOf(path, read(path))), [], path);
  }
});

test('npm run new: a name that is taken or has not the form of one gets one sentence', () => {
  const refusals = [
    ['operation', 'sessions.end', 'sessions.end is taken: it stands in api/contract/accounts/sessions.ts.'],
    ['operation', 'values.read', '"values" is no free noun: api/contract/values.ts is about something else.'],
    ['operation', 'journal.show', 'api/routes/journal.ts has a showJournal already: choose another verb.'],
    ['operation', 'Sessions.end', '"Sessions.end" is no name of an operation: it is noun.verb, such as numbers.buy.'],
    ['operation', 'sessions', '"sessions" is no name of an operation: it is noun.verb, such as numbers.buy.'],
    ['operation', '../a.b', '"../a.b" is no name of an operation: it is noun.verb, such as numbers.buy.'],
    ['element', 'sessions', 'sessions is taken: widgets/elements/sessions is there already.'],
    ['element', 'signup', 'signup is taken: <wl-signup> is an element already.'],
    ['element', 'payment', 'payment cannot be made: widgets/strings/en/payment.ts is there already.'],
    ['element', 'wl-call-log', 'Leave out "wl-": the tag of "call-log" is <wl-call-log>.'],
    ['element', 'CallLog', '"CallLog" is no name of an element: it is kebab-case, such as call-log.'],
    ['element', '../call-log', '"../call-log" is no name of an element: it is kebab-case, such as call-log.'],
    ['element', 'a'.repeat(61), 'The name is too long: it has 61 characters, and at most 60 may be.'],
    ['page', 'a', 'Say what to make: npm run new operation <noun>.<verb>, or npm run new element <name>.'],
  ] as const;
  for (const [kind, name, message] of refusals) assert.throws(() => plan(root, kind, name), { message });
  const message = 'A name is one word, and "note" is left over: npm run new operation <noun>.<verb>, or npm run new element <name>.';
  assert.throws(() => plan(root, 'element', 'balance', 'note'), { message });
});

test('npm run new: --help says what can be made, and writes nothing', () => {
  const { make, fingerprint } = project();
  const before = fingerprint();
  for (const asked of [['--help'], ['operation', '--help']]) {
    const { status, stdout } = make(...asked);
    assert.equal(status, 0);
    assert.match(stdout, /^Writes the files of a new operation or element: npm run new operation <noun>\.<verb>, or .*\.\n$/);
  }
  assert.equal(fingerprint(), before);
});

test('npm run new: the second time is refused, because the first has taken the name, and writes nothing', () => {
  const { make, fingerprint } = project();
  assert.deepEqual(
    { operation: make('operation', 'parcels.send').status, element: make('element', 'call-log').status },
    { operation: 0, element: 0 },
  );
  const before = fingerprint();
  const refusals = [
    ['operation', 'parcels.send', 'parcels.send is taken: it stands in api/contract/parcels.ts.'],
    ['element', 'call-log', 'call-log is taken: widgets/elements/call-log is there already.'],
  ] as const;
  for (const [kind, name, sentence] of refusals) {
    const { status, said, stdout } = make(kind, name);
    assert.deepEqual({ status, said, stdout }, { status: 1, said: sentence, stdout: '' });
  }
  assert.equal(fingerprint(), before);
});
