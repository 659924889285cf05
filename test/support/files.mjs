import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const everyTest = (root) =>
  readdirSync(join(root, 'test'), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => posix.join('test', path.replaceAll('\\', '/')))
    .sort();

const inBrowser = (path) => path.startsWith('test/widgets/');

/** Every test file but those that run in a browser, as `test/ledger/holds.test.ts`. */
export const testFiles = (root) => everyTest(root).filter((path) => !inBrowser(path));

/** The test files that run in a browser. */
export const widgetFiles = (root) => everyTest(root).filter(inBrowser);

/** Where a test file lies once `test/vite.config.mjs` has built it. */
export const builtFrom = (path) => posix.join('dist', path.replace(/\.ts$/, '.js'));

/**
 * Picks what `npm test -- <part>` runs: the files whose path contains the part, else the files whose text does, in which case only tests
 * whose name contains it run.
 * @param part what was typed; a path may begin with `./`, and may be absolute
 * @param files `{ path, text }` of every test file, paths from the project's folder
 * @param root the project's folder
 * @returns `{ paths, name }`; no paths where nothing matches, no name where whole files run
 */
export function choose(part, files, root) {
  const [path, folder] = [part, `${root}/`].map((one) => one.replaceAll('\\', '/'));
  const wanted = path.startsWith(folder) ? path.slice(folder.length) : path.replace(/^\.\//, '');
  const byPath = files.filter(({ path }) => path.includes(wanted));
  if (byPath.length > 0) return { paths: byPath.map(({ path }) => path), name: undefined };
  return { paths: files.filter(({ text }) => text.includes(part)).map(({ path }) => path), name: part };
}

/** Serves the built widgets where there are any, and works without. */
const SERVES_EITHER_WAY = 'test/support/api.ts';
/** Whoever opens a browser looks at the built widgets. */
const OPENS_PAGES = 'test/support/browser.ts';

/**
 * Tells whether a test looks at what `npm run build` makes, itself or through what it imports.
 * @param read the text of a file by its path from the project's folder; undefined where there is none
 */
export function needsBuild(path, read, seen = new Set()) {
  // The product's own code names these addresses without looking at them.
  if (seen.has(path) || !/^(test|demo-site)\//.test(path)) return false;
  seen.add(path);
  if (path === OPENS_PAGES) return true;
  const text = read(path) ?? '';
  if (path !== SERVES_EITHER_WAY && /['"`]dist\/(api|embed)|\/embed\/v1\//.test(text)) return true;
  return [...text.matchAll(/(?:from|import\(|import) ?'(\.[^']+)'/g)].some(([, target]) =>
    needsBuild(posix.join(posix.dirname(path), target), read, seen),
  );
}

/** The text of a file of the project, undefined where there is none. */
export const readIn = (root) => (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined);
