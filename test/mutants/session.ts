import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isForBrowser } from './browser-bundle.ts';
import { type Job, OPEN_MS, type Opened, type Outcome } from './jobs.ts';
import { workerFor } from './sandbox.ts';

/** How long a test file may take to end. */
const END_MS = 10_000;

export class BrokenFile extends Error {}

/** One process with one test file. */
export class Session {
  readonly opened: Opened;
  /** Can load the file again with a mutant alive. */
  readonly canReload: boolean;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, opened: Opened, canReload: boolean) {
    this.canReload = canReload;
    this.#child = child;
    this.opened = opened;
  }

  /**
   * Loads a test file.
   * @param alive the mutant that lives while the file is loaded
   * @throws {BrokenFile} where it cannot be loaded
   */
  static async open(folder: string, testFile: string, alive = 0): Promise<Session> {
    const child = fork(...workerFor(folder, testFile), {
      cwd: folder,
      execArgv: [],
      env: { ...process.env, TMPDIR: join(folder, 'tmp'), LIVERY_MUTANT: String(alive), STRIPE_SUPPRESS_NOTICES: 'true' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      detached: true,
    });
    const opened = await answerOf<Opened>(child, OPEN_MS);
    if (opened && opened.broken === undefined) return new Session(child, opened, isForBrowser(testFile));
    kill(child);
    throw new BrokenFile(`${testFile} cannot be loaded: ${opened?.broken ?? 'its process ended, or hangs'}`);
  }

  get isOpen(): boolean {
    return this.#child.connected;
  }

  /** @returns undefined if the process ends or hangs */
  async run(job: Job): Promise<Outcome | undefined> {
    const millis = job.tests.reduce((sum, test) => sum + test.millis, END_MS);
    if (!this.#child.connected) return undefined;
    this.#child.send(job);
    return answerOf<Outcome>(this.#child, millis);
  }

  /** Lets the file end what it has begun, then everything it has started. */
  async close(): Promise<void> {
    if (this.#child.connected) {
      this.#child.send('end');
      await answerOf(this.#child, END_MS);
    }
    kill(this.#child);
  }

  /** Ends it at once, for nothing of it can be trusted any more. */
  abandon(): void {
    kill(this.#child);
  }
}

async function answerOf<Answer>(child: ChildProcess, millis: number): Promise<Answer | undefined> {
  const heard = new AbortController();
  const { signal } = heard;
  const timer = setTimeout(() => heard.abort(), millis);
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal }), once(child, 'exit', { signal }).then(() => [])]);
    return answer as Answer | undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    heard.abort();
  }
}

/** With all processes that the tests have started: it leads a group of its own. */
function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
