import { html, nothing } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { Refused } from '../../kit/refused.ts';
import type { WlElement } from '../../ui/element.ts';
import { icons } from '../../ui/icons.ts';
import type { Form } from './form.ts';

/** Takes the form's place once somebody is signed in: the name, an e-mail that waits to be confirmed, and the balance. */
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
    ${confirmed && !(confirmed instanceof Refused) ? thanks(host, confirmed.grantedMillis / 1000) : nothing}
    ${confirmed instanceof Refused ? html`<p class="card notice danger" part="error" role="alert">${host.explain(confirmed)}</p>` : nothing}
    ${account.emailVerified ? nothing : confirm(host, kit, form, (balance?.waiting ?? 0) / 1000)}
    <div class="card" part="meter"><wl-balance-meter .strings=${host.strings}></wl-balance-meter></div>
    <slot name="signed-in"></slot>
    ${form && kit.deferred?.sessionsPanel(host, kit, form)}
  `;
}

const thanks = (host: WlElement, credits: number) => html`<p class="card notice success row" part="notice" role="status">
  ${icons.check}<span class="grow">${host.say(credits ? 'confirmed.credits' : 'confirmed.plain', { credits })}</span>
</p>`;

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
