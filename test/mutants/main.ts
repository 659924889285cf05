import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Hunt, isCaught } from './hunt.ts';
import { nearestTests } from './nearest.ts';
import { countEnds, type FileCounts, type Harmless, isListed, renderPage, scoreOf } from './page.ts';
import { type FileResults, Memory } from './results.ts';
import { filesLoadedBy, makeSandbox, pathsOf } from './sandbox.ts';
import { BrokenFile } from './session.ts';

const usage = `npm run mutants -- [paths] [--minutes 9] [--share 10]
Makes small mistakes in the files whose paths begin so, one at a time, and runs the nearest tests. A run goes on where the last one ended.
With --share 10 it tries one of ten, the same each time, and at least five of a file.
`;

const root = resolve(import.meta.dirname, '../..');
const resultsFile = join(root, 'test/mutants/results.json');
const harmless = JSON.parse(readFileSync(join(root, 'test/mutants/harmless.json'), 'utf8')) as Harmless[];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '9' }, share: { type: 'string', default: '1' }, help: { type: 'boolean' } },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const seconds = (from: number): number => Math.round((Date.now() - from) / 1000);

/** A process or a page for each mutant costs most, so it comes once all other tests have let the mutant pass. */
const passes = ['together', 'alone'] as const;
type Pass = (typeof passes)[number];

interface Source {
  path: string;
  results: FileResults;
  nearest: readonly string[];
}

async function huntBelow(parts: readonly string[], until: number): Promise<void> {
  const paths = pathsOf(root);
  const tests = paths.filter((path) => path.endsWith('.test.ts'));
  const isChosen = (path: string) => parts.some((part) => path.startsWith(part)) && nearestTests(path, tests).length > 0;
  const chosen = paths.filter((path) => path.endsWith('.ts') && isChosen(path));
  if (chosen.length === 0) throw new Error(`No file below ${parts.join(', ')} has tests in a room of its own.`);
  const nearest = cheapestFirst([...new Set(chosen.flatMap((path) => nearestTests(path, tests)))]);
  const sandbox = await makeSandbox(root, { paths, sources: chosen, tests: nearest });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.once('exit', () => sandbox.remove());
  const memory = new Memory(join(root, '.cache/mutants.json'));
  const sources = chosen.map((path) => {
    const mutants = sandbox.mutants.filter((mutant) => mutant.path === path);
    return { path, results: memory.of(path, mutants, Number(values.share)), nearest: nearestTests(path, tests) };
  });
  const hunts = new Map<string, Hunt>();
  for (const pass of passes) {
    for (const testFile of nearest) {
      const near = sources.filter(({ nearest }) => nearest.includes(testFile));
      if (Date.now() < until) await runTests({ folder: sandbox.folder, testFile, pass, until }, near, hunts);
      memory.save();
    }
  }
  report(sandbox.folder, sources);
}

/** Puts tests without a database or an element first: what they catch costs the others nothing. */
function cheapestFirst(testFiles: readonly string[]): string[] {
  const isCostly = (path: string): boolean => path === 'test/support/engine.ts' || path.startsWith('widgets/elements/');
  const costs = new Map(testFiles.map((testFile) => [testFile, Number([...filesLoadedBy([testFile], root)].some(isCostly))]));
  return testFiles.toSorted((one, other) => (costs.get(one) ?? 0) - (costs.get(other) ?? 0));
}

const trialOf = (testFile: string, pass: Pass): string => (pass === 'together' ? testFile : `${testFile} ${pass}`);

/** Tries all that one test file may still catch, within the time. */
async function runTests(
  { folder, testFile, pass, until }: { folder: string; testFile: string; pass: Pass; until: number },
  sources: readonly Source[],
  hunts: Map<string, Hunt>,
): Promise<void> {
  const text = readFileSync(join(folder, testFile), 'utf8');
  const open = sources.flatMap(({ results }) => results.openFor(trialOf(testFile, pass), text).map((mutant) => ({ mutant, results })));
  const noteTried = (pass: Pass): void => {
    for (const { results } of sources) results.noteTried(trialOf(testFile, pass), text);
  };
  if (open.length === 0) return noteTried(pass);
  const startedAt = Date.now();
  let [tried, caught] = [0, 0];
  try {
    const mutants = open.map(({ mutant }) => mutant);
    const hunt = hunts.get(testFile) ?? (await Hunt.open(folder, testFile, mutants));
    if (!hunts.has(testFile)) for (const name of hunt.leftOut) say(`  takes no part: ${name}`);
    hunts.set(testFile, hunt);
    for (const { mutant, results } of open) {
      if (Date.now() > until) break;
      const verdict = pass === 'together' ? await hunt.try(mutant) : await hunt.tryAlone(mutant);
      results.note(mutant, verdict);
      tried += 1;
      if (isCaught(verdict)) caught += 1;
    }
    await hunt.close();
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error;
    say(`  takes no part: ${error.message.split('\n')[0]}`);
    return passes.forEach(noteTried);
  }
  say(`${testFile}: ${caught} caught of ${tried} ${pass}, in ${seconds(startedAt)} s`);
  if (tried === open.length) noteTried(pass);
}

/** Prints what is left, and writes down the files that are done. */
function report(folder: string, sources: readonly Source[]): void {
  const results: Record<string, FileCounts> = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : {};
  const textOf = (testFile: string): string => readFileSync(join(folder, testFile), 'utf8');
  for (const { path, results: of, nearest } of sources) {
    const all = of.all();
    const counts = { mutants: of.mutantCount, ...countEnds(all, harmless) };
    const isDone = nearest.every((testFile) => passes.every((pass) => of.wasTriedBy(trialOf(testFile, pass), textOf(testFile))));
    say(`${path}: ${scoreOf(counts)} of ${all.length} tried of ${of.mutantCount}${isDone ? '' : ' so far; the time was over'}`);
    for (const { mutant, verdict } of all) {
      if (isCaught(verdict) && isListed(mutant, harmless))
        say(`  ${mutant.line} is caught, and need not be listed as harmless: ${mutant.was}`);
      if (!isCaught(verdict) && !isListed(mutant, harmless))
        say(`  ${mutant.line} ${verdict ?? 'unmet'}: ${mutant.was} => ${mutant.is || 'nothing'}`);
    }
    if (isDone) results[path] = counts;
  }
  const kept = Object.entries(results).filter(([path]) => existsSync(join(root, path)));
  const sorted = Object.fromEntries(kept.sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(resultsFile, `${JSON.stringify(sorted, null, 2)}\n`);
  writeFileSync(join(root, 'docs/mutants.md'), renderPage(sorted, harmless));
}

if (values.help) process.stdout.write(usage);
else await huntBelow(positionals.length > 0 ? positionals : ['api/rules'], Date.now() + Number(values.minutes) * 60_000);
