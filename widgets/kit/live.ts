import type { Output } from '../../api/contract/index.ts';
import type { Refused } from './refused.ts';

export type LiveEvent = Output<'live.stream'>;

/** The part of the kit that the stream needs. */
export interface Listener {
  /** Opens the stream at the newest entry that is known. */
  open(signal: AbortSignal): Promise<Response>;
  heard(event: LiveEvent): void;
  /** Asks for the balance the plain way, while the stream does not deliver. */
  poll(): Promise<unknown>;
}

const HELLO_MS = 6_000;
const SILENCE_MS = 50_000;
const PAUSE_MS = { min: 500, max: 15_000 };

/** One stream of the client's entries per page. It ends with its token, while the page is hidden, and by accident; it resumes without a gap. */
export class Live {
  readonly #listener: Listener;
  #wanted = false;
  #stop: AbortController | undefined;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  start(): void {
    if (!this.#wanted) document.addEventListener('visibilitychange', this.#look);
    this.#wanted = true;
    this.#look();
  }

  end(): void {
    document.removeEventListener('visibilitychange', this.#look);
    this.#wanted = false;
    this.#look();
  }

  readonly #look = (): void => {
    const open = this.#wanted && !document.hidden;
    if (open && !this.#stop) {
      this.#stop = new AbortController();
      void this.#follow(this.#stop.signal);
    } else if (!open) {
      this.#stop?.abort();
      this.#stop = undefined;
    }
  };

  async #follow(stop: AbortSignal): Promise<void> {
    for (let pause = PAUSE_MS.min; !stop.aborted; pause = Math.min(pause * 2, PAUSE_MS.max)) {
      let delivered = false;
      const ended = await this.#read(stop, () => {
        delivered = true;
      }).catch((error: unknown) => error);
      if (stop.aborted) return;
      // A refusal is final: the session is over, or it may not read the balance.
      if ((ended as Refused | undefined)?.retry === false) return;
      if (delivered) pause = PAUSE_MS.min;
      else await this.#listener.poll().catch(() => {});
      await rested(pause, stop);
    }
  }

  async #read(stop: AbortSignal, delivered: () => void): Promise<void> {
    const silence = new AbortController();
    let alarm = setTimeout(() => silence.abort(), HELLO_MS);
    try {
      const response = await this.#listener.open(AbortSignal.any([stop, silence.signal]));
      if (!response.body) return;
      let rest = '';
      for (const reader = response.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
        const { done, value } = await reader.read();
        if (done) return;
        const blocks = (rest + value).split(/\r?\n\r?\n/);
        rest = blocks.pop() ?? '';
        clearTimeout(alarm);
        alarm = setTimeout(() => silence.abort(), SILENCE_MS);
        for (const block of blocks) {
          const data = /^data: ?(.*)$/m.exec(block)?.[1];
          if (data === undefined) continue;
          delivered();
          this.#listener.heard(JSON.parse(data) as LiveEvent);
        }
      }
    } finally {
      clearTimeout(alarm);
      silence.abort();
    }
  }
}

/** Waits, a little unevenly so that many pages do not come back at once; shorter where the network returns. */
const rested = (pause: number, stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      stop.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, pause * (0.75 + Math.random() / 2));
    addEventListener('online', done);
    stop.addEventListener('abort', done);
  });
