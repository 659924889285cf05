import { join } from 'node:path';
import { build } from 'vite';

/** Where the bundles lie, below the project's folder. */
export const PAGES = 'pages';

export const isForBrowser = (testFile: string): boolean => testFile.startsWith('test/widgets/');

const SHIM = 'test/mutants/browser-test.ts';

export const bundledPath = (path: string): string => path.replace(/\.ts$/, '.js');

/** Bundles test files for pages, so that a page loads a few files instead of some hundreds. */
export async function bundleForPages(folder: string, tests: readonly string[]): Promise<void> {
  if (tests.length === 0) return;
  await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    build: {
      target: 'es2022',
      minify: false,
      outDir: PAGES,
      lib: { entry: Object.fromEntries([SHIM, ...tests].map((path) => [bundledPath(path), join(folder, path)])), formats: ['es'] },
      rolldownOptions: { external: /^\/__web-dev-server/, output: { entryFileNames: '[name]', chunkFileNames: '[name]-[hash].js' } },
    },
  });
}
