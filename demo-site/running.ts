import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Addresses {
  api: string;
  demo: string;
  /** The site of the second agency. */
  harbor: string;
  sandbox: string;
  mail: string;
}

/** What a tool needs to speak for an agency. */
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
/** For one that does not answer any more: its number may be another process's by now. */
const SILENT_MS_MAX = 2_000;
const LOOK_MS = 50;

/** The API of a start that was killed ends by itself, once what is under way is finished. Waits for it, so that its port is free. */
export async function awaitOrphan(dataDir: string): Promise<void> {
  const left = existsSync(fileIn(dataDir)) ? await readApi(dataDir) : undefined;
  if (!left) return;
  const deadline = Date.now() + ((await answers(left.url)) ? ORPHAN_MS_MAX : SILENT_MS_MAX);
  while (isAlive(left.pid) && Date.now() < deadline) await wait(LOOK_MS);
}

/** What the API says of itself; undefined where it never ran here, or was cut off while it wrote that. */
const readApi = (dataDir: string) =>
  readJson<{ pid: number; url: string; databaseUri: string }>(join(dataDir, 'api.json')).catch((error: unknown) => {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  });

/** For tools: the addresses and keys of what runs, readable by this user alone, there only while it runs. */
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
  await rm(fileIn(dataDir), { force: true }); // a left-over may have another mode
  await writeFile(fileIn(dataDir), `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
}

const told = ({ id, slug, keys }: RunningAgency): RunningAgency => ({ id, slug, keys });

export const forgetRunning = (dataDir: string): Promise<void> => rm(fileIn(dataDir), { force: true });

/** The key that creates agencies, from where the API keeps it. */
export async function readPlatformKey(dataDir: string, env: NodeJS.ProcessEnv): Promise<string> {
  const text = env.LIVERY_KEYS || (await readFile(join(dataDir, 'keys.json'), 'utf8'));
  return (JSON.parse(text) as { platformKey: string }).platformKey;
}

/** What a person needs to go on. */
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
  ${watch ? 'Sources are watched. ' : ''}Ctrl-C stops everything.
`;
}

/** Undefined where there is no such file. */
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
