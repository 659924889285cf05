// Starts a command of `api/commands/`, for `npm run agency` and its sisters. Plain JavaScript without dependencies, because they may be missing.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeTooOld } from '../demo-site/prepare/node-version.mjs';

const root = resolve(import.meta.dirname ?? '.', '..');
// The command sees its own words alone.
const [name] = process.argv.splice(2, 1);
const notInstalled =
  'The dependencies are not installed, or not all of them. Run "npm ci", or wait until "npm start" has done it, and try again.';

try {
  const complaint = nodeTooOld();
  if (complaint) throw new Error(complaint);
  // npm writes its list last: without it, an installation has not ended.
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) throw new Error(notInstalled);
  const { register } = await import('tsx/esm/api');
  register();
  await import(pathToFileURL(join(root, 'api/commands', `${name}.ts`)).href);
} catch (error) {
  const isMissing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(error.code);
  process.stderr.write(`${isMissing ? notInstalled : error.message}\n`);
  process.exitCode = 1;
}
