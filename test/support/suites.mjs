import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { nodeCommand, run } from '../../demo-site/prepare/commands.mjs';
import { builtFrom } from './files.mjs';

/** More files than this do not fail for want of a quiet moment. */
const UNSTEADY_FILES = 3;
const root = resolve(import.meta.dirname, '../..');
const bin = (path) => join(root, 'node_modules', path);

/** The types of all three projects: what runs on a server, what runs in a browser, and the whole with its tests. */
const projects = ['api', 'widgets', '.'];

export async function lint(env) {
  return check('lint', [[bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']], env);
}

export async function types(env) {
  return check(
    'types',
    projects.map((project) => [bin('typescript/bin/tsc'), '-p', project]),
    env,
  );
}

/** Tools that say yes or no count as one test. */
async function check(name, programs, env) {
  process.stdout.write(`\n${name}\n`);
  let failed = 0;
  for (const program of programs) if ((await run(nodeCommand(...program), { cwd: root, env, seconds: 300 })) !== 0) failed = 1;
  return { name, passed: 1 - failed, failed };
}

/**
 * Everything but the widgets: real engine, real HTTP. All of it is built first, because every file then starts twice as fast. Three files
 * at a time keep two cores busy, as tests often wait. The limits are for what hangs, not for what is slow.
 */
export async function nodeTests(paths, env) {
  const name = 'api, rules and flows';
  process.stdout.write(`\n${name}\n`);
  const build = nodeCommand(bin('vite/bin/vite.js'), 'build', '--config', 'test/vite.config.mjs');
  if ((await run(build, { cwd: root, env, seconds: 120 })) !== 0) return { name, passed: 0, failed: 1 };
  const first = await ranAs(paths.map(builtFrom), { atOnce: 3, env });
  const again = [...new Set(first.failures.map(({ file }) => file))];
  if (again.length === 0 || again.length > UNSTEADY_FILES || first.failures.some(({ drawn }) => drawn)) return finished({ name, ...first });
  process.stdout.write('\nWhat failed beside others runs once more, by itself, to tell what is unsteady from what is wrong.\n');
  const alone = await ranAs(again, { atOnce: 1, env });
  return finished({ name, ...first, ...sorted(first.failures, alone) });
}

/** Some files from their sources, which saves building all of them; `only` is a part of the names of the tests to run. */
export async function someNodeTests(paths, { only, env }) {
  const name = 'api, rules and flows';
  process.stdout.write(`\n${name}\n`);
  const pattern = only === undefined ? [] : [`--test-name-pattern=${only.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}`];
  return { name, ...(await ranAs(paths, { atOnce: 3, env, options: ['--import', 'tsx', ...pattern] })) };
}

/**
 * Tells failures that passed by themselves from those that did not. Both count as failed.
 * @param alone what came of the second run; one that was ended early says nothing
 */
export function sorted(failures, alone) {
  const isSame = (one) => (other) => one.file === other.file && one.name === other.name;
  const isUnsteady = (one) => alone.code !== 124 && alone.passed > 0 && !alone.failures.some(isSame(one));
  return { failures: failures.filter((one) => !isUnsteady(one)), unsteady: failures.filter(isUnsteady) };
}

/** Runs test files to their end: `{ code, passed, failed, failures, usage }`. */
async function ranAs(files, { atOnce, env, options = [] }) {
  const folder = mkdtempSync(join(tmpdir(), 'test-outcome-'));
  const [outcome, usage] = [join(folder, 'outcome.json'), join(folder, 'usage')];
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=./test/support/outcome.mjs'];
  const limits = [`--test-concurrency=${atOnce}`, '--test-timeout=600000'];
  const all = [...options, '--import', './test/support/usage.mjs', ...limits, ...reporters, `--test-reporter-destination=${outcome}`];
  const code = await run(nodeCommand(...all, '--test', ...files), { cwd: root, env: { ...env, TEST_USAGE_FILE: usage }, seconds: 3000 });
  const counts = JSON.parse(readFileSync(outcome, 'utf8') || '{"passed":0,"failed":0,"failures":[]}');
  const used = usageIn(usage);
  rmSync(folder, { recursive: true });
  return { code, ...counts, usage: used };
}

/** The widgets, in a real browser; `only` is a part of the names of the tests to run. */
export async function widgetTests(paths, { only, env }) {
  const name = 'widgets';
  process.stdout.write(`\n${name}\n`);
  let output = '';
  const onOutput = (text) => {
    output += text;
  };
  const folder = mkdtempSync(join(tmpdir(), 'test-outcome-'));
  const usage = join(folder, 'usage');
  const tests = { ...env, TEST_USAGE_FILE: usage, ...(only === undefined ? {} : { TEST_NAME_PART: only }) };
  const code = await run(nodeCommand(bin('@web/test-runner/dist/bin.js'), '--files', ...paths), {
    cwd: root,
    env: tests,
    seconds: 300,
    onOutput,
  });
  const [, passed = 0, failed = 0] = [...output.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1) ?? [];
  const used = usageIn(usage);
  rmSync(folder, { recursive: true });
  return { name, code, passed: Number(passed), failed: Number(failed), usage: used };
}

/** The final report of each file, by its source. */
const usageIn = (file) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map((one) => ({ ...one, file: sourceOf(relative(root, one.file)) }))
    : [];

const sourceOf = (path) => path.replace(/^dist\/(.*)\.js$/, '$1.ts');

/** A suite that ran nothing, or ended badly without naming a test, has failed. `note` says in what way it ended. */
export function finished({ name, code, passed, failed, ...rest }) {
  const isBroken = failed === 0 && (code !== 0 || passed === 0);
  const note = code === 124 ? 'took too long and was ended' : passed + failed === 0 ? 'no test ran' : undefined;
  return { ...rest, name, passed, failed: failed + (isBroken ? 1 : 0), ...(note && { note }) };
}
