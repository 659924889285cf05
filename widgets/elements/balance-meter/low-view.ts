import { html, nothing } from 'lit';
import type { Balance } from '../../kit/events.ts';
import type { Kit } from '../../kit/kit.ts';
import type { WlElement } from '../../ui/element.ts';
import { enterSignUp as enter } from '../buy-credits/buy.ts';

/** The meter of each page that speaks to screen readers: one is enough, also where another element shows it. */
const speakers = new WeakMap<Kit, WlElement>();

/**
 * Says what follows when credits are low or used up. It has no figure, so a screen reader hears it when the level changes and not with each
 * call, and only one meter of a page says it.
 */
export function lowNotice(host: WlElement, level: Balance['level'], seq: number): string {
  const { kit } = host;
  if (level === 'enough' || seq === 0 || !kit) return '';
  if (!speakers.get(kit)?.isConnected) speakers.set(kit, host);
  if (speakers.get(kit) !== host) return '';
  return host.say(level === 'empty' ? 'meter.over' : 'meter.soon');
}

/** Says what is owed, because a payment went back. */
export const debtNotice = (host: WlElement, debt: number | undefined) =>
  debt ? html`<p class="card notice warning" part="debt">${host.say('meter.debt', { credits: debt / 1000 })}</p>` : nothing;

/** Leads to where the page sells credits. */
export function wayToBuy(host: WlElement) {
  const shop = host.kit?.root.querySelector<HTMLElement>('wl-buy-credits, wl-open[for=buy-credits]');
  return shop ? html`<button class="primary" part="button-primary" @click=${() => enter(shop)}>${host.say('meter.add')}</button>` : nothing;
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    debtNotice: typeof debtNotice;
    lowNotice: typeof lowNotice;
    wayToBuy: typeof wayToBuy;
  }
}
