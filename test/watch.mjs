// `npm run test:watch -- <part of a path or of a test's name>`: runs what matches, and again after each change of a source.
import { watch } from 'node:fs';
import { join, resolve } from 'node:path';
import { nodeCommand, run } from '../demo-site/prepare/commands.mjs';

/** An editor writes a file in several steps, and one often saves several files. */
const QUIET_MS = 200;
const root = resolve(import.meta.dirname, '..');
const part = process.argv.slice(2).join(' ').trim();

let changed = () => {};
for (const folder of ['api', 'demo-site', 'scripts', 'test', 'themes', 'widgets'])
  watch(join(root, folder), { recursive: true }, (_event, file) => file?.includes('.artifacts') || changed());

/** Resolves when nothing has changed for a moment after something did. */
const nextChange = () =>
  new Promise((resolve) => {
    let timer;
    changed = () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, QUIET_MS);
    };
  });

if (part === '') {
  process.stderr.write("Say what to run: npm run test:watch -- <part of a path or of a test's name>\n");
  process.exit(1);
}
for (;;) {
  const change = nextChange();
  await run(nodeCommand('test/run.mjs', part), { cwd: root, seconds: 3000 });
  process.stdout.write('Waiting for a change. Ctrl-C ends this.\n');
  await change;
}
