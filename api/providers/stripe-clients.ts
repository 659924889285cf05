import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import Stripe from 'stripe';

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/** Agencies whose client is kept between requests. */
const CLIENTS_MAX = 500;

/** Stripe refuses more in test mode, and an agency's own programs share the allowance. */
const REQUESTS_PER_SECOND = 25;

/** The SDK waits 80 s and tries three times unless told otherwise; a buyer gets an answer within 25 s, whatever happens at Stripe. */
const TIMEOUT_MS = 7_000;

/**
 * One SDK client per secret key.
 * @param apiUrl where Stripe is, e.g. a sandbox; the real one where it is left out
 */
export function createClients(apiUrl?: string): (secretKey: string) => Stripe {
  const clients = new LRUCache<string, Stripe>({ max: CLIENTS_MAX });
  const http = Stripe.createNodeHttpClient();
  const address = apiUrl === undefined ? {} : addressOf(apiUrl);
  const open = (secretKey: string) =>
    new Stripe(secretKey, {
      ...address,
      httpClient: guarded(http, pace(REQUESTS_PER_SECOND)),
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 2,
      telemetry: false,
    });

  return (secretKey) => {
    const name = createHash('sha256').update(secretKey).digest('base64url'); // so that the cache's keys can be looked at
    const client = clients.get(name) ?? open(secretKey);
    clients.set(name, client);
    return client;
  };
}

function addressOf(apiUrl: string) {
  const { protocol, hostname, port } = new URL(apiUrl);
  const isPlain = protocol === 'http:';
  return { host: hostname, port: port || (isPlain ? 80 : 443), protocol: isPlain ? 'http' : 'https' } as const;
}

/** The same client, but every request, the SDK's own retries included, waits for its turn, and no answer can hurt the SDK. */
const guarded = (http: HttpClient, turn: () => Promise<void>): HttpClient => ({
  getClientName: () => http.getClientName(),
  makeRequest: async (...request) => {
    await turn();
    const response = await http.makeRequest(...request);
    const read = response.toJSON.bind(response);
    return Object.assign(response, { toJSON: async () => asAnswer(await read()) });
  },
});

/** On JSON that is not an object the SDK throws where nobody can catch it, and the process ends; as a syntax error it is a refusal. */
function asAnswer(json: unknown): object {
  const isAnswer =
    typeof json === 'object' && json !== null && (!('error' in json) || (typeof json.error === 'object' && json.error !== null));
  if (!isAnswer) throw new SyntaxError('the answer is not an object of Stripe');
  return json;
}

/** Requests that need not keep their distance: what is asked for one webhook or one page does not wait for itself. */
const AT_ONCE = 3;

/**
 * Lets at most so many callers through in any second, a few of them at once, the others at even distances; the others wait. In a second of
 * these there is room for two more, because on its way a request may be held up while those after it are not.
 */
export function pace(perSecond: number): () => Promise<void> {
  const distanceMillis = 1000 / (perSecond - AT_ONCE - 1);
  let next = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = performance.now();
    const start = Math.max(now, next - (AT_ONCE - 1) * distanceMillis);
    next = Math.max(start, next) + distanceMillis;
    if (start > now) await sleep(Math.ceil(start - now));
  };
}
