import { once } from 'node:events';
import type { Response } from 'express';
import { refuse } from '../contract/refusal.ts';
import { abortedAfter } from '../rules/patience.ts';

/** Shorter than the time after which proxies close a silent connection. */
const KEEP_ALIVE_MS = 15_000;

/** Streams of one listener in this process. A page has one while it is visible; each further one multiplies reads. */
const AT_ONCE_MAX = 50;
const RETRY_SECONDS = 60;
const held = new Map<string, number>();

interface Streaming {
  /** The listener. */
  name: string;
  signal: AbortSignal;
  /** End of the token, and of the stream with it. Milliseconds since 1970. */
  until: number | undefined;
  check(event: unknown): unknown;
}

type Open = (signal: AbortSignal) => AsyncIterable<unknown> | Iterable<unknown>;

/** Answers with server-sent events until the caller leaves, the token ends or the process shuts down. */
export async function sendStream(res: Response, open: Open, streaming: Streaming): Promise<void> {
  const { name } = streaming;
  const before = held.get(name) ?? 0;
  if (before >= AT_ONCE_MAX) {
    res.setHeader('Retry-After', RETRY_SECONDS);
    refuse('rate.limited', { values: { seconds: RETRY_SECONDS } });
  }
  held.set(name, before + 1);
  try {
    await send(res, open, streaming);
  } finally {
    const left = (held.get(name) ?? 1) - 1;
    if (left > 0) held.set(name, left);
    else held.delete(name);
  }
}

async function send(res: Response, open: Open, { signal, until, check }: Streaming): Promise<void> {
  const ended = until === undefined ? signal : abortedAfter(Math.max(0, until - Date.now()), signal);
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
