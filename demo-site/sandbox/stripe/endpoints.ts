import { newId, nowSeconds, randomText } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Vault, World } from '../world.ts';
import type { Call } from './core.ts';
import { type List, page } from './lists.ts';
import { find } from './lookup.ts';
import { metadataOf } from './metadata.ts';
import type { Endpoint } from './objects.ts';
import { invalid, StripeRefusal } from './refusals.ts';
import { checkUrl } from './session-rules.ts';

type Public = Omit<Endpoint, 'secret'>;

/** Returns the endpoint as Stripe shows it after its creation, when the secret is revealed only once. */
const withoutSecret = ({ secret, ...rest }: Endpoint): Public => rest;

/** Endpoints that an account may have in each mode. */
const endpointsMost = 16;

export function createEndpoint({ core, vault, parameters }: Call<Requests['POST /v1/webhook_endpoints']>): Endpoint {
  checkAddress(core.world, vault, parameters.url);
  checkEvents(parameters.enabled_events);
  if (Object.keys(vault.endpoints).length >= endpointsMost) {
    const mode = vault.livemode ? 'live' : 'test';
    throw new StripeRefusal(400, `You have reached the maximum of ${endpointsMost} ${mode} webhook endpoints.`);
  }
  const endpoint: Endpoint = {
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: parameters.api_version ?? null,
    application: null,
    created: nowSeconds(core.world),
    description: parameters.description || null,
    enabled_events: parameters.enabled_events,
    livemode: vault.livemode,
    metadata: metadataOf(parameters.metadata),
    secret: `whsec_${randomText(32)}`,
    status: 'enabled',
    url: parameters.url,
  };
  vault.endpoints[endpoint.id] = endpoint;
  return endpoint;
}

export function updateEndpoint({ core, vault, id, parameters }: Call<Requests['POST /v1/webhook_endpoints/:id']>): Public {
  const endpoint = find(core.world, vault, 'endpoints', id);
  if (parameters.url !== undefined) checkAddress(core.world, vault, parameters.url);
  if (parameters.enabled_events) checkEvents(parameters.enabled_events);
  endpoint.url = parameters.url ?? endpoint.url;
  endpoint.enabled_events = parameters.enabled_events ?? endpoint.enabled_events;
  if (parameters.disabled !== undefined) endpoint.status = parameters.disabled ? 'disabled' : 'enabled';
  if (parameters.description !== undefined) endpoint.description = parameters.description || null;
  endpoint.metadata = metadataOf(parameters.metadata, endpoint.metadata);
  return withoutSecret(endpoint);
}

function checkAddress(world: World, vault: Vault, text: string): void {
  checkUrl(text, 'url');
  const { hostname, protocol } = new URL(text);
  const account = world.accounts.find(({ id }) => id === vault.accountId);
  if (!account?.wantsPublicUrls) return;
  if (vault.livemode && protocol !== 'https:') throw invalid('Invalid URL: The URL must be HTTPS in live mode.', 'url', 'url_invalid');
  if (/^(localhost|.*\.(localhost|local|internal|test)|127\..*|10\..*|192\.168\..*|\[.*\])$/.test(hostname)) {
    const way = 'Consider using a tool like the Stripe CLI to test webhooks locally: https://github.com/stripe/stripe-cli.';
    throw invalid(`Invalid URL: URL must be publicly accessible. ${way}`, 'url', 'url_invalid');
  }
}

function checkEvents(names: readonly string[]): void {
  if (names.length === 0) throw invalid('You must provide at least one event.', 'enabled_events', 'parameter_invalid_empty');
}

export const retrieveEndpoint = ({ core, vault, id }: Call<unknown>): Public => withoutSecret(find(core.world, vault, 'endpoints', id));

export const listEndpoints = ({ vault, parameters }: Call<Requests['GET /v1/webhook_endpoints']>): List<Public> =>
  page('/v1/webhook_endpoints', Object.values(vault.endpoints).map(withoutSecret), parameters);

export function deleteEndpoint({ core, vault, id }: Call<unknown>): { id: string; object: 'webhook_endpoint'; deleted: true } {
  find(core.world, vault, 'endpoints', id);
  delete vault.endpoints[id];
  return { id, object: 'webhook_endpoint', deleted: true };
}
