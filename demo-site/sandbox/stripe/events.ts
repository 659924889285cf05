import { nowSeconds } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Call } from './core.ts';
import { inRange, type List, page } from './lists.ts';
import { find } from './lookup.ts';
import type { Event } from './objects.ts';

export const retrieveEvent = ({ core, vault, id }: Call<unknown>): Event => find(core.world, vault, 'events', id);

/** How long Stripe keeps events. */
const keptSeconds = 30 * 24 * 3600;

/** Lists events. `delivery_success=false` lists those that some endpoint has not accepted, so that reconcile can find them. */
export function listEvents({ core, vault, parameters }: Call<Requests['GET /v1/events']>): List<Event> {
  const { created, delivery_success: success, type, types } = parameters;
  const oldest = nowSeconds(core.world) - keptSeconds;
  const matching = Object.values(vault.events).filter(
    (event) =>
      event.created > oldest &&
      inRange(event.created, created) &&
      (type === undefined || matches(event.type, type)) &&
      (types === undefined || types.includes(event.type)) &&
      (success === undefined || success === (event.pending_webhooks === 0)),
  );
  return page('/v1/events', matching, parameters);
}

/** Matches a type; `checkout.session.*` means a group of them. */
const matches = (type: string, wanted: string): boolean => (wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted);
