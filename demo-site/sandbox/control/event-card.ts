import { type Html, html } from '../pages/html.ts';
import type { Delivery, Event } from '../stripe/objects.ts';
import type { Vault } from '../world.ts';
import { action, mode, moment, short } from './parts.ts';

/** Renders an event with its deliveries. */
export function eventCard(vault: Vault, event: Event): Html {
  const deliveries = Object.values(vault.deliveries).filter((delivery) => delivery.eventId === event.id);
  return html`<li class="card" data-event="${event.id}"><div class="about">
  <h3 class="type">${event.type}</h3>
  <p class="facts">${moment(new Date(event.created * 1000))} · ${mode(vault)} · <code>${short(event.id)}</code> about <code>${short(event.data.object.id)}</code></p>
  ${deliveries.length ? html`<ul class="deliveries">${deliveries.map(deliveryRow)}</ul>` : html`<p class="facts">No endpoint asked for it.</p>`}</div>
  <p class="actions">${deliveries.length > 0 && action('resend', 'Resend', `/sandbox/events/${event.id}/deliver`)}
    ${deliveries.some(({ state }) => state === 'waiting') && action('drop', 'Lose it', `/sandbox/events/${event.id}/drop`)}</p>
</li>`;
}

const deliveryRow = (delivery: Delivery): Html => html`<li><span class="state ${delivery.state}">${delivery.state}</span>
  <span class="url">${delivery.url}</span>
  <span class="codes">${outcome(delivery)}</span></li>`;

function outcome({ state, attempts }: Delivery): string {
  if (attempts.length > 0) return attempts.map(({ status, error }) => status ?? error).join(', ');
  return state === 'dropped' ? 'lost on the way' : 'not tried yet';
}
