// The one command: `npm start`. Plain JavaScript without dependencies, because it installs them.
import { resolve } from 'node:path';
import { build } from './prepare/build.mjs';
import { install } from './prepare/install.mjs';
import { lock } from './prepare/lock.mjs';
import { nodeTooOld } from './prepare/node-version.mjs';

const root = resolve(import.meta.dirname ?? '.', '..');

try {
  const complaint = nodeTooOld();
  if (complaint) throw new Error(complaint);
  const dataDir = resolve(root, process.env.DATA_DIR || '.data');
  const unlock = await lock(dataDir);
  await install(root);
  await build(root);
  const { register } = await import('tsx/esm/api');
  register();
  const { startDemo } = await import('./start-demo.ts');
  const say = (line) => process.stdout.write(`${line}\n`);
  const stopAsked = new AbortController();
  // The second Ctrl-C stops at once, without waiting.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => (stopAsked.signal.aborted ? process.exit(130) : stopAsked.abort()));
  }
  await startDemo({ root, dataDir, env: process.env, watch: process.argv.includes('--watch'), say, stopAsked: stopAsked.signal });
  await unlock();
} catch (error) {
  process.stderr.write(`${process.env.LOG_LEVEL === 'debug' ? error.stack : error.message}\n`);
  process.exitCode = 1;
}
