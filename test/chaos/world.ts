import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Output } from '../../api/contract/index.ts';
import type { CrashPoint } from '../../api/ports/index.ts';
import { makeKeys } from '../../api/security/keys.ts';
import { type Seals, sealsOf } from '../../api/security/seals.ts';
import { freePort } from '../../demo-site/free-port.ts';
import { type Sandbox, startSandbox } from '../../demo-site/sandbox/start.ts';
import { Agency } from '../support/agency.ts';
import { call } from '../support/call.ts';
import { type ApiProcess, ready, spawnApi } from '../support/process.ts';
import { programOf } from '../support/programs.ts';
import { ChaosDatabase } from './database.ts';
import { creditPackage, plan, plans } from './offer.ts';
import { Relay } from './relay.ts';

export const PROCESSES = 2;
const settings = { LIVERY_SANDBOX: '1', LIVERY_LIMIT_FACTOR: '1000000', LOG_LEVEL: 'error' };

const never = new Promise<never>(() => {});

/** Several API processes behind one address, on one database, with a sandbox of all providers. Faults can be injected everywhere. */
export class ChaosWorld {
  readonly database: ChaosDatabase;
  readonly sandbox: Sandbox;
  readonly platformKey: string;
  readonly seals: Seals;
  readonly #env: Record<string, string>;
  readonly #processes: { api: ApiProcess; port: number; dataDir: string }[] = [];
  readonly #balancer: Relay;

  private constructor(parts: { database: ChaosDatabase; sandbox: Sandbox; keys: Awaited<ReturnType<typeof makeKeys>>; balancer: Relay }) {
    const { database, sandbox, keys, balancer } = parts;
    this.database = database;
    this.sandbox = sandbox;
    this.platformKey = keys.platformKey;
    this.seals = sealsOf({ digest: Buffer.from(keys.digest, 'base64') });
    this.#balancer = balancer;
    const outside = {
      MONGODB_URI: database.uri,
      STRIPE_API_URL: sandbox.url,
      TWILIO_API_URL: sandbox.twilioUrl,
      RETELL_API_URL: sandbox.retellUrl,
      SMTP_URL: sandbox.smtpUrl,
      PUBLIC_URL: this.url,
    };
    this.#env = { ...settings, ...outside, LIVERY_KEYS: JSON.stringify(keys) };
  }

  static async open(): Promise<ChaosWorld> {
    const [database, keys] = [await ChaosDatabase.open(), await makeKeys()];
    const sandbox = await startSandbox({ port: 0, smtpPort: 0, retryGapMillis: 300, processingMillis: 300, say: () => {} });
    let turn = 0;
    const balancer = await Relay.open(() => {
      turn += 1;
      const ports = world.#processes.map(({ port }) => ({ host: '127.0.0.1', port }));
      return [...ports.slice(turn % ports.length), ...ports.slice(0, turn % ports.length)];
    });
    const world: ChaosWorld = new ChaosWorld({ database, sandbox, keys, balancer });
    for (let index = 0; index < PROCESSES; index += 1) await world.#add();
    return world;
  }

  /** The address that never changes. */
  get url(): string {
    return `http://127.0.0.1:${this.#balancer.port}`;
  }

  /** Returns the address of one process. */
  urlOf(index: number): string {
    return this.process(index).api.url;
  }

  async #add(): Promise<void> {
    const [port, dataDir] = [await freePort(), await mkdtemp(join(tmpdir(), 'chaos-api-'))];
    const api = spawnApi({ ...this.#env, PORT: String(port), DATA_DIR: dataDir });
    this.#processes.push({ api, port, dataDir });
    await ready(api);
  }

  processes(): readonly unknown[] {
    return this.#processes;
  }

  process(index: number) {
    const found = this.#processes[index % PROCESSES];
    if (!found) throw new Error('there is no such process');
    return found;
  }

  async kill(index: number): Promise<void> {
    const { api } = this.process(index);
    api.child.kill('SIGKILL');
    await api.ended;
  }

  /** @param crashAt the point where it kills itself, as a power cut would */
  async start(index: number, crashAt?: CrashPoint): Promise<void> {
    const one = this.process(index);
    one.api = spawnApi({ ...this.#env, PORT: String(one.port), DATA_DIR: one.dataDir, ...(crashAt && { LIVERY_CRASH_AT: crashAt }) });
    // A process that crashes early may reach its point before it is seen ready.
    await Promise.race([
      ready(one.api).catch((error: unknown) => (crashAt ? undefined : Promise.reject(error))),
      crashAt ? one.api.ended : never,
    ]);
  }

  /**
   * Kills and starts every process.
   * @param crashAt returns the crash point of the next one
   */
  async restart(crashAt: () => CrashPoint | undefined = () => undefined): Promise<void> {
    const restarts = this.#processes.map(async (_, index) => {
      await this.kill(index);
      await this.start(index, crashAt());
    });
    await Promise.all(restarts);
  }

  /** Tells whether a process crashed at its point within the time. Throws if it ended otherwise. */
  async crashes(index: number, withinMs: number): Promise<boolean> {
    const { api } = this.process(index);
    const isOver = new AbortController();
    const timeout = wait(withinMs, undefined, { signal: isOver.signal }).catch(() => undefined);
    const end = await Promise.race([api.ended, timeout]);
    isOver.abort();
    if (end && end.signal !== 'SIGKILL') throw new Error(`a process ended by itself: ${api.output()}`);
    return end !== undefined;
  }

  /**
   * Runs an operator's command beside the processes.
   * @returns its output, even after a failure
   */
  async command(name: 'reconcile'): Promise<string> {
    const program = programOf(`api/commands/${name}.ts`);
    const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...this.#env, DATA_DIR: this.process(0).dataDir };
    const ended = promisify(execFile)(process.execPath, program, { env });
    return (await ended.catch((error: { stdout: string; stderr: string }) => error)).stdout;
  }

  /** Returns the errors that the processes logged. */
  complaints(): string[] {
    return this.#processes.flatMap(({ api }) => api.output().split('\n')).filter((line) => line !== '');
  }

  /** Creates an agency that sells credits, plans, numbers and knowledge. */
  async createAgency(slug: string): Promise<Agency> {
    const origin = `https://${slug}.test`;
    const input = { name: `Agency ${slug}`, slug, origins: [origin], plan, packages: [creditPackage], minutesMillis: 1_000_000_000 };
    const created = await call<Output<'agencies.create'>>(`${this.url}/v1/agencies.create`, { key: this.platformKey, body: input });
    const agency = new Agency({ url: this.url, origin, keys: created.body.keys, id: created.body.id, slug });
    await agency.connectStripe(this.sandbox, creditPackage);
    await agency.call('agency.update', { plans });
    const { sid: accountSid, authToken } = this.sandbox.twilio.createAccount(slug);
    await agency.call('integrations.connectTelephony', { accountSid, authToken });
    await agency.connectVoice(this.sandbox);
    return agency;
  }

  async close(): Promise<void> {
    for (let index = 0; index < PROCESSES; index += 1) await this.kill(index);
    this.#balancer.close();
    await this.sandbox.close();
    await this.database.close();
    for (const { dataDir } of this.#processes) await rm(dataDir, { recursive: true, force: true });
  }
}
