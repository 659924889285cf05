import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export interface ApiProcess {
  child: ChildProcess;
  url: string;
  /** Returns its whole output. */
  output(): string;
  /** Resolves with exit code and signal. */
  ended: Promise<{ code: number | null; signal: string | null }>;
}

/** Makes a data folder, which is removed with the test file. */
export async function dataFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'process-test-'));
  after(() => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }));
  return dataDir;
}

/** Hooks of a test run at its end, but a process may be started in one test and used in the next. */
const running: ChildProcess[] = [];
const endAll = () => Promise.all(running.splice(0).map(kill));
after(endAll);

declare global {
  /** Runs at the end of each test file, where several share a process: hooks of a shared module belong to the first of them. */
  var fileEnds: (() => unknown)[] | undefined;
}
globalThis.fileEnds?.push(endAll);

/** Kills a process, as a power cut does, unless it has ended. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Starts a process of Node that ends with the test file. If the file's process is killed, the closed channel ends it. */
export function spawnNode(args: readonly string[], { stderr = 'pipe', ...options }: NodeOptions = {}): ChildProcess {
  const program = ['--import', './demo-site/leash.mjs', ...args];
  const child = spawn(process.execPath, program, { ...options, stdio: ['ignore', 'pipe', stderr, 'ipc'] });
  running.push(child);
  return child;
}

interface NodeOptions extends Pick<SpawnOptions, 'env' | 'uid'> {
  stderr?: 'pipe' | 'inherit';
}

/** Starts the built API in its own process. */
export function spawnApi(env: Record<string, string>, options: Pick<SpawnOptions, 'uid'> = {}): ApiProcess {
  const child = spawnNode(['dist/api/server.js'], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
    ...options,
  });
  let output = '';
  for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (chunk) => (output += String(chunk)));
  // Its last words may come after its exit.
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  return { child, url: `http://127.0.0.1:${env.PORT}`, output: () => output, ended };
}

/**
 * Waits until a process answers.
 * @throws its output if it ends instead
 */
export async function ready({ url, ended, output }: ApiProcess): Promise<void> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  for (const deadline = performance.now() + 60_000; performance.now() < deadline && !isOver; ) {
    const reply = await fetch(`${url}/readyz`).catch(() => undefined); // refused until it listens
    await reply?.body?.cancel();
    if (reply?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`the API did not become ready: ${output()}`);
}

export const platformKeyIn = async (dataDir: string): Promise<string> =>
  (JSON.parse(await readFile(join(dataDir, 'keys.json'), 'utf8')) as { platformKey: string }).platformKey;
