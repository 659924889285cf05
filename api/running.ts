import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

const runningApi = z.object({
  /** External address. */
  url: z.string(),
  databaseUri: z.string(),
  /** The address of the sandbox that replaces Stripe, if it does. */
  stripeApiUrl: z.string().optional(),
  pid: z.int().positive(),
  /** Where it listens on this machine. Absent in files written before this was stored. */
  listens: z.object({ host: z.string(), port: z.int() }).optional(),
});

/** A running API's description of itself in its data folder. */
export type RunningApi = z.output<typeof runningApi>;

const fileIn = (dataDir: string) => join(dataDir, 'api.json');
/** It is on this machine, so only a busy one is slow. */
const ANSWER_MS = 2_000;

/**
 * Writes the description for commands and tools: atomically, readable by this user alone.
 * @returns a function that removes it
 */
export async function noteRunning(dataDir: string, api: RunningApi): Promise<() => Promise<void>> {
  const draft = `${fileIn(dataDir)}.${api.pid}`;
  await writeFile(draft, JSON.stringify(api), { mode: 0o600 });
  await rename(draft, fileIn(dataDir));
  return () => rm(fileIn(dataDir), { force: true });
}

/** Reads the API that runs on a data folder. Ignores the file of a killed API, whose process id may belong to another process. */
export async function readRunning(dataDir: string): Promise<RunningApi | undefined> {
  const text = await readFile(fileIn(dataDir), 'utf8').catch(() => ''); // none was started here
  const api = parsed(text);
  return api && isAlive(api.pid) && (api.listens === undefined || (await isTaken(api.listens))) ? api : undefined;
}

function parsed(text: string): RunningApi | undefined {
  try {
    return runningApi.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

type Place = NonNullable<RunningApi['listens']>;

/** Returns the host at which this machine reaches a server, which may listen on all of its addresses. */
const hostOf = ({ host }: Place): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host;

/** Returns the address at which this machine reaches a running API. The external one may lead to a proxy that is not there yet. */
export function localAddress({ url, listens }: RunningApi): string {
  if (listens === undefined) return url;
  const host = hostOf(listens);
  return `http://${host.includes(':') ? `[${host}]` : host}:${listens.port}`;
}

/** Tells whether anything listens there, even if it is too busy to answer. */
function isTaken(place: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostOf(place), port: place.port, timeout: ANSWER_MS });
    const settle = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
