import { html } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import type { Order, OrderRun } from '../../payment/order-run.ts';
import { orderView, type Payer, payView } from '../../payment/pay-view.ts';
import type { WlElement } from '../../ui/element.ts';
import { icons } from '../../ui/icons.ts';
import { needsView } from './needs-view.ts';
import type { ClientNumber, NumbersStore } from './numbers-store.ts';

/** An element that sells numbers. */
type Host = Payer & { bought(order: Order): Promise<void> };

/** The number that is kept for this client, what it costs, and the ways to pay; or where its order stands. Null where neither is. */
export function buyView(host: Host, { kit, store, run }: { kit: Kit; store: NumbersStore; run: OrderRun }) {
  const { reservation } = store;
  const status = orderView(host, run);
  if (status || !reservation) return status;
  const { offer, reservationId, expiresInSeconds } = reservation;
  const { setupMillis, monthlyMillis, setupCents, monthlyCents, currency } = offer;
  const price = { kind: 'numbers', priceMillis: setupMillis + monthlyMillis, priceCents: setupCents + monthlyCents, currency } as const;
  const words = (credits: number, cents: number) => host.say('wall.price', { credits: credits / 1000, price: host.price(cents, currency) });
  const pay = (how: 'credits' | 'money', at: Window | HTMLElement | null) => {
    const label = host.renderRoot.querySelector<HTMLInputElement>('input[name=label]')?.value.trim();
    void run.place('numbers.buy', { reservationId, pay: how, ...(label && { label }) }, at, (order) => {
      if (order.state === 'done') void host.bought(order);
      else store.giveUp();
    });
  };
  return html`<div class="card stack" part="offer">
    <div>
      <h3 class="number" tabindex="-1">${offer.display}</h3>
      <p class="muted">${host.say('numbers.kept', { minutes: Math.ceil(expiresInSeconds / 60) })}</p>
    </div>
    <dl>
      <dt>${host.say('numbers.setup')}</dt><dd>${words(price.priceMillis, price.priceCents)}</dd>
      <dt>${host.say('numbers.monthly')}</dt><dd>${words(monthlyMillis, monthlyCents)}</dd>
    </dl>
    ${needsView(host, offer.needs)}
    <label class="field"><span>${host.say('optional', { label: host.say('numbers.label') })}</span><input part="field" name="label" maxlength="60" autocomplete="off" /></label>
    ${
      offer.needs.state === 'met'
        ? payView(host, kit, price, run, { pay, back: () => store.giveUp() })
        : html`<button class="start" part="button-secondary" @click=${() => store.giveUp()}>${host.say('wall.back')}</button>`
    }
  </div>`;
}

/** That a number was bought. */
export const boughtView = (
  host: WlElement,
  { display }: ClientNumber,
) => html`<div class="card notice success row" part="status" role="status">
  ${icons.check}
  <div class="grow stack tight">
    <h3 part="status-heading" tabindex="-1">${host.say('numbers.bought', { number: display })}</h3>
    <p class="muted">${host.say('numbers.boughtSentence')}</p>
  </div>
</div>`;
