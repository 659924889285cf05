/** Polls at growing pauses as long as there is something to wait for. Rests while the page is hidden, and polls at once when it is shown again. */
export class Poller {
  readonly #look: () => Promise<boolean>;
  readonly #pauseMs: { min: number; max: number };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  /** @param look polls once, and returns whether there is more to wait for */
  constructor(look: () => Promise<boolean>, pauseMs: { min: number; max: number }) {
    this.#look = look;
    this.#pauseMs = pauseMs;
  }

  /** Polls after a pause, which replaces the one that is running. */
  start(pauseMs = this.#pauseMs.min): void {
    this.stop();
    this.#timer = setTimeout(() => this.now(pauseMs), pauseMs);
    document.addEventListener('visibilitychange', this.#back);
  }

  stop(): void {
    this.#turn += 1;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#back);
  }

  /** Polls at once. A start or a stop during the request counts, and its result does not. */
  async now(pauseMs = this.#pauseMs.min): Promise<void> {
    this.stop();
    const turn = this.#turn;
    const goesOn = document.hidden || (await this.#look());
    if (goesOn && turn === this.#turn) this.start(Math.min(pauseMs * 1.3, this.#pauseMs.max));
  }

  readonly #back = (): void => void this.now();
}
