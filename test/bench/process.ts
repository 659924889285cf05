import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
const reporter = join(import.meta.dirname, 'measured/report.cjs');
const STOP_MS = 5_000;

interface Answer {
  id: number;
  result?: unknown;
  error?: string;
}

/** A process of ours that reports its own cost. It ends with this one in any case. */
export class Measured {
  /** Its address, if it listens. */
  url = '';
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  readonly #ended: Promise<unknown>;
  #output = '';
  #asked = 0;
  /** Resolves when the program answers its own requests. Those about cost are answered from the start. */
  readonly #listens: Promise<unknown>;

  private constructor(child: ChildProcess, isProgram: boolean) {
    this.#child = child;
    this.#listens = isProgram ? new Promise((resolve, reject) => this.#waiting.set(0, { resolve, reject })) : Promise.resolve();
    this.#listens.catch(() => {}); // the caller of `ask` gets the error
    for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (part) => (this.#output = (this.#output + part).slice(-4000)));
    child.on('message', (message) => this.#hear(message as Answer));
    this.#ended = once(child, 'close').then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`A measured process ended: ${this.#output}`));
      this.#waiting.clear();
    });
  }

  /** Starts a program that also answers requests of its own. */
  static program(path: string, environment: Record<string, string>, options: readonly string[] = []): Measured {
    return new Measured(spawnNode([...options, path], environment), true);
  }

  /** @param args of node */
  static start(args: readonly string[], environment: Record<string, string> = {}): Measured {
    return new Measured(spawnNode(args, environment), false);
  }

  /** Asks the process for a named work. Rejects with the error thrown there, or with the output of a process that ended. */
  async ask<Result>(what: string, input?: unknown): Promise<Result> {
    await this.#listens;
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#child.send({ id, what, input }, (error) => error && reject(new Error(`A measured process is gone: ${this.#output}`)));
    });
  }

  /** Reads its user and system time since its start, in microseconds. */
  cpuMicros(): Promise<number> {
    return this.ask('cpu');
  }

  /** Reads its memory after a garbage collection, in bytes. */
  memory(): Promise<{ rss: number; heapUsed: number }> {
    return this.ask('memory');
  }

  /**
   * Starts to watch its memory.
   * @returns its bytes after a garbage collection
   */
  watchMemory(): Promise<number> {
    return this.ask('watch');
  }

  /** Reads its highest memory since then, in bytes. */
  peakMemory(): Promise<number> {
    return this.ask('peak');
  }

  /** Kills it, as a power cut does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #hear({ id, result, error }: Answer): void {
    const waiter = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiter?.resolve(result);
    else waiter?.reject(new Error(error));
  }
}

const spawnNode = (args: readonly string[], environment: Record<string, string>): ChildProcess =>
  spawn(process.execPath, ['--expose-gc', '--require', reporter, ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      NODE_ENV: 'production',
      STRIPE_SUPPRESS_NOTICES: 'true',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
