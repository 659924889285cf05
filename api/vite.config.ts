import { defineConfig } from 'vite';

/** The server as one file, so that it starts quickly. Its dependencies stay where npm put them. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: 'api/server.ts',
    outDir: 'dist/api',
    target: 'node20',
    sourcemap: true,
    minify: false,
  },
});
