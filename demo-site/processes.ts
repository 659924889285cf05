import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync, statfsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const READY_SECONDS_MAX = 30;
/** Longer than the API takes to finish running requests. */
const STOP_SECONDS_MAX = 15;

/** With less free space the embedded database ends its process. */
const FULL_BYTES = 100_000_000;

/** Makes a tool end with this process, even after a kill, when its channel closes. The API does so by itself. */
const onLeash = ['--import', './demo-site/leash.mjs'];

interface ApiOptions {
  root: string;
  watch: boolean;
  dataDir: string;
  env: NodeJS.ProcessEnv;
  port: number;
  /** The sandbox's addresses, in the API's variables. */
  outside: NodeJS.ProcessEnv;
  stopAsked: AbortSignal;
}

/**
 * Starts the API as a process and waits until it is ready.
 * @returns `ended`, which rejects with the last log lines if the process ends by itself
 */
export async function startApi({ root, watch, dataDir, env, port, outside, stopAsked }: ApiOptions) {
  await rm(resolve(dataDir, 'api.json'), { force: true });
  const logFile = resolve(dataDir, 'api.log');
  const log = watch ? 'inherit' : openSync(logFile, 'w', 0o600);
  const program = watch
    ? [...onLeash, 'node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false', 'api/server.ts']
    : ['dist/api/server.js'];
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { ...env, PORT: String(port), DATA_DIR: dataDir, LIVERY_SANDBOX: '1', ...outside },
    stdio: ['ignore', log, log, 'ipc'],
  });
  let asked = false;
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (!asked && !stopAsked.aborted)
        reject(new Error(obituary({ root, dataDir, logFile: watch ? undefined : logFile }, signal ?? `exit code ${code}`)));
    });
  });
  ended.catch(() => undefined); // its waiter handles the rejection; until then it must not count as unhandled
  const stop = () => {
    asked = true;
    return stopChild(child);
  };
  const url = `http://127.0.0.1:${port}`;
  let isAwaited = true;
  try {
    await Promise.race([ready(url, () => isAwaited && !stopAsked.aborted), ended]);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    isAwaited = false; // nobody asks an API that has ended
  }
  return { url, ended, stop };
}

/** Rebuilds the widgets when their sources change. */
export function startWidgetBuild(root: string): () => Promise<void> {
  const program = [
    ...onLeash,
    'node_modules/vite/bin/vite.js',
    'build',
    '--watch',
    '--config',
    'widgets/build/vite.config.ts',
    '--logLevel',
    'warn',
  ];
  const child = spawn(process.execPath, program, { cwd: root, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return () => stopChild(child);
}

async function ready(url: string, isAwaited: () => boolean): Promise<void> {
  for (const deadline = Date.now() + READY_SECONDS_MAX * 1000; Date.now() < deadline && isAwaited(); ) {
    // Refused until it listens, and unanswered until its database is open.
    const reply = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(500) }).catch(() => undefined);
    await reply?.body?.cancel();
    if (reply?.ok) return;
    await wait(50);
  }
  throw new Error(isAwaited() ? `The API was not ready within ${READY_SECONDS_MAX} seconds.` : 'Stopped while starting.');
}

/** Asks a process to end, and kills it after a while. */
async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS_MAX * 1000);
  await gone;
  clearTimeout(timer);
}

function obituary({ root, dataDir, logFile }: { root: string; dataDir: string; logFile: string | undefined }, how: string): string {
  const { bavail, bsize } = statfsSync(dataDir);
  if (how === 'SIGABRT' && bavail * bsize < FULL_BYTES)
    return `The API stopped because the disk is full. Make room where ${dataDir} is, then start again: everything that was answered is there.`;
  if (!logFile) return `The API stopped (${how}).`;
  const lines = readFileSync(logFile, 'utf8').trim().split('\n').slice(-12).join('\n');
  return `The API stopped (${how}). The end of its log, ${relative(root, logFile)}:\n\n${lines}`;
}
