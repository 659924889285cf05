import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, run } from './commands.mjs';

/** Sources of the build. */
const SOURCES = ['api', 'widgets', 'themes', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json'];
const STAMP = 'dist/.sources';

/** Runs `npm run build` if dist was built from other sources. */
export async function build(root) {
  const now = fingerprint(root);
  if (existsSync(join(root, STAMP)) && readFileSync(join(root, STAMP), 'utf8') === now) return;
  process.stdout.write('Building.\n');
  const code = await run(npmCommand('run', '--silent', 'build'), { cwd: root, seconds: 180 });
  if (code !== 0) throw new Error('The build failed. It says why above.');
  writeFileSync(join(root, STAMP), now);
}

/** One hash over the names and contents of all sources; some milliseconds for some hundred files. */
function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((source) => filesUnder(root, source)).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(root, path) {
  if (!existsSync(join(root, path))) return [];
  if (path.includes('.')) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
