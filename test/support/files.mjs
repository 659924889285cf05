import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const everyTest = (root) =>
  readdirSync(join(root, 'test'), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => posix.join('test', path.replaceAll('\\', '/')))
    .sort();

const inBrowser = (path) => path.startsWith('test/widgets/');

/** Lists every test file that runs in Node, e.g. `test/ledger/transfers/holds.test.ts`. */
export const testFiles = (root) => everyTest(root).filter((path) => !inBrowser(path));

/** Lists the test files that run in a browser. */
export const widgetFiles = (root) => everyTest(root).filter(inBrowser);

/** Returns the path of a test file built by `test/vite.config.mjs`. */
export const builtFrom = (path) => posix.join('dist', path.replace(/\.ts$/, '.js'));

/** Names the program of one of the processes that run test files in turn. */
export const crewName = (number) => `crew-${number}.mjs`;
export const isCrew = (path) => /[\\/]crew-\d+\.mjs$/.test(path);

/**
 * Chooses what `npm test -- <part>` runs: the files whose paths contain the part, or else the files whose text does, limited to tests whose
 * names contain it.
 * @param part as typed; a path may begin with `./`, and may be absolute
 * @param files `{ path, text }` of every test file, relative to the project's folder
 * @param root the project's folder
 * @returns `{ paths, name }`; no paths if nothing matches, no name if whole files run
 */
export function choose(part, files, root) {
  const [path, folder] = [part, `${root}/`].map((one) => one.replaceAll('\\', '/'));
  const wanted = path.startsWith(folder) ? path.slice(folder.length) : path.replace(/^\.\//, '');
  const byPath = files.filter(({ path }) => path.includes(wanted));
  if (byPath.length > 0) return { paths: byPath.map(({ path }) => path), name: undefined };
  return { paths: files.filter(({ text }) => text.includes(part)).map(({ path }) => path), name: part };
}

/** Serves the built widgets if there are any, and works without. */
const SERVES_EITHER_WAY = 'test/support/api.ts';
/** Tests with a browser look at the built widgets. */
const OPENS_PAGES = 'test/support/browser.ts';

/**
 * Tells whether a test needs the result of `npm run build`, directly or through its imports.
 * @param read returns a file's text by its path in the project; undefined if there is none
 */
export function needsBuild(path, read, seen = new Set()) {
  // The product's own code names these paths without reading them.
  if (seen.has(path) || !/^(test|demo-site)\//.test(path)) return false;
  seen.add(path);
  if (path === OPENS_PAGES) return true;
  const text = read(path) ?? '';
  if (path !== SERVES_EITHER_WAY && /['"`]dist\/(api|embed)|\/embed\/v1\//.test(text)) return true;
  return [...text.matchAll(/(?:from|import\(|import) ?'(\.[^']+)'/g)].some(([, target]) =>
    needsBuild(posix.join(posix.dirname(path), target), read, seen),
  );
}

/** Reads a file of the project; undefined if there is none. */
export const readIn = (root) => (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined);
