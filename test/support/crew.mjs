// The program of a process that runs test files one after another, as long as there are any and up to a limit. What they share is loaded
// once. Run it by `node --test`: each file becomes a suite of its own, named by its path.
import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mock, suite } from 'node:test';
import { pathToFileURL } from 'node:url';

/** The limit for one file, and for each of its tests: for what hangs, not for what is slow. */
const TIMEOUT_MS = 600_000;
const folder = process.env.TEST_CREW_FOLDER;
const { files, filesEach, leftOpenMs } = JSON.parse(readFileSync(join(folder, 'crew.json'), 'utf8'));

// Modules that are loaded once add what they do at the end of each file.
globalThis.fileEnds = [];

/** Takes the next file that no other process has taken. */
function take() {
  const index = files.findIndex((_file, index) => isFree(index));
  return files[index];
}

function isFree(index) {
  try {
    closeSync(openSync(join(folder, `${index}.taken`), 'wx'));
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Runs one file to its end, and leaves the process as it was. */
async function runFile(file) {
  const [env, directory] = [{ ...process.env }, process.cwd()];
  // It ends with the last hook of the file.
  await suite(file, { timeout: TIMEOUT_MS }, () => import(pathToFileURL(resolve(file)).href));
  for (const end of globalThis.fileEnds) await end();
  mock.reset();
  process.chdir(directory);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

let [startedAt, usedBefore] = [0, { user: 0, system: 0 }];
for (let count = 0; count < filesEach; count += 1) {
  const file = take();
  if (file === undefined) break;
  await runFile(file);
  const { user, system } = process.cpuUsage();
  const processorSeconds = (user + system - usedBefore.user - usedBefore.system) / 1e6;
  const usage = { file, seconds: (performance.now() - startedAt) / 1e3, processorSeconds };
  appendFileSync(join(folder, 'usage'), `${JSON.stringify(usage)}\n`);
  [startedAt, usedBefore] = [performance.now(), { user, system }];
}

// Open connections may still close by themselves for a while.
setTimeout(() => {
  process.stderr.write(`A test file has left open: ${process.getActiveResourcesInfo().join(', ')}\n`);
  process.exit(1);
}, leftOpenMs).unref();
