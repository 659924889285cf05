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

/** Agencies whose client is kept between requests. */
const CLIENTS_MAX = 500;
/** A queue is small, and one that somebody waits in was used just now. */
const QUEUES_MAX = 10_000;

/** Stripe refuses more in test mode, and an agency's own programs share the allowance. */
const REQUESTS_PER_SECOND = 25;

/** The SDK waits 80 s unless told otherwise; with what is waited for turns, a buyer gets an answer within 25 s, whatever happens at Stripe. */
const TIMEOUT_MS = 6_000;
const WAIT_MAX_MS = 5_000;
const TRIES_MAX = 3;
const REST_MS = 500;
/** A page of a hundred objects has a twentieth of it. */
const BYTES_MAX = 10 * 1024 * 1024;

/** A question that is under way. */
export interface Asked<Answer> {
  call: StripeCall;
  answer: Promise<Answer>;
}

/** Puts a question to one account, by our own name for it. */
export type Ask = <Answer>(call: StripeCall, request: (stripe: Stripe) => Promise<Answer>) => Asked<Answer>;

/** Puts questions to an account for whoever asks; `signal` is somebody else's. */
export type AskFor = (access: StripeAccess, signal?: AbortSignal) => Ask;

/** Names an account without its key, so that what is remembered by it can be looked at. */
export const nameOf = ({ secretKey }: StripeAccess): string => createHash('sha256').update(secretKey).digest('base64url');

/** What decides about money, whoever waits for it. */
const urgent = new Set<StripeCall>(['createCheckout', 'capturePayment', 'cancelPayment', 'expireCheckout']);
/** What was promised is done, whether or not somebody still waits for it. */
const promised = new Set<StripeCall>(['capturePayment', 'cancelPayment', 'expireCheckout']);

/**
 * Where questions to Stripe are put: each account has a client and a queue of its own, so that no agency waits for another. Refuses with
 * `payments.busy` where a turn does not come in time.
 * @param apiUrl where Stripe is, e.g. a sandbox; the real one where it is left out
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

/** Asks again where that may help. Every request waits for its turn, all of them together no longer than one may. */
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

/** Stripe says so, or says nothing; or the other request of the same key will be over. */
function mayHelp(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError) return true;
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  const { headers, statusCode = 0 } = error;
  const advice = headers?.['stripe-should-retry'];
  return advice === undefined ? statusCode === 409 || statusCode >= 500 : advice === 'true';
}

/** One SDK client per secret key. */
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
 * The same client, but no answer can hurt the SDK. The SDK's patience ends with a silence: here an answer that goes on and on is over with the
 * time as well, and with the room it takes.
 */
const guarded = (http: HttpClient): HttpClient => ({
  getClientName: () => http.getClientName(),
  async makeRequest(...request) {
    const late = abortedAfter(TIMEOUT_MS);
    const asked = http.makeRequest(...request);
    const response = await Promise.race([asked, rejectedBy(late)]);
    const raw = response.getRawResponse() as IncomingMessage; // as the client of Node has it
    addAbortSignal(late, raw);
    const read = response.toJSON.bind(response);
    return Object.assign(response, { toJSON: async () => asAnswer(await atMost(BYTES_MAX, raw, read())) });
  },
});

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** Ends an answer that is longer, which whoever reads it hears of. */
function atMost<Answer>(bytes: number, raw: IncomingMessage, answer: Promise<Answer>): Promise<Answer> {
  let left = bytes;
  raw.on('data', (chunk: string) => {
    left -= chunk.length;
    if (left < 0) raw.destroy(new Error('the answer is too long'));
  });
  return answer;
}

/** On JSON that is not an object the SDK throws where nobody can catch it, and the process ends; as a syntax error it is a refusal. */
function asAnswer(json: unknown): object {
  const isAnswer =
    typeof json === 'object' && json !== null && (!('error' in json) || (typeof json.error === 'object' && json.error !== null));
  if (!isAnswer) throw new SyntaxError('the answer is not an object of Stripe');
  return json;
}
