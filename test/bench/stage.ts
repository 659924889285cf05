import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'vite';
import type { Output } from '../../api/contract/index.ts';
import { makeKeys } from '../../api/security/keys.ts';
import { Agency } from '../support/agency.ts';
import { call } from '../support/call.ts';
import { Measured, root } from './process.ts';

export type Size = 'quick' | 'default' | 'full';

/** Holds what groups share: one database engine, the servers of a group, and temporary folders. */
export class Stage {
  readonly size: Size;
  /** Number of rounds that count. */
  readonly rounds: number;
  readonly #folder: string;
  readonly #keys: string;
  readonly #platformKey: string;
  readonly #closers: (() => Promise<unknown>)[] = [];
  #engine: Promise<Measured> | undefined;
  #sandbox: Promise<Measured> | undefined;
  #server: Promise<string> | undefined;
  #embed: Promise<string> | undefined;
  #programs: Promise<string> | undefined;
  #things = 0;

  private constructor(size: Size, folder: string, keys: ReturnType<typeof makeKeys>) {
    this.size = size;
    this.rounds = size === 'quick' ? 2 : 7;
    this.#folder = folder;
    this.#keys = JSON.stringify(keys);
    this.#platformKey = keys.platformKey;
  }

  static async open(size: Size): Promise<Stage> {
    return new Stage(size, await mkdtemp(join(tmpdir(), 'bench-')), makeKeys());
  }

  /** Chooses a value by the size of the run. */
  pick<Value>(quick: Value, normal: Value, full: Value): Value {
    return { quick, default: normal, full }[this.size];
  }

  folder(name: string): string {
    this.#things += 1;
    return join(this.#folder, `${name}-${this.#things}`);
  }

  /** Registers an end for the group. The last one runs first. */
  until(close: () => Promise<unknown>): void {
    this.#closers.unshift(close);
  }

  /** Returns the address of a named database in the shared engine. */
  async database(name: string): Promise<string> {
    this.#engine ??= this.#start('measured/engine.ts', { DATA_DIR: this.folder('database') });
    const uri = new URL(await (await this.#engine).ask<string>('uri'));
    uri.pathname = `/${name}`;
    return uri.href;
  }

  /** Starts a program of test/bench that ends with the group. It is built as the server is, so that no loader is measured. */
  async program(path: string, environment: Record<string, string> = {}): Promise<Measured> {
    return this.#until(await this.#start(path, environment));
  }

  async #start(path: string, environment: Record<string, string>): Promise<Measured> {
    this.#programs ??= builtPrograms();
    return Measured.program(join(await this.#programs, path.replace(/ts$/, 'js')), environment);
  }

  /** Starts slow providers, once for all. The sandbox runs from source, because it is not measured and needs the files beside it. */
  sandbox(): Promise<Measured> {
    const path = join(import.meta.dirname, 'measured/slow-sandbox.ts');
    this.#sandbox ??= this.#listening(Measured.program(path, {}, ['--import', 'tsx']));
    return this.#sandbox;
  }

  /** Starts a program that listens, and asks it for its address. */
  async server(path: string, environment: Record<string, string> = {}): Promise<Measured> {
    return this.#listening(await this.program(path, { LIVERY_KEYS: this.#keys, ...environment }));
  }

  async #listening(server: Measured): Promise<Measured> {
    server.url = await server.ask<string>('url');
    return server;
  }

  #until(program: Measured): Measured {
    this.until(() => program.stop());
    return program;
  }

  /** Starts the built API on a named database, or on its own embedded one. */
  async api(database: string | undefined, environment: Record<string, string> = {}): Promise<Measured> {
    const dataDir = this.folder('api');
    await mkdir(dataDir);
    const shared = database === undefined ? {} : { MONGODB_URI: await this.database(database) };
    const api = Measured.start([await this.builtServer()], {
      PORT: '0',
      DATA_DIR: dataDir,
      LIVERY_KEYS: this.#keys,
      LIVERY_SANDBOX: '1',
      LIVERY_LIMIT_FACTOR: '1000000', // one machine plays everybody
      LOG_LEVEL: 'info',
      EMBED_DIR: await this.builtWidgets(),
      ...shared,
      ...environment,
    });
    this.until(() => api.stop());
    api.url = await this.#ready(api, join(dataDir, 'api.json'));
    return api;
  }

  async #ready(api: Measured, addressFile: string): Promise<string> {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await wait(10)) {
      await api.cpuMicros(); // throws its output if it has ended
      const text = await readFile(addressFile, 'utf8').catch(() => ''); // not there yet
      if (text !== '') return (JSON.parse(text) as { url: string }).url.replace('localhost', '127.0.0.1');
    }
    throw new Error('The API did not start within 30 seconds.');
  }

  /** Creates an agency with practically unlimited minutes. */
  async agency({ url }: Measured, slug: string): Promise<Agency> {
    const input = {
      name: `Agency ${slug}`,
      slug,
      origins: [`https://${slug}.test`],
      plan: { centsPer100Credits: 4000, currency: 'EUR', freeMillis: 0, customAmount: { minMillis: 10_000, maxMillis: 1_000_000 } },
      packages: [1, 2, 3].map((times) => ({
        name: `${times}00 credits`,
        credits: times * 100_000,
        priceCents: times * 4000,
        currency: 'EUR',
      })),
      minutesMillis: 1_000_000_000,
    };
    const { status, body } = await call<Output<'agencies.create'>>(`${url}/v1/agencies.create`, { key: this.#platformKey, body: input });
    if (status !== 200) throw new Error(`No agency was made: ${JSON.stringify(body)}`);
    return new Agency({ url, origin: `https://${slug}.test`, keys: body.keys, id: body.id, slug });
  }

  /** Builds the server from the present sources into a folder of its own. */
  builtServer(): Promise<string> {
    this.#server ??= built('api/vite.config.ts', 'dist/bench/api').then((folder) => join(folder, 'server.js'));
    return this.#server;
  }

  /** Builds the widgets, and returns the folder that is served. */
  builtWidgets(): Promise<string> {
    this.#embed ??= built('widgets/build/vite.config.ts', 'dist/bench/embed/v1').then((folder) => join(folder, '..'));
    return this.#embed;
  }

  /** Ends everything that a group has started, except the database. */
  async clear(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }

  async close(): Promise<void> {
    await this.clear();
    await (await this.#sandbox)?.stop();
    await (await this.#engine)?.stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function built(config: string, folder: string): Promise<string> {
  const outDir = join(root, folder);
  await build({ configFile: join(root, config), logLevel: 'error', build: { outDir, emptyOutDir: true, reportCompressedSize: false } });
  return outDir;
}

/** Programs whose own work is measured. */
const programs = [
  'measured/engine',
  'measured/ledger',
  'measured/tokens',
  'measured/webhook',
  'floors/read-express',
  'floors/read-http',
  'floors/webhook',
];

async function builtPrograms(): Promise<string> {
  const outDir = join(root, 'dist/bench/programs');
  const input = Object.fromEntries(programs.map((name) => [name, join(import.meta.dirname, `${name}.ts`)]));
  const options = { ssr: true, target: 'node20', outDir, emptyOutDir: true, minify: false, rolldownOptions: { input } };
  await build({ configFile: false, logLevel: 'error', publicDir: false, build: options });
  return outDir;
}
