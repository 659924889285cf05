import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/** Agencies whose client is kept between requests. The one that waited longest goes first. */
const CLIENTS_MAX = 500;

/** Stripe refuses more in test mode, and an agency's own programs share the allowance. */
const REQUESTS_PER_SECOND = 25;

/** The SDK waits 80 s and tries three times unless told otherwise; a buyer does not. */
const TIMEOUT_MS = 10_000;

/**
 * One SDK client per secret key.
 * @param apiUrl where Stripe is, e.g. a sandbox; the real one where it is left out
 */
export function createClients(apiUrl?: string): (secretKey: string) => Stripe {
  const clients = new Map<string, Stripe>();
  const http = Stripe.createNodeHttpClient();
  const address = apiUrl === undefined ? {} : addressOf(apiUrl);

  return (secretKey) => {
    const name = createHash('sha256').update(secretKey).digest('base64url'); // a map that ends up in a heap dump or a log names no key
    const client =
      clients.get(name) ??
      new Stripe(secretKey, {
        ...address,
        httpClient: paced(http, pace(REQUESTS_PER_SECOND)),
        timeout: TIMEOUT_MS,
        maxNetworkRetries: 2,
        telemetry: false,
      });
    clients.delete(name);
    clients.set(name, client);
    const [oldest] = clients.keys();
    if (clients.size > CLIENTS_MAX && oldest !== undefined) clients.delete(oldest);
    return client;
  };
}

function addressOf(apiUrl: string) {
  const { protocol, hostname, port } = new URL(apiUrl);
  const isPlain = protocol === 'http:';
  return { host: hostname, port: port || (isPlain ? 80 : 443), protocol: isPlain ? 'http' : 'https' } as const;
}

/** The same client, but every request, the SDK's own retries included, waits for its turn first. */
const paced = (http: HttpClient, turn: () => Promise<void>): HttpClient => ({
  getClientName: () => http.getClientName(),
  makeRequest: async (...request) => {
    await turn();
    return http.makeRequest(...request);
  },
});

/** Lets callers through in order, at most so many in any second; the others wait. */
export function pace(perSecond: number): () => Promise<void> {
  const starts = new Array<number>(perSecond).fill(Number.NEGATIVE_INFINITY);
  let turns = 0;
  return async () => {
    const slot = turns++ % perSecond;
    const now = performance.now();
    const start = Math.max(now, (starts[slot] ?? now) + 1000);
    starts[slot] = start;
    if (start > now) await sleep(Math.ceil(start - now));
  };
}
