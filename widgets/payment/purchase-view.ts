import { html, nothing } from 'lit';
import type { Checkout, CheckoutPhase } from '../kit/checkout.ts';
import { webAddress } from '../ui/brand.ts';
import type { WlElement } from '../ui/element.ts';
import { icon, icons } from '../ui/icons.ts';

const clock = icon('M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 7v5l3 2');
const looks = {
  waiting: ['warning', clock],
  processing: ['warning', clock],
  review: ['warning', clock],
  paid: ['success', icons.check],
  failed: ['danger', icons.alert],
  expired: ['danger', clock],
  canceled: ['warning', icons.alert],
  part_refunded: ['warning', icons.alert],
  refunded: ['warning', icons.alert],
  disputed: ['warning', icons.alert],
  charged_back: ['danger', icons.alert],
} as const satisfies Record<Exclude<CheckoutPhase, 'idle' | 'starting' | 'paying'>, unknown>;

/** Where a purchase stands, in one sentence with what can be done about it. */
export function purchaseView(host: WlElement, checkout: Checkout, available: number) {
  const { purchase } = checkout;
  if (checkout.phase === 'paying')
    return html`<slot name="payment"></slot><button part="button-secondary" @click=${() => checkout.cancel()}>${host.say('waiting.cancel')}</button>`;
  const phase = phaseOf(checkout);
  const [tone, icon] = looks[phase];
  const after = phase === 'paid' ? (purchase?.balanceAfter ?? available) : available;
  const words = { credits: (purchase?.credits ?? 0) / 1000, balance: after / 1000 };
  return html`<div class="card notice row ${tone}" part="status" role="status">
    ${icon}
    <div class="grow stack tight">
      <h3 part="status-heading" tabindex="-1">${host.say(`${phase}.heading`, words)}</h3>
      <p class="muted">${host.say(`${phase}.sentence`, words)}</p>
      ${checkout.refused ? host.sentence(checkout.refused) : nothing}
    </div>
    <div class="row actions">${actions(host, checkout, phase)}</div>
  </div>`;
}

const phaseOf = ({ phase }: Checkout) => (phase === 'idle' || phase === 'starting' || phase === 'paying' ? 'waiting' : phase);

function actions(host: WlElement, checkout: Checkout, phase: keyof typeof looks) {
  const close = (key: Parameters<WlElement['say']>[0], primary = false) =>
    html`<button class=${primary ? 'primary' : ''} part=${primary ? 'button-primary' : 'button-secondary'} @click=${() => checkout.forget()}>${host.say(key)}</button>`;
  if (phase === 'waiting') {
    const address = webAddress(checkout.purchase?.checkoutUrl);
    return html`${address ? html`<a class="button" part="button-secondary" href=${address} target="_blank" rel="noopener">${host.say('waiting.open')}</a>` : nothing}<button part="button-secondary" @click=${() => checkout.cancel()}>${host.say('waiting.cancel')}</button>`;
  }
  if (phase === 'paid') return close('paid.done');
  if (phase === 'failed' || phase === 'expired' || phase === 'canceled') return close('purchase.again', true);
  return close('purchase.close');
}

declare module '../kit/checkout.ts' {
  interface Checkout {
    /** @param available what the client has, in milli-credits */
    view(host: WlElement, available: number): ReturnType<typeof purchaseView>;
  }
}
