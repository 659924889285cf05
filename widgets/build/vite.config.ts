import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { knownStrings } from './known-strings.ts';
import { ownExports, smallTemplates } from './lit-templates.ts';
import { smallScripts } from './small-scripts.ts';

/** Files as they are, beside the script: the themes that a page can link, and what the hosted pages are made of. */
const asTheyAre = (): Plugin => ({
  name: 'as-they-are',
  generateBundle() {
    for (const [from, to] of [
      ['../../themes/', 'themes'],
      ['../portal/', 'pages'],
    ] as const) {
      const folder = new URL(from, import.meta.url);
      for (const name of readdirSync(folder).filter((file) => /\.(css|svg)$/.test(file)))
        this.emitFile({ type: 'asset', fileName: `${to}/${name}`, source: readFileSync(new URL(name, folder)) });
    }
  },
});

/** A source's name in the maps, from the project's folder: what is built does not tell, or depend on, where it was built. */
const fromProject = (source: string, map: string): string =>
  relative(resolve(import.meta.dirname, '../..'), resolve(dirname(map), source))
    .replaceAll('\\', '/')
    .replace(/^.*\/(?=node_modules\/)/, '');

/** The script tag, `dist/embed/v1/wl.js`, and one more file for what no first view needs. Small elements cost less together than their requests would. */
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  plugins: [smallTemplates(), ownExports(), asTheyAre(), knownStrings(), smallScripts()],
  build: {
    target: 'es2022',
    outDir: '../dist/embed/v1',
    emptyOutDir: true,
    sourcemap: true,
    // As a library, or the bundler adds a loader for style sheets that we do not have.
    lib: { entry: 'embed.ts', formats: ['es'], fileName: () => 'wl.js' },
    rolldownOptions: {
      checks: { bundlerTimings: false }, // a warning about slow plugins means nothing to whoever runs `npm start`
      preserveEntrySignatures: 'allow-extension',
      output: {
        minify: true,
        comments: false,
        chunkFileNames: 'wl-[name]-[hash:6].js',
        hashCharacters: 'base36', // `wl.js` names every file, and letters of one case take fewer bytes in it
        sourcemapPathTransform: fromProject,
      },
    },
  },
});
