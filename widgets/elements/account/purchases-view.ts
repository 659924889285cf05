import { html, nothing } from 'lit';
import type { WlElement } from '../../ui/element.ts';
import { refusalNotice } from '../../ui/fields.ts';
import type { AccountStore, BoughtItem } from './store.ts';

/** The part of its element that the list needs. */
interface Host extends WlElement {
  /** Writes a day as people of the page's language do. */
  day(at: string): string;
}

/** The purchases, newest first, each with its receipt. */
export function purchasesView(host: Host, store: AccountStore, bones: unknown) {
  const { purchases, next } = store;
  const refused = refusalNotice(host, store, 'purchases');
  if (!purchases) return refused === nothing ? bones : refused;
  if (purchases.length === 0) return html`<p class="muted" part="empty">${host.say('own.noPurchases')}</p>`;
  return html`<ul aria-label=${host.say('own.purchases')}>${purchases.map((purchase) => row(host, store, purchase))}</ul>
    ${refused}
    ${
      next === null
        ? nothing
        : html`<button class="start" part="older" aria-disabled=${String(store.busy === 'purchases')} @click=${() => store.readPurchases(next)}>
            ${host.say('own.older')}
          </button>`
    }`;
}

function row(host: Host, store: AccountStore, purchase: BoughtItem) {
  const { purchaseId, name, priceCents, returnedCents, currency, state, createdAt, receipt } = purchase;
  const date = host.day(createdAt);
  const price = (cents: number) => html`<bdi>${host.price(cents, currency)}</bdi>`;
  return html`<li class="setting" part="purchase">
    <div class="row">
      <div class="grow">
        <p>${name}</p>
        <p class="muted"><time datetime=${createdAt}>${date}</time> · ${host.say(`own.state.${state}`)}</p>
      </div>
      <div class="amount">
        <p>${price(priceCents)}</p>
        ${returnedCents > 0 ? html`<p class="muted">${host.say('own.returned', { price: host.price(returnedCents, currency) })}</p>` : nothing}
      </div>
      ${
        receipt
          ? html`<button
              part="receipt"
              aria-label=${host.say('own.receiptOf', { name, date })}
              aria-disabled=${String(store.busy === purchaseId)}
              @click=${() => store.download(purchase)}
            >
              ${host.say('own.receipt')}
            </button>`
          : nothing
      }
    </div>
    ${refusalNotice(host, store, purchaseId)}
  </li>`;
}
