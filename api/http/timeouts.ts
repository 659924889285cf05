import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';

/**
 * How long a caller may take to say what it wants, and how much it may say before the body. Whoever sends a byte a second is cut off
 * by `headersTimeout` and `requestTimeout`; answers, streams among them, may take as long as somebody reads them.
 */
export const serverLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
} as const satisfies ServerOptions;

/** How long a connection may be still: what waits on it to be read is kept in memory. */
const STILL_MS = 30_000;

/**
 * A server that keeps no answer for whoever does not read it: a connection on which an answer waits, and none of it goes out for a while, is
 * cut off. One that is read as slowly as a byte now and then stays, and so does one that waits for an answer. The system's timer for a
 * connection begins anew with every byte.
 */
export function createLimitedServer(listener?: RequestListener, limits: ServerOptions & { stillMs?: number } = serverLimits): Server {
  const server = createServer(limits, listener);
  server.setTimeout(limits.stillMs ?? STILL_MS);
  // Without a listener the timer would cut off who waits for an answer, too.
  return server.prependListener('request', (_req, res) => {
    res.on('timeout', (socket) => {
      if (socket.writableLength > 0) socket.destroy();
    });
  });
}
