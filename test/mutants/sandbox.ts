import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import ts from 'typescript';
import { bundledPath, bundleForPages, isForBrowser, PAGES } from './browser-bundle.ts';
import { type Mutant, mutate } from './mutate.ts';

/** A copy of the project in which every mutant sleeps. */
export interface Sandbox {
  folder: string;
  mutants: readonly Mutant[];
  remove(): void;
}

/** Every file that git knows or would add, from the project's folder. */
export function pathsOf(root: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root }).toString();
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

/**
 * Copies a project, mutates some of its files, and lets its tests ask `node-test.ts` instead of `node:test`. Beside each file that the tests
 * load stands what it is compiled to, so that a process starts in a fifth of the time; tests of the widgets are bundled.
 * @param paths all its files
 * @param sources those to mutate
 * @param tests those to run
 */
export async function makeSandbox(
  root: string,
  { paths, sources, tests }: Record<'paths' | 'sources' | 'tests', readonly string[]>,
): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'livery-mutants-'));
  const mutants: Mutant[] = [];
  for (const path of paths) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  for (const path of filesLoadedBy([...tests, ...sources, WORKER, BROWSER_WORKER], root)) {
    const original = readFileSync(join(root, path), 'utf8');
    const mutated = sources.includes(path) ? mutate(path, original, mutants.length + 1) : { text: original, mutants: [] };
    const isTest = path.startsWith('test/') && path !== SHIM;
    const text = isTest ? mutated.text.replaceAll("'node:test'", `'./${posix.relative(posix.dirname(path), SHIM)}'`) : mutated.text;
    writeFileSync(join(folder, path), text);
    writeFileSync(join(folder, compiledPath(path)), compiled(text));
    mutants.push(...mutated.mutants);
  }
  for (const path of ['node_modules', 'dist']) if (existsSync(join(root, path))) symlinkSync(join(root, path), join(folder, path));
  mkdirSync(join(folder, 'tmp'));
  await bundleForPages(folder, tests.filter(isForBrowser));
  return { folder, mutants, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Some files with all that they import of the project, directly or not. */
export function filesLoadedBy(starts: readonly string[], root: string): ReadonlySet<string> {
  const found = new Set<string>();
  const follow = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    for (const name of importsOf(join(root, path))) follow(posix.join(posix.dirname(path), name));
  };
  starts.forEach(follow);
  return found;
}

const knownImports = new Map<string, readonly string[]>();

/** Reads each file once, since most tests load the same files. */
function importsOf(file: string): readonly string[] {
  const known = knownImports.get(file);
  if (known) return known;
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'));
  const imports = importedFiles.map(({ fileName }) => fileName).filter((name) => /^\..*\.ts$/.test(name));
  knownImports.set(file, imports);
  return imports;
}

const SHIM = 'test/mutants/node-test.ts';
const WORKER = 'test/mutants/worker.ts';
const BROWSER_WORKER = 'test/mutants/browser-worker.ts';

const compiledPath = (path: string): string => path.replace(/\.ts$/, '.js');

/** How a process begins that runs a test file: a program and its argument. */
export const workerFor = (folder: string, testFile: string): [string, string[]] =>
  isForBrowser(testFile)
    ? [join(folder, compiledPath(BROWSER_WORKER)), [join(folder, PAGES), bundledPath(testFile)]]
    : [join(folder, compiledPath(WORKER)), [join(folder, compiledPath(testFile))]];

const compiled = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
      experimentalDecorators: true,
    },
  }).outputText;
