import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { kill, spawnNode } from '../support/process.ts';
import { programOf } from '../support/programs.ts';
import { Relay } from './relay.ts';

/** A database in its own process, behind an address that can be cut off. */
export class ChaosDatabase {
  readonly #dataDir: string;
  #process: ChildProcess | undefined;
  #socket = '';
  #relay: Relay | undefined;

  private constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  static async open(): Promise<ChaosDatabase> {
    const database = new ChaosDatabase(await mkdtemp(join(tmpdir(), 'chaos-database-')));
    await database.start();
    database.#relay = await Relay.open(() => [{ path: database.#socket }]);
    return database;
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.#relay?.port}/chaos?directConnection=true`;
  }

  async start(): Promise<void> {
    const program = [...programOf('test/chaos/state-keeper.ts'), this.#dataDir];
    const child = spawnNode(program, { stderr: 'inherit' });
    this.#process = child;
    assert(child.stdout);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    this.#socket = decodeURIComponent(/^mongodb:\/\/([^/]+)\//.exec(line)?.[1] ?? '');
  }

  /** Kills the process, as a power cut would. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child) return;
    await kill(child);
    await rm(dirname(this.#socket), { recursive: true, force: true });
  }

  cut(): void {
    this.#relay?.cut();
  }

  restore(): void {
    this.#relay?.restore();
  }

  async close(): Promise<void> {
    this.#relay?.close();
    await this.kill();
    await rm(this.#dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
}
