import { nowSeconds } from '../ids.ts';
import type { Requests } from '../schemas/requests.ts';
import type { Call } from './core.ts';
import { inRange, type List, page } from './lists.ts';
import { find } from './lookup.ts';
import type { Event } from './objects.ts';

export const retrieveEvent = ({ core, vault, id }: Call<unknown>): Event => find(core.world, vault, 'events', id);

/** Stripe forgets what is older. */
const keptSeconds = 30 * 24 * 3600;

/** `delivery_success=false` lists the events that some endpoint has not taken: how a reconcile finds what it missed. */
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

/** `checkout.session.*` stands for a group of events. */
const matches = (type: string, wanted: string): boolean => (wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted);
