import type { Requests } from '../schemas/requests.ts';
import { newId, nowSeconds, randomText } from '../world.ts';
import type { Call } from './core.ts';
import { type List, page } from './lists.ts';
import { find } from './lookup.ts';
import { metadataOf } from './metadata.ts';
import type { Endpoint } from './objects.ts';
import { invalid } from './refusals.ts';
import { checkUrl } from './session-rules.ts';

type Public = Omit<Endpoint, 'secret'>;

/** The endpoint as Stripe shows it after its creation: the secret is told once. */
const withoutSecret = ({ secret, ...rest }: Endpoint): Public => rest;

export function createEndpoint({ core, vault, parameters }: Call<Requests['POST /v1/webhook_endpoints']>): Endpoint {
  checkUrl(parameters.url, 'url');
  checkEvents(parameters.enabled_events);
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
  if (parameters.url !== undefined) checkUrl(parameters.url, 'url');
  if (parameters.enabled_events) checkEvents(parameters.enabled_events);
  endpoint.url = parameters.url ?? endpoint.url;
  endpoint.enabled_events = parameters.enabled_events ?? endpoint.enabled_events;
  if (parameters.disabled !== undefined) endpoint.status = parameters.disabled ? 'disabled' : 'enabled';
  if (parameters.description !== undefined) endpoint.description = parameters.description || null;
  endpoint.metadata = metadataOf(parameters.metadata, endpoint.metadata);
  return withoutSecret(endpoint);
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
