import { nowSeconds, randomText } from '../ids.ts';
import type { Vault } from '../world.ts';
import type { Core } from './core.ts';
import type { Event, EventType } from './objects.ts';

/** Records an event and sends it to the subscribed endpoints. The event keeps the object's present state. */
export function emit(core: Core, vault: Vault, type: EventType, object: { id: string }): void {
  const event: Event = {
    id: `evt_${randomText(24)}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: nowSeconds(core.world),
    data: { object: structuredClone(object) },
    livemode: vault.livemode,
    pending_webhooks: 0,
    request: { id: null, idempotency_key: null },
    type,
  };
  vault.events[event.id] = event;
  core.webhooks.send(vault, event);
  core.changed();
}
