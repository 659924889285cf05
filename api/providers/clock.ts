import { setTimeout as wait } from 'node:timers/promises';

/** A silent sandbox does not keep the API from starting; its offset counts once it is received. */
const FIRST_WORD_MS = 2_000;
const RETRY_MS = 250;
const RETRY_MS_MAX = 5_000;

/** Business time: rents, expiry and dates of transfers. Tokens, signatures and limits take the real time instead. */
export interface Clock {
  now(): Date;
  /**
   * Calls back each time business time jumps, so that due work need not wait.
   * @returns a function that stops it
   */
  onMoved(listener: () => void): () => void;
  close(): void;
}

/**
 * Returns the real time, or the time of a sandbox whose clock can be moved. Never fails: while the sandbox cannot be reached its last
 * offset holds.
 * @param sandboxUrl the sandbox's address without a trailing slash; the real time without it
 */
export async function createClock({ sandboxUrl }: { sandboxUrl?: string | undefined } = {}): Promise<Clock> {
  if (sandboxUrl === undefined) return { now: () => new Date(), onMoved: () => () => {}, close() {} };
  const listeners = new Set<() => void>();
  const closing = new AbortController();
  let offsetSeconds = 0;
  const hear = (offset: number) => {
    if (offset === offsetSeconds) return;
    offsetSeconds = offset;
    for (const listener of listeners) listener();
  };
  await Promise.race([follow(`${sandboxUrl}/sandbox/clock/moves`, closing.signal, hear), wait(FIRST_WORD_MS, undefined, { ref: false })]);
  return {
    now: () => new Date(Date.now() + offsetSeconds * 1000),
    onMoved(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => closing.abort(),
  };
}

/** Listens again and again until closed. Resolves after the first offset, or when none can be had. */
function follow(url: string, closing: AbortSignal, hear: (offsetSeconds: number) => void): Promise<void> {
  return new Promise((resolve) => {
    const listen = async () => {
      for (let restMs = RETRY_MS; !closing.aborted; restMs = Math.min(restMs * 2, RETRY_MS_MAX)) {
        try {
          for await (const offset of offsetsAt(url, closing)) {
            hear(offset);
            resolve();
            restMs = RETRY_MS;
          }
        } catch {
          // The sandbox cannot be reached, so it is asked again.
        }
        resolve();
        if (!closing.aborted) await wait(restMs, undefined, { ref: false });
      }
    };
    void listen();
  });
}

/** Iterates over the sandbox's offset: the present one, and each new one. */
async function* offsetsAt(url: string, signal: AbortSignal): AsyncGenerator<number> {
  const { ok, body } = await fetch(url, { signal, headers: { accept: 'text/event-stream' } });
  if (!ok || !body) return;
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const events = `${text}${chunk}`.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const { offsetSeconds } = JSON.parse(event.replace(/^data: /, '')) as { offsetSeconds?: unknown };
      if (Number.isInteger(offsetSeconds)) yield offsetSeconds as number;
    }
  }
}
