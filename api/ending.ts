import type { Logger } from 'pino';

/** Longer than what is under way may take: then the process ends whatever still holds it. */
const END_MS_MAX = 20_000;

type Step = () => unknown;

/**
 * How this process ends, once: nothing new is taken, what is under way is finished, and what was opened is closed, the last of it first. It
 * ends so when it is asked to, when whoever started it is gone, and when there is a fault in it that nobody has caught: what is in memory is
 * no longer to be trusted then, and everything that counts is in the database. A supervisor starts it again.
 */
export class Ending {
  readonly #draining = new AbortController();
  readonly #log: Logger;
  readonly #steps: Step[] = [];

  constructor(log: Logger) {
    this.#log = log;
    // Rejections that nobody handles come here as well.
    process.on('uncaughtException', (error) => {
      log.fatal({ err: error }, 'process.fault: nobody has caught this, and the process ends');
      void this.#end(1);
    });
  }

  /** Aborted when no more work is taken. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** @param step is done before the process ends; the last that was named is the first */
  before(step: Step): void {
    this.#steps.push(step);
  }

  /** From now on signals end the process, and so does the end of the program that started it with a channel to itself. */
  whenAsked(): void {
    const asked = (event: string) => {
      this.#log.info(`stopping (${event}): what is under way is finished, nothing new is taken`);
      void this.#end(0);
    };
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.once(event, () => asked(event));
    if (process.connected === false) asked('disconnect'); // it is gone already
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
