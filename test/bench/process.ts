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

/** A process of ours that can say what it has cost. It ends with this one, whatever happens. */
export class Measured {
  /** Where it listens, if it does. */
  url = '';
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  readonly #ended: Promise<unknown>;
  #output = '';
  #asked = 0;
  /** Resolves when the program hears its own questions; those about cost are heard from the start. */
  readonly #listens: Promise<unknown>;

  private constructor(child: ChildProcess, isProgram: boolean) {
    this.#child = child;
    this.#listens = isProgram ? new Promise((resolve, reject) => this.#waiting.set(0, { resolve, reject })) : Promise.resolve();
    this.#listens.catch(() => {}); // whoever asks hears of it
    for (const pipe of [child.stdout, child.stderr]) pipe?.on('data', (part) => (this.#output = (this.#output + part).slice(-4000)));
    child.on('message', (message) => this.#hear(message as Answer));
    this.#ended = once(child, 'exit').then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`A measured process ended: ${this.#output}`));
      this.#waiting.clear();
    });
  }

  /** A program that answers the bench's own questions, too. */
  static program(path: string, environment: Record<string, string>, options: readonly string[] = []): Measured {
    return new Measured(spawnNode([...options, path], environment), true);
  }

  /** @param args of node */
  static start(args: readonly string[], environment: Record<string, string> = {}): Measured {
    return new Measured(spawnNode(args, environment), false);
  }

  /** Asks the process to do something, by a name that it knows. Rejects with what it threw there, or said when it ended. */
  async ask<Result>(what: string, input?: unknown): Promise<Result> {
    await this.#listens;
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#child.send({ id, what, input }, (error) => error && reject(new Error(`A measured process is gone: ${this.#output}`)));
    });
  }

  /** User and system time since its start. */
  cpuMicros(): Promise<number> {
    return this.ask('cpu');
  }

  /** After a garbage collection, in bytes. */
  memory(): Promise<{ rss: number; heapUsed: number }> {
    return this.ask('memory');
  }

  /** Watches from now on how much it holds. @returns bytes, after a garbage collection */
  watchMemory(): Promise<number> {
    return this.ask('watch');
  }

  /** The most that it held since, in bytes. */
  peakMemory(): Promise<number> {
    return this.ask('peak');
  }

  /** Ends it as a power cut would. */
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
