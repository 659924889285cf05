import { defineConfig } from 'vite';
import { smallTemplates } from './lit-templates.ts';

/** The script tag, `dist/embed/v1/wl.js`, and one more file for what no first view needs. Small elements cost less together than their requests would. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [smallTemplates()],
  build: {
    target: 'es2022',
    outDir: '../dist/embed/v1',
    emptyOutDir: true,
    sourcemap: true,
    // As a library, or the bundler adds a loader for style sheets that we do not have.
    lib: { entry: 'embed.ts', formats: ['es'], fileName: () => 'wl.js' },
    rolldownOptions: { preserveEntrySignatures: 'allow-extension', output: { minify: true, chunkFileNames: 'wl-[name]-[hash].js' } },
  },
});
