/** Looks again and again, at growing pauses, as long as there is something to wait for: not while the page is hidden, and at once when it is back. */
export class Poller {
  readonly #look: () => Promise<boolean>;
  readonly #pauseMs: { min: number; max: number };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  /** @param look says whether there is more to wait for */
  constructor(look: () => Promise<boolean>, pauseMs: { min: number; max: number }) {
    this.#look = look;
    this.#pauseMs = pauseMs;
  }

  /** Looks after a pause; what was to come is replaced. */
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

  /** Looks at once. What somebody starts or stops meanwhile counts, and not what was seen. */
  async now(pauseMs = this.#pauseMs.min): Promise<void> {
    this.stop();
    const turn = this.#turn;
    const goesOn = document.hidden || (await this.#look());
    if (goesOn && turn === this.#turn) this.start(Math.min(pauseMs * 1.3, this.#pauseMs.max));
  }

  readonly #back = (): void => void this.now();
}
