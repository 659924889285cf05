import { html, nothing } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import type { WlElement } from '../../ui/element.ts';
import { icons } from '../../ui/icons.ts';
import type { Form } from './form.ts';

/** Takes the form's place once somebody is signed in: the name, an e-mail that waits to be confirmed, and the balance where the page does not show it. */
export function accountView(host: WlElement, kit: Kit, form: Form | undefined) {
  const { account, balance, confirmed } = kit;
  if (!account) return nothing;
  return html`
    <div class="row" part="account">
      <div class="grow">
        <h2 part="heading" tabindex="-1">${host.say('account.heading', { firstName: account.firstName })}</h2>
        <p class="muted">${account.email}</p>
      </div>
      <button part="sign-out" @click=${() => kit.deferred?.signOut(kit)}>${host.say('account.signOut')}</button>
    </div>
    ${confirmed && kit.deferred?.confirmedView?.(host, confirmed)}
    ${account.emailVerified || !account.email ? nothing : confirm(host, kit, form, (balance?.waiting ?? 0) / 1000)}
    ${[...kit.root.querySelectorAll('wl-balance-meter')].some((meter) => meter.kit === kit) ? nothing : html`<div class="card" part="meter"><wl-balance-meter .strings=${host.strings}></wl-balance-meter></div>`}
    <slot name="signed-in"></slot>
    ${form && kit.deferred?.sessionsPanel(host, kit, form)}
  `;
}

function confirm(host: WlElement, kit: Kit, form: Form | undefined, credits: number) {
  const email = kit.account?.email ?? '';
  return html`<div class="card notice warning row" part="confirm">
    ${icons.mail}
    <div class="grow">
      <h3>${host.say('confirm.heading')}</h3>
      <p>${host.say('confirm.sentence', { email })} ${credits ? host.say('meter.waiting', { credits }) : nothing}</p>
      <button part="resend" @click=${() => form?.resend(kit)}>${host.say('confirm.button')}</button>
      <p class="muted" role="status">${form?.resent}</p>
    </div>
  </div>`;
}
