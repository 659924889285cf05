import { html } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { Refused } from '../../kit/refused.ts';
import type { WlElement } from '../../ui/element.ts';
import { icons } from '../../ui/icons.ts';

/** Says to whoever is signed in what came of the mailed link: the free credits, or why it did not count. */
export function confirmedView(host: WlElement, confirmed: NonNullable<Kit['confirmed']>) {
  if (confirmed instanceof Refused) return html`<p class="card notice danger" part="error" role="alert">${host.explain(confirmed)}</p>`;
  const { grantedMillis, waitingMillis = 0 } = confirmed;
  const key = grantedMillis ? 'confirmed.credits' : waitingMillis ? 'confirmed.later' : 'confirmed.plain';
  const credits = (grantedMillis || waitingMillis) / 1000;
  return html`<p class="card notice success row" part="notice" role="status">
    ${icons.check}<span class="grow">${host.say(key, { credits })}</span>
  </p>`;
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    /** Is there once somebody came from a mailed link. */
    confirmedView?: typeof confirmedView;
  }
}
