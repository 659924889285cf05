import { html, nothing } from 'lit';
import { webAddress } from '../../ui/brand.ts';
import type { WlElement } from '../../ui/element.ts';
import { picture } from '../../ui/picture.ts';

/** Says in one sentence that nothing can be bought, with the agency's support as the way out. In test mode the agency reads what it can do. */
export function nothingToBuy(host: WlElement, key: 'buy.none' | 'buy.notPayable') {
  const { brand, packages } = host.kit?.data ?? {};
  const way = webAddress(brand?.helpUrl) ?? (brand?.supportEmail && `mailto:${brand.supportEmail}`);
  return html`<div class="row">
    ${picture(host.kit, 'box')}<p class="muted grow" part="empty">${host.say(key)} ${way ? html`<a href=${way}>${host.say('buy.contact')}</a>` : nothing} ${packages?.blocked?.forAgency}</p>
  </div>`;
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    nothingToBuy: typeof nothingToBuy;
  }
}
