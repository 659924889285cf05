import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';

/**
 * Limits for the time and size of a request before its body. `headersTimeout` and `requestTimeout` cut off a sender of single bytes.
 * Answers, also streams, may take as long as they are read.
 */
export const serverLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
} as const satisfies ServerOptions;

/** Longest pause of a connection with an unread answer, which is kept in memory. */
const STILL_MS = 30_000;

/**
 * Creates a server that keeps no answer for a client that does not read it: such a connection is cut off after a while. One that is read
 * slowly stays, and so does one that waits for an answer. The system's timer for a connection restarts with every byte.
 */
export function createLimitedServer(listener?: RequestListener, limits: ServerOptions & { stillMs?: number } = serverLimits): Server {
  const server = createServer(limits, listener);
  server.setTimeout(limits.stillMs ?? STILL_MS);
  // Without this the timer would also cut off clients that wait for an answer.
  return server.prependListener('request', (_req, res) => {
    res.on('timeout', (socket) => {
      if (socket.writableLength > 0) socket.destroy();
    });
  });
}
