import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Addresses {
  api: string;
  demo: string;
  /** The second agency's site. */
  harbor: string;
  sandbox: string;
  mail: string;
}

/** Keys with which a tool acts for an agency. */
interface RunningAgency {
  id: string;
  slug: string;
  keys: object;
}

interface Running extends Addresses {
  smtp: string;
  agency: RunningAgency;
  harborAgency: RunningAgency;
  env: NodeJS.ProcessEnv;
}

const fileIn = (dataDir: string) => join(dataDir, 'running.json');

/** Longer than the API takes to end. */
const ORPHAN_MS_MAX = 20_000;
/** For an API that no longer answers: its process id may belong to another process. */
const SILENT_MS_MAX = 2_000;
const LOOK_MS = 50;

/** Waits until the API of a killed start has ended, so that its port is free. It ends by itself after its running work. */
export async function awaitOrphan(dataDir: string): Promise<void> {
  const left = existsSync(fileIn(dataDir)) ? await readApi(dataDir) : undefined;
  if (!left) return;
  const deadline = Date.now() + ((await answers(left.url)) ? ORPHAN_MS_MAX : SILENT_MS_MAX);
  while (isAlive(left.pid) && Date.now() < deadline) await wait(LOOK_MS);
}

/** Reads the API's description of itself; undefined if it never ran here, or was killed while writing it. */
const readApi = (dataDir: string) =>
  readJson<{ pid: number; url: string; databaseUri: string }>(join(dataDir, 'api.json')).catch((error: unknown) => {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  });

/** Writes the addresses and keys of the running parts for tools, readable by this user alone, while they run. */
export async function writeRunning(dataDir: string, { env, agency, harborAgency, ...addresses }: Running): Promise<void> {
  const api = await readApi(dataDir);
  const running = {
    pid: process.pid,
    ...addresses,
    database: api?.databaseUri ?? env.MONGODB_URI ?? null,
    agency: told(agency),
    harborAgency: told(harborAgency),
    platformKey: await readPlatformKey(dataDir, env),
  };
  await rm(fileIn(dataDir), { force: true }); // an old file may have other permissions
  await writeFile(fileIn(dataDir), `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
}

const told = ({ id, slug, keys }: RunningAgency): RunningAgency => ({ id, slug, keys });

export const forgetRunning = (dataDir: string): Promise<void> => rm(fileIn(dataDir), { force: true });

/** Reads the key that creates agencies from the API's own file. */
export async function readPlatformKey(dataDir: string, env: NodeJS.ProcessEnv): Promise<string> {
  const text = env.LIVERY_KEYS || (await readFile(join(dataDir, 'keys.json'), 'utf8'));
  return (JSON.parse(text) as { platformKey: string }).platformKey;
}

/** Returns the text that tells a person how to go on. */
export function welcome({ api, demo, harbor, sandbox, mail }: Addresses, watch: boolean): string {
  return `
  Everything runs.

    The demo agency's site   ${demo}
    Another agency's site    ${harbor}
    Pages for developers     ${demo}/demo
    Mail inbox               ${mail}
    Sandbox controls         ${sandbox}
    API                      ${api}  (contract: ${api}/openapi.json)

  Sign up at ${demo}/account, then confirm the e-mail from the inbox.
  docs/quickstart.md leads to the first sale of an agency of your own, in five minutes.
  ${watch ? 'Sources are watched. ' : ''}Ctrl-C stops everything.
`;
}

/** Returns undefined if there is no such file. */
export async function readJson<Content>(file: string): Promise<Content | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const answers = (api: string): Promise<boolean> =>
  fetch(`${api}/livez`, { signal: AbortSignal.timeout(1000) }).then(
    (reply) => reply.ok,
    () => false,
  );

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
