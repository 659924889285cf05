// `npm run new operation <noun>.<verb>` and `npm run new element <name>`: writes the files and entries that every one of them has. What is
// left to write is marked as unfinished, so that `npm test` fails until it is written.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { nodeCommand, run } from '../demo-site/prepare/commands.mjs';
import { install } from '../demo-site/prepare/install.mjs';
import { newElement } from './new-element.mjs';
import { newOperation } from './new-operation.mjs';

const kinds = { operation: newOperation, element: newElement };
const root = resolve(import.meta.dirname, '..');
const usage = 'npm run new operation <noun>.<verb>, or npm run new element <name>';
/** Longer names make paths that some disks refuse. */
const NAME_MAX = 60;

/**
 * Works out what to write, and writes nothing.
 * @param folder of the project
 * @returns `{ files, left }`: texts by path, and sentences that say what remains to be done
 * @throws Error one sentence, where the kind or the name is refused
 */
export function plan(folder, kind, name = '', ...more) {
  const make = Object.hasOwn(kinds, kind ?? '') ? kinds[kind] : undefined;
  if (!make) throw new Error(`Say what to make: ${usage}.`);
  if (more.length > 0) throw new Error(`A name is one word, and "${more.join(' ')}" is left over: ${usage}.`);
  if (name.length > NAME_MAX) throw new Error(`The name is too long: it has ${name.length} characters, and at most ${NAME_MAX} may be.`);
  return make(name, {
    read: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : undefined),
    list: (path) => (existsSync(join(folder, path)) ? readdirSync(join(folder, path)).sort() : []),
  });
}

async function write({ files, left }) {
  await install(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  // Sorts the imports and breaks the lines that a long name made too long.
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const code = await run(nodeCommand(biome, 'check', '--write', '--log-level=none', ...Object.keys(files)), { cwd: root });
  if (code !== 0) throw new Error(`These files are written, but could not be formatted: ${Object.keys(files).join(' ')}. Run npm run fix.`);
  process.stdout.write(`Written:\n${lines(Object.keys(files))}\nWhat is left:\n${lines(left)}`);
}

const lines = (texts) => texts.map((text) => `  ${text}\n`).join('');

if (process.argv[1] === import.meta.filename) {
  try {
    const asked = process.argv.slice(2);
    if (asked.includes('--help')) process.stdout.write(`Writes the files of a new operation or element: ${usage}.\n`);
    else await write(plan(root, ...asked));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
