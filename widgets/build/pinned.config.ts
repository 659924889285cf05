import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { knownStrings } from './known-strings.ts';
import { ownExports, smallTemplates } from './lit-templates.ts';
import { smallScripts } from './small-scripts.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
const name = `wl-${version}.js`;

/** Writes beside the file what a browser compares it with, so that a page can refuse any other content. */
const integrity = (): Plugin => ({
  name: 'integrity',
  generateBundle(_options, bundle) {
    const file = bundle[name];
    if (file?.type !== 'chunk') throw new Error(`The build made no ${name}.`);
    const hash = `sha384-${createHash('sha384').update(file.code).digest('base64')}`;
    this.emitFile({ type: 'asset', fileName: 'integrity.json', source: `${JSON.stringify({ [name]: hash }, null, 2)}\n` });
  },
});

/**
 * Takes what is imported later at once: a bundler that keeps the order of `import()` in one file wraps every module in a function, which
 * costs more than a kilobyte.
 */
const importsAtOnce = (): Plugin => ({
  name: 'imports-at-once',
  enforce: 'post',
  transform(code, id) {
    if (!/\/widgets\/.*\.ts$/.test(id)) return null;
    const paths: string[] = [];
    const output = code.replace(/\bimport\((["'][^"']+["'])\)/g, (_call, path: string) => `Promise.resolve(later${paths.push(path)})`);
    return { code: paths.map((path, index) => `import * as later${index + 1} from ${path};`).join('') + output, map: null };
  },
});

/**
 * The pinned form, `dist/embed/wl-<version>.js`: everything in one file, for pages that accept one exact content only. A hash protects
 * the file that it stands at and nothing that this file would load, so nothing is loaded.
 */
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  plugins: [smallTemplates(), ownExports(), smallScripts(), importsAtOnce(), integrity(), knownStrings()],
  build: {
    target: 'es2022',
    outDir: '../dist/embed',
    emptyOutDir: false,
    lib: { entry: 'embed.ts', formats: ['es'], fileName: () => name },
    rolldownOptions: { checks: { bundlerTimings: false }, output: { minify: true, comments: false, codeSplitting: false } },
  },
});
