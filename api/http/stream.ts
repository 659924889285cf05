import { once } from 'node:events';
import type { Response } from 'express';

/** Shorter than the time after which proxies take a silent connection for dead. */
const KEEP_ALIVE_MS = 15_000;

interface Streaming {
  signal: AbortSignal;
  /** When the token ends, and the stream with it. Milliseconds since 1970. */
  until: number | undefined;
  check(event: unknown): unknown;
}

type Open = (signal: AbortSignal) => AsyncIterable<unknown> | Iterable<unknown>;

/** Answers with server-sent events until the caller leaves, the token ends or the process shuts down. */
export async function stream(res: Response, open: Open, { signal, until, check }: Streaming): Promise<void> {
  const ended = until === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, until - Date.now()))]);
  const keepAlive = setInterval(() => res.write(': still here\n\n'), KEEP_ALIVE_MS);
  try {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    res.flushHeaders();
    for await (const event of open(ended)) {
      const isAccepted = res.write(`data: ${JSON.stringify(check(event))}\n\n`);
      if (!isAccepted) await once(res, 'drain', { signal: ended });
    }
  } catch (error) {
    if (!ended.aborted) throw error;
  } finally {
    clearInterval(keepAlive);
    res.end();
  }
}
