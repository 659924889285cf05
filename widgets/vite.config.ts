import { defineConfig } from 'vite';
import { smallTemplates } from './lit-templates.mjs';

/** The script tag as one minified module: `dist/embed/v1/wl.js`. Small elements cost less together than their requests would. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [smallTemplates()],
  build: {
    target: 'es2022',
    outDir: '../dist/embed/v1',
    emptyOutDir: true,
    sourcemap: true,
    minify: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: 'embed.ts',
      output: { format: 'es', codeSplitting: false, entryFileNames: 'wl.js' },
    },
  },
});
