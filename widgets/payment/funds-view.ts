import { html, nothing } from 'lit';
import type { Output } from '../../api/contract/index.ts';
import type { Funds } from '../../api/rules/funds.ts';
import type { WlElement } from '../ui/element.ts';
import { icons } from '../ui/icons.ts';
import { upgradeLink } from '../ui/upgrade-link.ts';

/** The credits that the client can spend on this, free credits apart where they pay for calls only. */
export const fundsLine = (host: WlElement, { spendableMillis, callsOnlyMillis }: Omit<Funds, 'kind'>) =>
  callsOnlyMillis > 0
    ? host.say('wall.apart', { spendable: spendableMillis / 1000, free: callsOnlyMillis / 1000 })
    : host.say('wall.balance', { available: spendableMillis / 1000 });

/**
 * The credits that are missing.
 * @param then what happens once it is there
 */
export const missingNotice = (host: WlElement, missingMillis: number, then: unknown = nothing) =>
  html`<p class="card notice warning row" role="status">${icons.alert}<span class="grow">${host.say('wall.short', { short: missingMillis / 1000 })} ${then}</span></p>`;

/** The packages, to buy them right here: the least package that is enough is chosen. */
export const buyMissing = (host: WlElement, missingMillis: number) =>
  html`<wl-buy-credits heading=${host.say('wall.buy')} .need=${missingMillis} .strings=${host.strings}></wl-buy-credits>`;

/** The reason why something is not sold and, in test mode, what the agency does about it. */
export const blockedView = (
  host: WlElement,
  blocked: NonNullable<Output<'credits.funds'>['blocked']>,
) => html`<div class="stack tight" part="empty">
  <p class="muted">${host.explain(blocked)}</p>
  ${blocked.forAgency ? html`<p class="muted"><b>${host.say('test.badge')}:</b> ${blocked.forAgency}</p>` : nothing}
  ${upgradeLink(host, blocked.code)}
</div>`;
