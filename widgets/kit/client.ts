import type { Contract, Input, OperationName, Output } from '../../api/contract/index.ts';
import { Refused, readRefusal } from './refused.ts';
import type { Session } from './session.ts';

type Named<Field extends string, Value> = { [N in OperationName]: Contract[N] extends Record<Field, Value> ? N : never }[OperationName];

/** What the contract says of the operations that a page calls; the types hold these lists and the contract together. */
type Reads = Named<'method', 'GET'>[];
type Repeatable = Named<'repeatable', true>[];
const reads: Reads = ['credits.balance', 'credits.statement', 'purchases.read', 'live.stream'];
const repeatable: Repeatable = ['accounts.signUp', 'accounts.sendVerification', 'credits.checkout'];
const forVisitors = /^(bootstrap|brand)|^accounts\.(?!send)|^sessions\.refresh/;

/** Elements that arrive later say the same of the operations that they call. */
export function addOperations(more: { reads: Reads; repeatable: Repeatable }): void {
  reads.push(...more.reads);
  repeatable.push(...more.repeatable);
}

const TIMEOUT_MS = 20_000;

export interface Send {
  signal?: AbortSignal;
  /** Survives the page being left. */
  keepalive?: boolean;
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
   * Calls an operation. A repeatable one keeps its key until a final answer, so that a repeat (after a reload, too) is recognized.
   * @throws Refused with one public sentence
   */
  async call<Name extends OperationName>(name: Name, input: Input<Name>, options: Send = {}): Promise<Output<Name>> {
    const slot = (repeatable as string[]).includes(name) ? `wl:${this.#key}:${name}` : undefined;
    const repeatKey = slot && kept(slot);
    const final = () => slot && store?.removeItem(slot);
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
    const withToken = !forVisitors.test(name) && (this.#session.token !== undefined || !/^plans\.list/.test(name));
    if (withToken) await this.#session.fresh();
    const response = await this.#fetch(name, input, options, repeatKey, withToken);
    if (response.ok) return response;
    if (response.status !== 401 || !withToken || !(await this.#session.renew())) throw await readRefusal(response);
    const again = await this.#fetch(name, input, options, repeatKey, withToken);
    if (again.ok) return again;
    throw await readRefusal(again);
  }

  #fetch(name: OperationName, input: object, options: Send, repeatKey: string | undefined, withToken: boolean): Promise<Response> {
    const get = (reads as string[]).includes(name);
    const bytes = options.body;
    const query = new URLSearchParams({ key: this.#key, ...(get || bytes ? (input as Record<string, string>) : {}) });
    const headers: Record<string, string> = {};
    if (withToken) headers.Authorization = `Bearer ${this.#session.token}`;
    if (repeatKey) headers['Idempotency-Key'] = repeatKey;
    // Text is what a page may send to another origin without asking first, and the first request must not wait for a preflight.
    if (!get) headers['Content-Type'] = bytes ? 'application/octet-stream' : name === 'bootstrap.read' ? 'text/plain' : 'application/json';
    const body = get ? {} : { method: 'POST', body: bytes ?? JSON.stringify(input) };
    return fetch(`${this.address(name)}?${query}`, { ...options, ...body, headers, credentials: 'omit' });
  }
}

/** A page may be forbidden to store anything; then keys last as long as the page. */
export const store: Storage | undefined = (() => {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
})();

function kept(slot: string): string {
  const key = store?.getItem(slot) ?? crypto.randomUUID();
  store?.setItem(slot, key);
  return key;
}
