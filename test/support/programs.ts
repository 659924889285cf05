import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** The build of the tests keeps the folders of their sources, but not the names of files. */
const isBuilt = import.meta.filename.endsWith('.js');

/**
 * Returns how Node runs one of our programs: as built beside the tests, which starts four times as fast, or from its source if the tests run
 * from theirs.
 * @param path of the source in the project; `test/vite.config.mjs` lists it
 */
export const programOf = (path: string): string[] =>
  isBuilt ? [join(root, 'dist/test/programs', path.replace(/\.ts$/, '.js'))] : ['--import', 'tsx', join(root, path)];
