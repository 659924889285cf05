import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';

const suites = new URL('./suites.mjs', import.meta.url).href;
const outside: NodeJS.ProcessEnv = { ...process.env, ONLY_FROM_OUTSIDE: 'yes' };
// Node's test runner starts no test run within a test.
delete outside.NODE_TEST_CONTEXT;

interface Ran {
  passed: number;
  failed: number;
  failures: { file: string; name: string; text: string }[];
  usage?: { file: string }[];
}

/** Runs new test files as `npm test -- <part>` does, in the order of their names, in one process; `only` is a part of the names of tests. */
async function ran(t: TestContext, files: Record<string, string>, only?: string): Promise<Ran> {
  const folder = await mkdtemp(join(tmpdir(), 'crew-test-'));
  t.after(() => rm(folder, { recursive: true }));
  const begin = "import assert from 'node:assert/strict';\nimport { after, test } from 'node:test';\n";
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), begin + text);
  const paths = Object.keys(files).map((name) => join(folder, name));
  const program = `
    const { someNodeTests } = await import(${JSON.stringify(suites)});
    const result = await someNodeTests(${JSON.stringify(paths)}, { only: ${JSON.stringify(only)}, env: process.env, atOnce: 1, leftOpenMs: 3000 });
    console.log(JSON.stringify(result));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env: outside });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

const failuresOf = ({ failures }: Ran) => failures.map(({ file, name }) => `${basename(file)}: ${basename(name)}`).sort();

const passing = "test('passes', async (t) => { await t.test('in a part', () => {}); });";

test('npm test: files share a process, and each begins with the environment that the first one found', async (t) => {
  const changes = `
    process.env.ONLY_FROM_OUTSIDE = 'changed';
    process.env.ONLY_FROM_HERE = 'yes';
    after(() => { globalThis.endedIn = process.pid; });
    ${passing}
  `;
  const looks = `
    const { ONLY_FROM_OUTSIDE: outside, ONLY_FROM_HERE: here } = process.env;
    test('finds', () => assert.deepEqual({ outside, here, in: globalThis.endedIn }, { outside: 'yes', here: undefined, in: process.pid }));
  `;
  const result = await ran(t, { 'a.mjs': changes, 'b.mjs': looks });
  assert.deepEqual({ passed: result.passed, failures: failuresOf(result) }, { passed: 3, failures: [] });
  assert.deepEqual(
    result.usage?.map(({ file }) => basename(file)),
    ['a.mjs', 'b.mjs'],
  );
});

test('npm test: what a shared module does at the end of a file, it does at the end of each', async (t) => {
  const opens = `globalThis.open = 1;\nglobalThis.fileEnds.push(async () => { globalThis.open = 0; });\n${passing}`;
  const opensAgain = `const before = globalThis.open;\nglobalThis.open = 1;\ntest('finds all closed', () => assert.equal(before, 0));`;
  const result = await ran(t, { 'a.mjs': opens, 'b.mjs': opensAgain, 'c.mjs': opensAgain });
  assert.deepEqual({ passed: result.passed, failures: failuresOf(result) }, { passed: 4, failures: [] });
});

test('npm test: a failure names its file, and what fails at the end or cannot be loaded has failed too', async (t) => {
  const result = await ran(t, {
    'a.mjs': "test('fails', async (t) => { await t.test('in a part', () => assert.equal(1, 2)); });\ntest('goes on', () => {});",
    'b.mjs': `after(() => { throw new Error('cannot end'); });\n${passing}`,
    'c.mjs': "import './nowhere.mjs';",
    'd.mjs': passing,
  });
  assert.deepEqual(failuresOf(result), ['a.mjs: in a part', 'b.mjs: b.mjs', 'c.mjs: c.mjs']);
  assert.deepEqual({ passed: result.passed, failed: result.failed }, { passed: 5, failed: 3 });
});

test('npm test: a failure is told with what caused it, so that a random history says what went wrong', async (t) => {
  const cause = "new Error('Property failed after 3 tests', { cause: new Error('outer', { cause: new Error('14000 are left') }) })";
  const { failures } = await ran(t, { 'a.mjs': `test('fails', () => { throw ${cause}; });` });
  assert.match(failures[0]?.text ?? '', /^Property failed after 3 tests\nCaused by: outer\nCaused by: Error: 14000 are left\n +at /);
});

test('npm test: a process that ends in the middle fails the files that it has not run', async (t) => {
  const result = await ran(t, { 'a.mjs': passing, 'b.mjs': "test('ends', () => process.exit(0));", 'c.mjs': passing });
  assert.deepEqual(failuresOf(result), ['b.mjs: b.mjs', 'c.mjs: c.mjs']);
});

test('npm test: a process fails for what its files have left open, after all their tests', async (t) => {
  const opens = `import { createServer } from 'node:net';\ncreateServer().listen(0, '127.0.0.1');\n${passing}`;
  const result = await ran(t, { 'a.mjs': opens, 'b.mjs': passing });
  assert.deepEqual({ passed: result.passed, failures: failuresOf(result).length }, { passed: 4, failures: 1 });
});

test('npm test: a part of a name runs the tests that have it, and nothing else', async (t) => {
  const files = { 'a.mjs': `${passing}\ntest('fails', () => assert.fail());`, 'b.mjs': "test('fails as well', () => assert.fail());" };
  const result = await ran(t, files, 'passes');
  assert.deepEqual({ failures: failuresOf(result), hasPassed: result.passed > 0 }, { failures: [], hasPassed: true });
});
