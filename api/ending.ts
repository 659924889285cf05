import type { Logger } from 'pino';

/** Longest time for running work; after it the process ends anyway. */
const END_MS_MAX = 20_000;

type Step = () => unknown;

/**
 * Ends this process once: takes nothing new, finishes running work and closes what was opened, last first. It ends when asked, when the
 * program that started it is gone, and after an uncaught exception. After that the memory cannot be trusted, while all that counts is in
 * the database. A supervisor restarts it.
 */
export class Ending {
  readonly #draining = new AbortController();
  readonly #log: Logger;
  readonly #steps: Step[] = [];

  constructor(log: Logger) {
    this.#log = log;
    // Unhandled rejections arrive here too.
    process.on('uncaughtException', (error) => {
      log.fatal({ err: error }, 'process.fault: nobody has caught this, and the process ends');
      void this.#end(1);
    });
  }

  /** Aborted when no more work is taken. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** @param step runs before the process ends; steps run in reverse order */
  before(step: Step): void {
    this.#steps.push(step);
  }

  /** Lets signals end the process, and the end of the parent program that has a channel to it. */
  whenAsked(): void {
    const asked = (event: string) => {
      this.#log.info(`process.stopping: by ${event}; what is under way is finished, nothing new is taken`);
      void this.#end(0);
    };
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.once(event, () => asked(event));
    if (process.connected === false) asked('disconnect'); // the parent is gone already
  }

  async #end(code: number): Promise<void> {
    if (this.#draining.signal.aborted) return;
    this.#draining.abort();
    setTimeout(() => process.exit(1), END_MS_MAX).unref();
    for (const step of this.#steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        this.#log.error({ err: error }, 'process.end_failed: a part could not be closed');
      }
    }
    process.exit(code);
  }
}
