// The one command: `npm test`. Plain JavaScript without dependencies, because it is what installs them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from '../demo-site/prepare/build.mjs';
import { nodeCommand, run } from '../demo-site/prepare/commands.mjs';
import { install } from '../demo-site/prepare/install.mjs';
import { nodeTooOld } from '../demo-site/prepare/node-version.mjs';
import { findChromium } from './support/chromium.mjs';
import { builtFrom, testFiles } from './support/files.mjs';

/** More files than this do not fail for want of a quiet moment. */
const UNSTEADY_FILES = 3;
const root = resolve(import.meta.dirname ?? '.', '..');
const bin = (path) => join(root, 'node_modules', path);

try {
  const complaint = nodeTooOld();
  if (complaint) throw new Error(complaint);
  await install(root);
  const env = { ...process.env, CHROME_PATH: await findChromium(), STRIPE_SUPPRESS_NOTICES: 'true' };
  await build(root);
  const checks = [
    check('lint', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'], env),
    check('types', [bin('typescript/bin/tsc'), '-p', '.'], env),
  ];
  const results = [...(await Promise.all(checks)), await nodeTests(env), await widgetTests(env)];
  report(results);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
}

/** A tool that says yes or no counts as one test. */
async function check(name, program, env) {
  process.stdout.write(`\n${name}\n`);
  const code = await run(nodeCommand(...program), { cwd: root, env, seconds: 120 });
  return { name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

/**
 * Everything but the widgets: real engine, real HTTP. Three files at a time keep two cores busy, as tests often wait. The limits are for what
 * hangs, not for what is slow.
 */
async function nodeTests(env) {
  const name = 'api, rules and flows';
  process.stdout.write(`\n${name}\n`);
  const built = await run(nodeCommand(bin('vite/bin/vite.js'), 'build', '--config', 'test/vite.config.mjs'), {
    cwd: root,
    env,
    seconds: 120,
  });
  if (built !== 0) return { name, passed: 0, failed: 1 };
  const first = await ranAs(testFiles(root).map(builtFrom), { atOnce: 3, env });
  const again = [...new Set(first.failures.map(({ file }) => file))];
  if (again.length === 0 || again.length > UNSTEADY_FILES || first.failures.some(({ drawn }) => drawn)) return finished({ name, ...first });
  process.stdout.write('\nWhat failed beside others runs once more, by itself.\n');
  const alone = await ranAs(again, { atOnce: 1, env });
  const failed = Math.min(first.failed, alone.failed);
  const unsteady = alone.failed === 0 ? first.failures : [];
  return finished({ name, code: alone.code, passed: first.passed + first.failed - failed, failed, failures: alone.failures, unsteady });
}

/** Runs test files to their end: `{ code, passed, failed, failures }`. */
async function ranAs(files, { atOnce, env }) {
  const folder = mkdtempSync(join(tmpdir(), 'test-outcome-'));
  const outcome = join(folder, 'outcome.json');
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=./test/support/outcome.mjs'];
  const options = [`--test-concurrency=${atOnce}`, '--test-timeout=600000', ...reporters, `--test-reporter-destination=${outcome}`];
  const code = await run(nodeCommand('--test', ...options, ...files), { cwd: root, env, seconds: 3000 });
  const counts = JSON.parse(readFileSync(outcome, 'utf8') || '{"passed":0,"failed":0,"failures":[]}');
  rmSync(folder, { recursive: true });
  return { code, ...counts };
}

/** The widgets, in a real browser. */
async function widgetTests(env) {
  const name = 'widgets';
  process.stdout.write(`\n${name}\n`);
  let output = '';
  const onOutput = (text) => {
    output += text;
  };
  const code = await run(nodeCommand(bin('@web/test-runner/dist/bin.js')), { cwd: root, env, seconds: 300, onOutput });
  const [, passed = 0, failed = 0] = [...output.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1) ?? [];
  return finished({ name, code, passed: Number(passed), failed: Number(failed) });
}

/** A suite that ran nothing, or ended badly without naming a test, has failed. */
function finished({ name, code, passed, failed, failures = [], unsteady = [] }) {
  if (code === 124) process.stdout.write(`${name}: took too long and was ended.\n`);
  if (passed + failed === 0) process.stdout.write(`${name}: no test ran.\n`);
  const broken = failed === 0 && (code !== 0 || passed === 0);
  return { name, passed, failed: failed + (broken ? 1 : 0), failures, unsteady };
}

/** Ends with what failed and why, then the sums: the last lines are what a machine keeps. */
function report(results) {
  const told = (key, title) =>
    results
      .flatMap((result) => result[key] ?? [])
      .slice(0, 3)
      .map(({ name, text }) => `${title}: ${name}\n${text.split('\n').slice(0, 12).join('\n')}\n`);
  process.stdout.write(`\n${[...told('unsteady', 'passed only by itself'), ...told('failures', 'failed')].join('')}\n`);
  for (const { name, passed, failed } of results)
    process.stdout.write(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed\n`);
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  if (total('failed') > 0) process.exitCode = 1;
  process.stdout.write(`${total('passed')} passed, ${total('failed')} failed\n`);
}
