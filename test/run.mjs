// The one command: `npm test`, or `npm test -- <part of a path or of a test's name>`. Plain JavaScript without dependencies, because it is
// what installs them.
import { resolve } from 'node:path';
import { build } from '../demo-site/prepare/build.mjs';
import { install } from '../demo-site/prepare/install.mjs';
import { nodeTooOld } from '../demo-site/prepare/node-version.mjs';
import { findChromium } from './support/chromium.mjs';
import { choose, needsBuild, readIn, testFiles, widgetFiles } from './support/files.mjs';
import { finished, lint, nodeTests, someNodeTests, types, widgetTests } from './support/suites.mjs';

const SLOWEST = 10;
const root = resolve(import.meta.dirname ?? '.', '..');
const part = process.argv.slice(2).join(' ').trim();

try {
  const complaint = nodeTooOld();
  if (complaint) throw new Error(complaint);
  await install(root);
  report(await (part === '' ? everything() : whatMatches()));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
}

async function everything() {
  const env = { ...process.env, CHROME_PATH: await findChromium(), STRIPE_SUPPRESS_NOTICES: 'true' };
  await build(root);
  let told = '';
  const [inNode, besides] = await Promise.all([nodeTests(testFiles(root), env), allBesides({ env, onOutput: (text) => (told += text) })]);
  process.stdout.write(told);
  return [...besides, inNode];
}

/** One after another, as a browser's tests leave room for others. */
async function allBesides(at) {
  return [await lint(at), await types(at), finished(await widgetTests(widgetFiles(root), at))];
}

/** Only what the part names, without building what none of it looks at. */
async function whatMatches() {
  const read = readIn(root);
  const inBrowser = new Set(widgetFiles(root));
  const files = [...testFiles(root), ...inBrowser].map((path) => ({ path, text: read(path) }));
  const { paths, name: only } = choose(part, files, root);
  if (paths.length === 0) throw new Error(`No test file has "${part}" in its path or in its text.`);
  const env = { ...process.env, CHROME_PATH: await findChromium(), STRIPE_SUPPRESS_NOTICES: 'true' };
  const [inNode, inPages] = [paths.filter((path) => !inBrowser.has(path)), paths.filter((path) => inBrowser.has(path))];
  if (inNode.some((path) => needsBuild(path, read))) await build(root);
  const results = [];
  if (inNode.length > 0) results.push(await someNodeTests(inNode, { only, env }));
  if (inPages.length > 0) results.push(await widgetTests(inPages, { only, env }));
  const ran = results.filter(({ passed, failed, code }) => passed + failed > 0 || code !== 0);
  if (ran.length === 0) throw new Error(`No test's name contains "${part}", although these files do: ${paths.join(', ')}.`);
  return ran.map(finished);
}

/** Ends with what failed and why, then the sums: the last lines are what a machine keeps. */
function report(results) {
  const told = (key, title) =>
    results
      .flatMap((result) => result[key] ?? [])
      .slice(0, 3)
      .map(({ name, text }) => `${title}: ${name}\n${text.split('\n').slice(0, 12).join('\n')}\n`);
  const unsteady = told('unsteady', 'failed, for it passes only by itself');
  process.stdout.write(`\n${[...unsteady, ...told('failures', 'failed')].join('')}\n`);
  process.stdout.write(slowest(results.flatMap(({ usage = [] }) => usage)));
  for (const { name, passed, failed, note } of results)
    process.stdout.write(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed${note ? `, ${note}` : ''}\n`);
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  if (total('failed') > 0) process.exitCode = 1;
  process.stdout.write(`${total('passed')} passed, ${total('failed')} failed\n`);
}

/** The files that took longest. A browser does not say how much of the processor a page used. */
function slowest(usage) {
  if (usage.length === 0) return '';
  const inSeconds = (number) => (number === undefined ? '-' : number.toFixed(1)).padStart(8);
  const lines = usage
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
    .map(({ file, seconds, processorSeconds }) => `${inSeconds(seconds)} ${inSeconds(processorSeconds)}  ${file}`);
  return `The slowest files, in seconds: from start to end, and of the processor.\n${lines.join('\n')}\n\n`;
}
