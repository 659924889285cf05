import { html, nothing } from 'lit';
import { type FundKind, fundsFor } from '../../api/rules/funds.ts';
import type { Kit } from '../kit/kit.ts';
import { webAddress } from '../ui/brand.ts';
import type { WlElement } from '../ui/element.ts';
import { icon, icons } from '../ui/icons.ts';
import { upgradeLink } from '../ui/upgrade-link.ts';
import { buyMissing, fundsLine, missingNotice } from './funds-view.ts';
import type { OrderRun } from './order-run.ts';

/** The least that can be paid with money, in minor units. */
const MONEY_CENTS_MIN = 50;

/** Reasons of orders that were not delivered although money was taken: these say themselves what became of it. */
const wasCharged: ReadonlySet<string> = new Set(['order.became_credits', 'order.money_returned', 'order.payment_differs']);

const clock = icon('M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 7v5l3 2');

/** The price of a ware, in milli-credits and in minor units of the currency. */
export interface Price {
  kind: FundKind;
  priceMillis: number;
  priceCents: number;
  currency: string;
}

export interface PayChoices {
  /** @param at where money is paid: an empty tab, or the element itself */
  pay(how: 'credits' | 'money', at: Window | HTMLElement | null): void;
  back(): void;
  /** The words that confirm what costs nothing, if they are special. */
  confirm?: string;
}

/** An element that sells, and how its page wants money to be paid. */
export type Payer = WlElement & { mode: 'tab' | 'redirect' | 'embedded' };

/** The wall: what the client can spend on this, and the ways to pay. Where credits are short, they can be bought right here. */
export function payView(host: Payer, kit: Kit, offer: Price, run: OrderRun, { pay, back, confirm = host.say('wall.confirm') }: PayChoices) {
  const { kind, priceMillis, priceCents, currency } = offer;
  const funds = fundsFor(kit.balance ?? { available: 0 }, kind, priceMillis);
  const isShort = funds.missingMillis > 0;
  const refused = isShort && run.refused?.code === 'credits.insufficient' ? undefined : run.refused;
  const mayPayMoney = kit.data?.packages.payable && priceCents >= MONEY_CENTS_MIN;
  const credits = priceMillis === 0 ? confirm : host.say('wall.credits', { credits: priceMillis / 1000 });
  const button = (text: string, primary: boolean, act: () => void) =>
    html`<button class=${primary ? 'primary' : ''} part=${primary ? 'button-primary' : 'button-secondary'} aria-disabled=${String(run.isBeginning)} @click=${() => run.isBeginning || act()}>${text}</button>`;
  return html`<div class="stack" part="wall">
    ${priceMillis === 0 ? nothing : html`<p class="muted">${fundsLine(host, funds)} ${host.say('wall.safe')}</p>`}
    ${isShort ? missingNotice(host, funds.missingMillis) : nothing}
    ${refused ? html`${host.sentence(refused)}${upgradeLink(host, refused.code)}` : nothing}
    <div class="row">
      ${isShort ? nothing : button(run.isBeginning ? host.say('wall.working') : credits, true, () => pay('credits', null))}
      ${mayPayMoney && priceMillis > 0 ? button(host.say('wall.money', { price: host.price(priceCents, currency) }), isShort, () => pay('money', placeFor(host))) : nothing}
      ${button(host.say('wall.back'), false, back)}
    </div>
    ${isShort ? buyMissing(host, funds.missingMillis) : nothing}
  </div>`;
}

const placeFor = (host: Payer): Window | HTMLElement | null =>
  host.mode === 'embedded' ? host : host.mode === 'redirect' ? null : window.open('', '_blank');

/** Where an order stands, in one sentence with what can be done about it. Null where there is none, or where it is delivered. */
export function orderView(host: WlElement, run: OrderRun) {
  const { order } = run;
  if (!order || order.state === 'done') return null;
  if (run.isPayingHere)
    return html`<slot name="payment"></slot><button part="button-secondary" @click=${() => run.cancel()}>${host.say('wall.back')}</button>`;
  const look = { open: 'warning', working: 'warning', undone: 'danger', refunded: 'danger' }[order.state];
  const key = order.state === 'open' ? 'open' : order.state === 'working' ? 'working' : 'undone';
  const page = order.state === 'open' && webAddress(order.checkoutUrl);
  const words = { name: order.name, reason: order.reason ? host.explain(order.reason) : '' };
  const sentence = order.reason && wasCharged.has(order.reason.code) ? words.reason : host.say(`wall.${key}Sentence`, words);
  return html`<div class="card notice row ${look}" part="status" role="status">
    ${key === 'undone' ? icons.alert : clock}
    <div class="grow stack tight">
      <h3 part="status-heading" tabindex="-1">${host.say(`wall.${key}`)}</h3>
      <p class="muted">${sentence}</p>
      ${run.refused ? host.sentence(run.refused) : nothing}
    </div>
    ${page ? html`<a class="button" part="button-secondary" href=${page} target="_blank" rel="noopener">${host.say('wall.openAgain')}</a>` : nothing}
    ${key === 'open' ? html`<button part="button-secondary" aria-disabled=${String(run.isCanceling)} @click=${() => run.cancel()}>${host.say('wall.cancel')}</button>` : nothing}
    ${key === 'undone' ? html`<button part="button-secondary" @click=${() => run.forget()}>${host.say('wall.again')}</button>` : nothing}
  </div>`;
}
