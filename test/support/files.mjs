import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Every test file but those that run in a browser. */
export const testFiles = (root) =>
  readdirSync(join(root, 'test'), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith('.test.ts') && !path.startsWith('widgets'))
    .map((path) => join('test', path))
    .sort();

/** Where a test file lies once `test/vite.config.mjs` has built it. */
export const builtFrom = (path) => join('dist', path.replace(/\.ts$/, '.js'));
