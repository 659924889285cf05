import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { programOf } from '../support/programs.ts';
import type { Work } from './writer.ts';

/** Processes that write to one database, each with its own memory of it. */
export class Writers {
  readonly #program: string[];
  readonly #uri: string;

  /** @param program its path in the project */
  constructor(uri: string, program = 'test/ledger/writer.ts') {
    this.#program = programOf(program);
    this.#uri = uri;
  }

  start(work: Omit<Work, 'uri'> | object = {}): Writer {
    return new Writer(
      spawn(process.execPath, [...this.#program, JSON.stringify({ ...work, uri: this.#uri })], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
  }
}

/** One such process. It reports an outcome after the database has acknowledged it. */
export class Writer {
  readonly outcomes = new Map<string, string>();
  readonly #process: ChildProcess;
  readonly #closed: Promise<void>;
  #waiting: (() => void)[] = [];

  constructor(process: ChildProcess) {
    this.#process = process;
    this.#closed = new Promise((resolve) => process.once('close', () => resolve()));
    if (process.stdout) createInterface(process.stdout).on('line', (line) => this.#hear(line));
  }

  #hear(line: string): void {
    const [callId = '', outcome = ''] = line.split(' ');
    this.outcomes.set(callId, outcome);
    for (const hear of this.#waiting.splice(0)) hear();
  }

  /** Sends one more action; its outcome is reported under the id. */
  tell(id: string, act: object): Promise<string> {
    this.#process.stdin?.write(`${JSON.stringify({ ...act, id })}\n`);
    return this.#outcomeOf(id);
  }

  async #outcomeOf(id: string): Promise<string> {
    for (;;) {
      const outcome = this.outcomes.get(id);
      if (outcome !== undefined) return outcome;
      await this.#hears();
    }
  }

  /** Resolves when this many outcomes were reported. */
  async saying(outcomes: number): Promise<void> {
    while (this.outcomes.size < outcomes) await this.#hears();
  }

  #hears(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Kills the process, as a power cut would. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#closed;
  }

  /** Resolves when the process has ended and all its reports were read. */
  done(): Promise<void> {
    return this.#closed;
  }
}
