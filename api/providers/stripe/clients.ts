import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import Stripe from 'stripe';
import { refuse } from '../../contract/refusal.ts';
import type { Asker, StripeAccess } from '../../ports/index.ts';
import { abortedAfter } from '../../rules/patience.ts';
import type { StripeCall } from './errors.ts';
import { createTurns, type TurnedAway, type Turns } from './turns.ts';

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/** SDK clients kept between requests, one per agency. */
const CLIENTS_MAX = 500;
/** Queues kept. A queue is small, and one with waiting calls was used just now. */
const QUEUES_MAX = 10_000;

/** Stripe's limit in test mode is slightly higher, and the agency's own programs share it. */
const REQUESTS_PER_SECOND = 25;

/** The SDK's default timeout is 80 s. With the wait for turns, a buyer gets an answer within 25 s, whatever happens at Stripe. */
const TIMEOUT_MS = 6_000;
const WAIT_MAX_MS = 5_000;
const TRIES_MAX = 3;
const REST_MS = 500;
/** Twenty times as large as a page of a hundred objects. */
const BYTES_MAX = 10 * 1024 * 1024;

/** A running call. */
export interface Asked<Answer> {
  call: StripeCall;
  answer: Promise<Answer>;
}

/** Makes a call to one account, by our own name for it. */
export type Ask = <Answer>(call: StripeCall, request: (stripe: Stripe) => Promise<Answer>) => Asked<Answer>;

/** Returns how to call an account for the asker; `signal` replaces the asker's. */
export type AskFor = (access: StripeAccess, signal?: AbortSignal) => Ask;

/** Names an account without revealing its key. */
export const nameOf = ({ secretKey }: StripeAccess): string => createHash('sha256').update(secretKey).digest('base64url');

/** Calls that decide about money, whoever waits. */
const urgent = new Set<StripeCall>(['createCheckout', 'capturePayment', 'cancelPayment', 'expireCheckout']);
/** Calls that are made even if nobody waits any more, because they were promised. */
const promised = new Set<StripeCall>(['capturePayment', 'cancelPayment', 'expireCheckout']);

/**
 * Makes calls to Stripe. Each account has its own client and queue, so that no agency waits for another. Refuses with `payments.busy` if a
 * turn does not come in time.
 * @param apiUrl address of Stripe, e.g. a sandbox; the real one by default
 */
export function createAccounts(apiUrl?: string): (access: StripeAccess, asker: Asker) => Ask {
  const clientOf = createClients(apiUrl);
  const queues = new LRUCache<string, Turns>({ max: QUEUES_MAX });

  function queueOf(name: string): Turns {
    const queue = queues.get(name) ?? createTurns(REQUESTS_PER_SECOND);
    queues.set(name, queue);
    return queue;
  }

  return ({ secretKey }, { who, purpose, signal }) =>
    (call, request) => {
      const name = nameOf({ secretKey });
      const turn = { who, isUrgent: purpose === 'money' || urgent.has(call), signal: promised.has(call) ? undefined : signal };
      const take = (waitMs: number) => queueOf(name).take({ ...turn, waitMs });
      return { call, answer: insist(() => request(clientOf(name, secretKey)), take) };
    };
}

/** Repeats a call if that may help. Each attempt waits for its turn; all waits together are limited. */
async function insist<Answer>(request: () => Promise<Answer>, take: (waitMs: number) => Promise<TurnedAway | undefined>): Promise<Answer> {
  let waited = 0;
  for (let tries = 1; ; tries += 1) {
    const joinedAt = performance.now();
    const reason = await take(WAIT_MAX_MS - waited);
    if (reason !== undefined) refuse('payments.busy', { cause: `no turn at Stripe: ${reason}` });
    waited += performance.now() - joinedAt;
    try {
      return await request();
    } catch (error) {
      if (tries === TRIES_MAX || !mayHelp(error)) throw error;
    }
    await sleep(REST_MS * tries);
  }
}

/** Tells whether a repetition may help: Stripe says so or says nothing, or another request of the same key is running. */
function mayHelp(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError) return true;
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  const { headers, statusCode = 0 } = error;
  const advice = headers?.['stripe-should-retry'];
  return advice === undefined ? statusCode === 409 || statusCode >= 500 : advice === 'true';
}

/** Keeps one SDK client per secret key. */
function createClients(apiUrl?: string): (name: string, secretKey: string) => Stripe {
  const clients = new LRUCache<string, Stripe>({ max: CLIENTS_MAX });
  const httpClient = guarded(Stripe.createNodeHttpClient());
  const address = apiUrl === undefined ? {} : addressOf(apiUrl);

  return (name, secretKey) => {
    const client =
      clients.get(name) ?? new Stripe(secretKey, { ...address, httpClient, timeout: TIMEOUT_MS, maxNetworkRetries: 0, telemetry: false });
    clients.set(name, client);
    return client;
  };
}

function addressOf(apiUrl: string) {
  const { protocol, hostname, port } = new URL(apiUrl);
  const isPlain = protocol === 'http:';
  return { host: hostname, port: port || (isPlain ? 80 : 443), protocol: isPlain ? 'http' : 'https' } as const;
}

/**
 * Wraps the HTTP client so that no answer can harm the SDK. The SDK's timeout only counts silence; this limits the total time and the size.
 */
const guarded = (http: HttpClient): HttpClient => ({
  getClientName: () => http.getClientName(),
  async makeRequest(...request) {
    const late = abortedAfter(TIMEOUT_MS);
    const asked = http.makeRequest(...request);
    const response = await Promise.race([asked, rejectedBy(late)]);
    const raw = response.getRawResponse() as IncomingMessage; // Node's HTTP client returns this type
    addAbortSignal(late, raw);
    const read = response.toJSON.bind(response);
    return Object.assign(response, { toJSON: async () => asAnswer(await atMost(BYTES_MAX, raw, read())) });
  },
});

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** Ends an answer that is too long; its reader gets an error. */
function atMost<Answer>(bytes: number, raw: IncomingMessage, answer: Promise<Answer>): Promise<Answer> {
  let left = bytes;
  raw.on('data', (chunk: string) => {
    left -= chunk.length;
    if (left < 0) raw.destroy(new Error('the answer is too long'));
  });
  return answer;
}

/**
 * Rejects JSON that is not an object: on that the SDK throws where nobody can catch it, and the process would end. A syntax error becomes a
 * refusal.
 */
function asAnswer(json: unknown): object {
  const isAnswer =
    typeof json === 'object' && json !== null && (!('error' in json) || (typeof json.error === 'object' && json.error !== null));
  if (!isAnswer) throw new SyntaxError('the answer is not an object of Stripe');
  return json;
}
