import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeCommand, run } from '../../demo-site/prepare/commands.mjs';
import { builtFrom, crewName, isCrew } from './files.mjs';

/** With more failed files than this, load cannot be the cause. */
const UNSTEADY_FILES = 3;
/** A process needs some seconds to load what the files share, and what they leave behind makes it grow. */
const FILES_EACH = 24;
/** Leaves time for connections that close by themselves. A server or a process that nobody ends stays for ever. */
const LEFT_OPEN_MS = 30_000;
/** One process more than there are cores keeps them busy, because tests often wait. */
const AT_ONCE = availableParallelism() + 1;
/** Gives new objects more room than node's 16 MB, because collecting them takes up to a tenth of the processor's time. */
const MEMORY = '--max-semi-space-size=64';
const root = resolve(import.meta.dirname, '../..');
const crew = pathToFileURL(join(root, 'test/support/crew.mjs')).href;
const bin = (path) => join(root, 'node_modules', path);

/** The projects whose types are checked: for the server, for the browser, and all with the tests. */
const projects = ['api', 'widgets', '.'];

export async function lint(at) {
  return check('lint', [[bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']], at);
}

export async function types(at) {
  return check(
    'types',
    projects.map((project) => [bin('typescript/bin/tsc'), '-p', project]),
    at,
  );
}

/** Runs programs that pass or fail, as one test. */
async function check(name, programs, { env, onOutput }) {
  onOutput(`\n${name}\n`);
  let failed = 0;
  for (const program of programs) if ((await run(nodeCommand(...program), { cwd: root, env, seconds: 300, onOutput })) !== 0) failed = 1;
  return { name, passed: 1 - failed, failed };
}

/** Runs all tests but those of the widgets. Builds them first, because every file then starts twice as fast. */
export async function nodeTests(paths, env) {
  const name = 'api, rules and flows';
  process.stdout.write(`\n${name}\n`);
  const build = nodeCommand(bin('vite/bin/vite.js'), 'build', '--config', 'test/vite.config.mjs');
  if ((await run(build, { cwd: root, env, seconds: 120 })) !== 0) return { name, passed: 0, failed: 1 };
  const first = await ranAs(mixed(paths.map(builtFrom)), { atOnce: AT_ONCE, env });
  const again = [...new Set(first.failures.map(({ file }) => file))].filter((file) => !isCrew(file));
  if (again.length === 0 || again.length > UNSTEADY_FILES || first.failures.some(({ drawn }) => drawn)) return finished({ name, ...first });
  process.stdout.write('\nWhat failed beside others runs once more, by itself, to tell what is unsteady from what is wrong.\n');
  const alone = await ranAs(again, { atOnce: 1, filesEach: 1, env });
  return finished({ name, ...first, ...sorted(first.failures, alone) });
}

/**
 * Takes files from both ends in turn. By their names the API's come first, which compute, and those of browsers and processes last, which wait:
 * side by side they keep all cores busy.
 */
const mixed = (files) => files.map((_file, index) => files.at(index % 2 === 0 ? index / 2 : -(index + 1) / 2));

/** Runs some files from their sources, without a build of all. `only` is a part of the names of the tests to run. */
export async function someNodeTests(paths, { only, env, atOnce = AT_ONCE, leftOpenMs }) {
  const name = 'api, rules and flows';
  process.stdout.write(`\n${name}\n`);
  const pattern = only === undefined ? [] : [`--test-name-pattern=${only.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}`];
  return { name, ...(await ranAs(paths, { atOnce, env, leftOpenMs, options: ['--import', 'tsx', ...pattern] })) };
}

/**
 * Tells failures that passed by themselves from those that did not. Both count as failed.
 * @param alone result of the second run; one that ended early proves nothing
 */
export function sorted(failures, alone) {
  const isSame = (one) => (other) => one.file === other.file && one.name === other.name;
  const isUnsteady = (one) => alone.code !== 124 && alone.passed > 0 && !alone.failures.some(isSame(one));
  return { failures: failures.filter((one) => !isUnsteady(one)), unsteady: failures.filter(isUnsteady) };
}

/**
 * Runs test files to their end, one after another in each of some processes: `{ code, passed, failed, failures, usage }`.
 * @param filesEach how many files one process runs; a new one then begins without what they have left in memory
 * @param leftOpenMs how long after the last file a process may take to end
 */
async function ranAs(files, { atOnce, env, filesEach = FILES_EACH, leftOpenMs = LEFT_OPEN_MS, options = [] }) {
  const folder = mkdtempSync(join(tmpdir(), 'test-crew-'));
  const at = (name) => join(folder, name);
  const count = Math.max(Math.min(atOnce, files.length), Math.ceil(files.length / filesEach));
  const programs = Array.from({ length: count }, (_, index) => at(crewName(index + 1)));
  for (const path of programs) writeFileSync(path, `await import(${JSON.stringify(crew)});\n`);
  writeFileSync(at('crew.json'), JSON.stringify({ files, filesEach, leftOpenMs }));
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=./test/support/outcome.mjs'];
  const all = [
    ...options,
    MEMORY,
    `--test-concurrency=${atOnce}`,
    ...reporters,
    `--test-reporter-destination=${at('outcome.json')}`,
    '--test',
    ...programs,
  ];
  const code = await run(nodeCommand(...all), { cwd: root, env: { ...env, TEST_CREW_FOLDER: folder }, seconds: 3000 });
  const { passed, failures } = JSON.parse(readFileSync(at('outcome.json'), 'utf8') || '{"passed":0,"failures":[]}');
  const usage = usageIn(at('usage'));
  rmSync(folder, { recursive: true });
  const isTold = (file) => usage.some((one) => one.file === nameOf(file)) || failures.some((one) => one.file === file);
  for (const file of files.filter((file) => !isTold(file))) failures.push({ name: file, file, text: 'Its process ended before it did.' });
  return { code, passed, failed: failures.length, failures, usage };
}

/** Runs the tests of the widgets in a real browser. `only` is a part of the names of the tests to run. */
export async function widgetTests(paths, { only, env, onOutput = (text) => process.stdout.write(text) }) {
  const name = 'widgets';
  onOutput(`\n${name}\n`);
  let output = '';
  const folder = mkdtempSync(join(tmpdir(), 'test-outcome-'));
  const usage = join(folder, 'usage');
  const tests = { ...env, TEST_USAGE_FILE: usage, ...(only === undefined ? {} : { TEST_NAME_PART: only }) };
  const code = await run(nodeCommand(bin('@web/test-runner/dist/bin.js'), '--files', ...paths), {
    cwd: root,
    env: tests,
    seconds: 600,
    onOutput(text) {
      output += text;
      onOutput(text);
    },
  });
  const [, passed = 0, failed = 0] = [...output.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1) ?? [];
  const used = usageIn(usage);
  rmSync(folder, { recursive: true });
  return { name, code, passed: Number(passed), failed: Number(failed), usage: used };
}

/** Reads the last report of each file, by its source. */
const usageIn = (file) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .map((one) => ({ ...one, file: nameOf(one.file) }))
    : [];

const nameOf = (path) => relative(root, resolve(root, path)).replace(/^dist\/(.*)\.js$/, '$1.ts');

/** Completes the result of a suite. One that ran nothing, or ended badly without a failed test, has failed. `note` tells how it ended. */
export function finished({ name, code, passed, failed, ...rest }) {
  const isBroken = failed === 0 && (code !== 0 || passed === 0);
  const note = code === 124 ? 'took too long and was ended' : passed + failed === 0 ? 'no test ran' : undefined;
  return { ...rest, name, passed, failed: failed + (isBroken ? 1 : 0), ...(note && { note }) };
}
