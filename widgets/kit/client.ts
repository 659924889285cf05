import type { Contract, Input, OperationName, Output } from '../../api/contract/index.ts';
import { Refused, readRefusal } from './refused.ts';
import type { Session } from './session.ts';
import { keepInSlot, store } from './slots.ts';

/** The operations of which the contract says something. */
type Named<Fact> = { [N in OperationName]: Contract[N] extends Fact ? N : never }[OperationName];
type ForPages = Named<{ callers: { client: unknown } }> | Named<{ callers: { visitor: unknown } }>;

/** The operations that only read, those that may be sent again under the key of their attempt, and all others. */
export type ReadName = Extract<ForPages, Named<{ method: 'GET' }>>;
export type AttemptName = Extract<ForPages, Named<{ repeatable: true }>>;
export type CallName = Exclude<ForPages, ReadName | AttemptName>;

/** The operations of visitors, where a token would be refused. A test compares the pattern with the contract. */
export const forVisitors: readonly string[] = [
  'bootstrap.read',
  'accounts.signUp',
  'accounts.signIn',
  'accounts.verifyEmail',
  'accounts.requestReset',
  'accounts.reset',
  'sessions.refresh',
] satisfies Exclude<ForPages, Named<{ callers: { client: unknown } }>>[];

const TIMEOUT_MS = 20_000;

export interface Send {
  signal?: AbortSignal;
  /** Reads; the input then travels in the address. */
  method?: 'GET';
  /** Keeps the key of the attempt until a final answer, so that a repeat (after a reload, too) is recognized. */
  isAttempt?: boolean;
  /** Bytes to send; the input then travels in the address. */
  body?: Blob;
}

/** The one door to the API. Everything that leaves the page leaves here. */
export class Client {
  readonly #api: string;
  readonly #key: string;
  readonly #session: Session;

  /** @param api where the API is, without a slash at the end */
  constructor(api: string, key: string, session: Session) {
    this.#api = api;
    this.#key = key;
    this.#session = session;
  }

  /** The address that proofs are made for: without the query. */
  address(name: OperationName): string {
    return `${this.#api}/v1/${name}`;
  }

  /**
   * Calls an operation.
   * @throws Refused with one public sentence
   */
  async call<Name extends OperationName>(name: Name, input: Input<Name>, options: Send = {}): Promise<Output<Name>> {
    const slot = options.isAttempt ? `wl:${this.#key}:${name}` : undefined;
    const repeatKey = slot && kept(slot);
    const final = () => {
      if (!slot) return;
      delete keys[slot];
      store?.removeItem(slot);
    };
    try {
      const response = await this.send(name, input, { signal: AbortSignal.timeout(TIMEOUT_MS), ...options }, repeatKey);
      const output = (await response.json()) as Output<Name>;
      final();
      return output;
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused('network');
      if (!refused.retry && refused.code !== 'idempotency.in_progress') final();
      // The attempt before this one ended without an answer and said something else: this is a new attempt, with a key of its own.
      if (refused.code === 'idempotency.mismatch' && slot) return await this.call(name, input, options);
      throw refused;
    }
  }

  /** Sends and returns the answer unread, for streams. An expired session is renewed once, silently. */
  async send(name: OperationName, input: object, options: Send = {}, repeatKey?: string): Promise<Response> {
    // Plans are for anybody; whoever is signed in finds the own one marked.
    const withToken = !forVisitors.includes(name) && (this.#session.token !== undefined || name !== 'plans.list');
    if (withToken) await this.#session.fresh();
    const response = await this.#fetch(name, input, options, repeatKey, withToken);
    if (response.ok) return response;
    if (response.status !== 401 || !withToken || !(await this.#session.renew())) throw await readRefusal(response);
    const again = await this.#fetch(name, input, options, repeatKey, withToken);
    if (again.ok) return again;
    throw await readRefusal(again);
  }

  async #fetch(name: OperationName, input: object, options: Send, repeatKey: string | undefined, withToken: boolean): Promise<Response> {
    const get = options.method;
    const bytes = options.body;
    const query = new URLSearchParams({ key: this.#key, ...(get || bytes ? (input as Record<string, string>) : {}) });
    const headers: Record<string, string> = {};
    if (withToken) headers.Authorization = `Bearer ${this.#session.token}`;
    if (repeatKey) headers['Idempotency-Key'] = repeatKey;
    // Text is what a page may send to another origin without asking first, and the first request must not wait for a preflight.
    if (!get) headers['Content-Type'] = bytes ? 'application/octet-stream' : name === 'bootstrap.read' ? 'text/plain' : 'application/json';
    const body = get ? {} : { method: 'POST', body: bytes ?? JSON.stringify(input) };
    const response = await fetch(`${this.address(name)}?${query}`, { ...options, ...body, headers, credentials: 'omit' });
    // An answer to a read may come from a cache, with an old time.
    if (!get) this.#session.hearTime(response.headers.get('date'));
    return response;
  }
}

const keys: Record<string, string> = {};

function kept(slot: string): string {
  keys[slot] ??= store?.getItem(slot) ?? crypto.randomUUID();
  keepInSlot(slot, keys[slot]);
  return keys[slot];
}
