import assert from 'node:assert/strict';
import Stripe from 'stripe';
import {
  contract,
  type ErrorBody,
  type ErrorCode,
  type Input,
  type Operation,
  type OperationName,
  type Output,
} from '../../api/contract/index.ts';
import type { Sandbox } from '../../demo-site/sandbox/start.ts';
import { call, type Reply } from './call.ts';
import { Page } from './page.ts';

/** An agency's own server, which has the secret key. */
export class Agency {
  readonly url: string;
  readonly origin: string;
  readonly id: string;
  readonly slug: string;
  readonly keys: Output<'agencies.create'>['keys'];
  mode: 'test' | 'live' = 'test';
  /** Secret key of its account at the sandbox's Stripe, once connected. */
  stripeSecret = '';

  constructor({ url, origin, keys, id, slug }: Pick<Agency, 'url' | 'origin' | 'keys' | 'id' | 'slug'>) {
    this.url = url;
    this.origin = origin;
    this.keys = keys;
    this.id = id;
    this.slug = slug;
  }

  /** The same agency with its live keys, which also change shared settings. */
  get live(): Agency {
    return this.#in('live');
  }

  /** The same agency with its test keys. */
  get test(): Agency {
    return this.#in('test');
  }

  #in(mode: Agency['mode']): Agency {
    const agency = new Agency(this);
    agency.mode = mode;
    return agency;
  }

  /** Calls any operation with the secret key, and returns any answer. */
  try<Name extends OperationName>(name: Name, input: Input<Name>, headers: Record<string, string> = {}): Promise<Reply<Output<Name>>> {
    const query = new URLSearchParams(Object.entries(input as Record<string, string>));
    const { body }: Operation = contract[name];
    if (body === 'bytes')
      return call(`${this.url}/v1/${name}?${query}`, {
        key: this.keys[this.mode].secret,
        body: 'hello',
        headers: { 'content-type': 'application/octet-stream', ...headers },
      });
    return contract[name].method === 'GET'
      ? call(`${this.url}/v1/${name}?${query}`, { key: this.keys[this.mode].secret, method: 'GET', headers })
      : call(`${this.url}/v1/${name}`, { key: this.keys[this.mode].secret, body: input, headers });
  }

  /** Calls any operation, which must succeed. */
  async call<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    const { status, body } = await this.try(name, input);
    assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
    return body;
  }

  async connectStripe(sandbox: Sandbox, first: { priceCents: number; currency: string; name: string } | undefined): Promise<void> {
    const account = sandbox.stripe.createAccount(this.slug);
    const { hostname, port } = new URL(sandbox.url);
    const secretKey = this.mode === 'test' ? account.secretKey : account.liveSecretKey;
    const publishableKey = this.mode === 'test' ? account.publishableKey : account.livePublishableKey;
    const stripe = new Stripe(secretKey, { host: hostname, port: Number(port), protocol: 'http', telemetry: false });
    const product = await stripe.products.create({ name: 'Calling credits' });
    const price = await stripe.prices.create({
      product: product.id,
      unit_amount: first?.priceCents ?? 4000,
      currency: (first?.currency ?? 'EUR').toLowerCase(),
    });
    await this.call('agency.update', { stripe: { publishableKey, secretKey, productId: product.id, priceId: price.id } });
    this.stripeSecret = secretKey;
  }

  /**
   * Connects a voice account of its own.
   * @returns its key and the agents in it
   */
  async connectVoice({ retell }: Sandbox): Promise<{ apiKey: string; agentIds: string[] }> {
    const { apiKey, agents } = retell.createAccount(this.slug);
    await this.call('integrations.connectVoice', { apiKey });
    return { apiKey, agentIds: Object.keys(agents) };
  }

  /** Reads the agency's minutes, in milli-credits. */
  async minutes(): Promise<number> {
    return (await this.call('agency.read', {})).minutes.available;
  }

  allocate(clientId: string, amountMillis: number, description = 'A gift') {
    return this.call('credits.allocate', { clientId, amountMillis, description });
  }

  /** Opens a visitor's browser on one of the agency's pages. */
  openPage(): Promise<Page> {
    return Page.open(this);
  }
}

/** Returns the error code of a refusal; undefined for other answers. */
export const codeOf = ({ body }: { body: unknown }): ErrorCode | undefined => (body as ErrorBody | undefined)?.error?.code; // every refusal has this shape
