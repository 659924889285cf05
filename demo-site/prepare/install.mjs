import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, run } from './commands.mjs';

/** Installs the packages of package-lock.json, unless exactly those are installed. */
export async function install(root) {
  if (isInstalled(root)) return;
  const locked = existsSync(join(root, 'package-lock.json'));
  process.stdout.write(`Installing dependencies (npm ${locked ? 'ci' : 'install'}), about a minute the first time.\n`);
  const code = await run(npmCommand(locked ? 'ci' : 'install', '--no-audit', '--no-fund', '--loglevel=error', '--progress=true'), {
    cwd: root,
  });
  if (code !== 0) throw new Error('The dependencies could not be installed. npm says why above.');
}

/** Compares the lock with npm's own list of installed packages, because file times are wrong after a checkout. */
export function isInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const found = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !found) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional, devOptional, peer }]) => {
    if (path === '') return true;
    const installed = found[path];
    if (!installed) return Boolean(optional || devOptional || peer); // for another platform
    return installed.version === version && installed.integrity === integrity;
  });
}

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}
