import { setTimeout as pause } from 'node:timers/promises';
import { type ApiCall, apiAt } from '../api-client.ts';
import type { ClientStory, PurchaseStory } from './situations.ts';

const GIFT_MILLIS = 100_000;

const WAIT_MS = 100;
const WAITS_MAX = 100;

interface Balance {
  available: number;
  assigned: number;
  debt?: number;
}

interface Client {
  clientId: string;
  token: string;
}

interface World {
  /** Address of the API for this server. */
  api: string;
  secretKey: string;
  sandbox: string;
  /** A page on a listed origin. */
  page: string;
}

/** Clients of the playground. Brings each into its state through the API, and at the sandbox's Stripe as a buyer would. */
export class PlaygroundClients {
  readonly #world: World;
  readonly #call: ApiCall;
  readonly #purchases = new Map<PurchaseStory, string>();

  constructor(world: World) {
    this.#world = world;
    this.#call = apiAt(world.api);
  }

  /** Returns a session token of the client of this name. */
  async session(name: string, story: ClientStory): Promise<string> {
    const client = await this.#signIn(name, story !== 'unconfirmed');
    if (story === 'indebted') await this.#runIntoDebt(client);
    if (typeof story === 'object') await this.#bring(client, story.percentLeft);
    return client.token;
  }

  /** Returns the purchase from which the client of this name comes back; the last one, while it is in that state. */
  async purchase(name: string, story: PurchaseStory): Promise<string> {
    const client = await this.#signIn(name, true);
    const before = this.#purchases.get(story);
    if (before && (await this.#stateOf(client, before)) === story) return before;
    const { purchaseId, sessionId } = await this.#order(client);
    if (story === 'expired') await this.#atSandbox(sessionId, 'expire');
    if (story === 'processing') await this.#atSandbox(sessionId, 'pay', { payment: 'delayed' });
    await until(async () => (await this.#stateOf(client, purchaseId)) === story);
    this.#purchases.set(story, purchaseId);
    return purchaseId;
  }

  async #signIn(name: string, emailVerified: boolean): Promise<Client> {
    const person = { firstName: 'Robin', lastName: 'Meyer', email: `playground-${name}@example.test` };
    const minted = await this.#asAgency<{ account: { clientId: string }; session: { token: string } }>('sessions.mint', {
      externalId: `playground-${name}`,
      profile: { ...person, ...(emailVerified && { emailVerified }) },
    });
    return { clientId: minted.account.clientId, token: minted.session.token };
  }

  async #bring(client: Client, percentLeft: number): Promise<void> {
    const { clientId } = client;
    let { available, assigned } = await this.#balanceOf(client);
    // So many that a share decides what is low, and not the amount.
    if (percentLeft > 0 && (assigned < GIFT_MILLIS || available * 100 < assigned * percentLeft)) {
      await this.#asAgency('credits.allocate', { clientId, amountMillis: GIFT_MILLIS, description: 'Credits of the playground' });
      ({ available, assigned } = await this.#balanceOf(client));
    }
    const tooMany = available - Math.ceil((assigned * percentLeft) / 100);
    if (tooMany > 1000) await this.#spend(client, tooMany);
  }

  /** Buys, uses everything, and gets a refund. */
  async #runIntoDebt(client: Client): Promise<void> {
    if ((await this.#balanceOf(client)).debt) return;
    const { purchaseId, sessionId } = await this.#order(client);
    await this.#atSandbox(sessionId, 'pay');
    await until(async () => (await this.#stateOf(client, purchaseId)) === 'paid');
    await this.#spend(client, (await this.#balanceOf(client)).available);
    await this.#atSandbox(sessionId, 'refund');
    await until(async () => ((await this.#balanceOf(client)).debt ?? 0) > 0);
  }

  async #spend({ clientId }: Client, millis: number): Promise<void> {
    const seconds = Math.floor((millis * 60) / 1000);
    await this.#asAgency('usage.record', { clientId, callId: `playground-${clientId}-${Date.now()}`, seconds });
  }

  async #order({ token }: Client): Promise<{ purchaseId: string; sessionId: string }> {
    const { packages } = await this.#call<{ packages: { id: string }[] }>('credits.packages', token);
    return this.#call('credits.checkout', token, { packageId: packages[0]?.id, returnUrl: this.#world.page });
  }

  async #stateOf({ token }: Client, purchaseId: string): Promise<string> {
    return (await this.#call<{ state: string }>('purchases.read', token, { purchaseId })).state;
  }

  #balanceOf({ clientId }: Client): Promise<Balance> {
    return this.#asAgency('credits.balance', { clientId });
  }

  #asAgency<Answer>(operation: string, input: Record<string, unknown>): Promise<Answer> {
    return this.#call(operation, this.#world.secretKey, input);
  }

  /** Triggers an event on Stripe's side of a purchase. */
  async #atSandbox(sessionId: string, event: 'pay' | 'expire' | 'refund', sent = {}): Promise<void> {
    const reply = await fetch(`${this.#world.sandbox}/sandbox/sessions/${sessionId}/${event}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    });
    if (!reply.ok) throw new Error(`The sandbox answered ${reply.status} to ${event}.`);
  }
}

async function until(isThere: () => Promise<boolean>): Promise<void> {
  for (let waits = 0; waits < WAITS_MAX; waits += 1) {
    if (await isThere()) return;
    await pause(WAIT_MS);
  }
  throw new Error('What the playground waits for did not come.');
}
