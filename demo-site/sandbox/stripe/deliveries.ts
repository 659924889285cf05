import { newId } from '../ids.ts';
import type { Attempt, Delivery, Endpoint, Event } from './objects.ts';

/** Any 2xx; Stripe follows no redirect. */
export const isTaken = ({ status }: Attempt): boolean => status !== null && status >= 200 && status < 300;

export const wants = (endpoint: Endpoint, event: Event): boolean =>
  endpoint.status === 'enabled' && (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(event.type));

export const newDelivery = (event: Event, endpoint: Endpoint): Delivery => ({
  id: newId('dlv'),
  eventId: event.id,
  eventType: event.type,
  endpointId: endpoint.id,
  url: endpoint.url,
  state: 'waiting',
  attempts: [],
  dueAt: Date.now(),
});
