import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, run } from './commands.mjs';
import { showMoving } from './moving.mjs';

/** Installs the packages of package-lock.json, unless exactly those are installed. */
export async function install(root) {
  if (isInstalled(root)) return;
  const locked = existsSync(join(root, 'package-lock.json'));
  const command = locked ? 'ci' : 'install';
  process.stdout.write(`Installing dependencies (npm ${command}), one to three minutes the first time.\n`);
  // npm's own sign is not seen everywhere, such as below another npm.
  const stop = showMoving();
  const code = await run(npmCommand(command, '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'), { cwd: root }).finally(
    stop,
  );
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
