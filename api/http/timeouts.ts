import type { ServerOptions } from 'node:http';

/**
 * How long a caller may take to say what it wants, and how much it may say before the body. Whoever sends a byte a second is cut off
 * by `headersTimeout` and `requestTimeout`; answers, streams among them, may take as long as they need.
 */
export const serverLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
} as const satisfies ServerOptions;
