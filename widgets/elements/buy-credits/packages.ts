import { html, nothing } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import type { WlElement } from '../../ui/element.ts';

type Packages = NonNullable<Kit['data']>['packages'];
export type Custom = NonNullable<Packages['custom']>;

/** The part of their element that the cards need. */
interface Host extends WlElement {
  amountProblem: string;
  choose(id: string): void;
  type(amount: string): void;
}

/** The choice: a package by its id, or an amount that the buyer types. */
export const CUSTOM = 'custom';

/** The packages as cards, and a free amount where the plan has one. */
export function packageCards(host: Host, offers: Packages, chosen: string | undefined) {
  const { packages, custom, payable } = offers;
  const radio = (id: string, label: string) =>
    payable
      ? html`<input
    type="radio"
    name="package"
    value=${id}
    aria-label=${label}
    .checked=${chosen === id}
    @change=${() => host.choose(id)}
  />`
      : nothing;
  return html`<div class="packages" part="packages" role=${payable ? 'radiogroup' : 'group'} aria-label=${host.say('buy.heading')}>
    ${packages.map((offer) => {
      const { id, name, credits, priceCents, currency, popular } = offer;
      const [amount, price] = [host.say('buy.credits', { credits: credits / 1000 }), host.price(priceCents, currency)];
      return html`<label class="card package" part="package">
        <span class="name"><span part="package-name">${name}</span> ${popular ? html`<span class="badge top" part="badge">${host.say('buy.popular')}</span>` : nothing}</span>
        ${radio(id, [name, amount, price, popular && host.say('buy.popular')].filter(Boolean).join(', '))}
        <span class="price" part="package-price">${price}</span>
        <span class="muted" part="package-credits">${amount}</span>
        <span class="muted rate" part="package-rate">${host.kit?.deferred?.rateOf(host, offer, offers)}</span>
      </label>`;
    })}
    ${custom && payable ? customCard(host, custom, chosen === CUSTOM, radio(CUSTOM, host.say('buy.custom'))) : nothing}
  </div>`;
}

function customCard(host: Host, { minMillis, maxMillis, centsPer100Credits, currency }: Custom, chosen: boolean, radio: unknown) {
  const [min, max] = [minMillis / 1000, maxMillis / 1000];
  return html`<div class="card package wide" part="custom">
    <span class="name">${host.say('buy.custom')}</span>
    ${radio}
    <label class="amount">
      <span class="muted">${host.say('buy.amount', { min, max })}</span>
      <input
        part="amount"
        inputmode="numeric"
        aria-invalid=${host.amountProblem ? 'true' : 'false'}
        aria-describedby="amount-error"
        @click=${() => chosen || host.choose(CUSTOM)}
        @input=${(event: Event) => host.type((event.target as HTMLInputElement).value)}
      />
    </label>
    <span class="muted">${host.say('buy.rate', { price: host.price(centsPer100Credits, currency) })}</span>
    <p class="field-error" id="amount-error" role="alert">${host.amountProblem}</p>
  </div>`;
}
