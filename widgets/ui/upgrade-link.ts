import { html, nothing } from 'lit';
import type { WlElement } from './element.ts';

/** Where one of these says that the plan does not allow something, the way to one that does: the plans, in front of the page. */
export function upgradeLink(host: WlElement, ...codes: (string | undefined)[]) {
  if (!['plan.limit', 'feature.locked', 'number.none_sold'].some((code) => codes.includes(code))) return nothing;
  void host.kit?.deferred?.loadElement('wl-open').catch(() => {});
  return html`<wl-open for="plans" part="upgrade">${host.say('gate.plans')}</wl-open>`;
}
