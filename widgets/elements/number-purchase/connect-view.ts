import { html, nothing } from 'lit';
import type { Input } from '../../../api/contract/index.ts';
import { Refused } from '../../kit/refused.ts';
import type { WlElement } from '../../ui/element.ts';
import { choice, field, refusal, submit } from '../../ui/fields.ts';
import type { Account, Desk, Offer } from './numbers-store.ts';

const button = (host: WlElement, desk: Desk, at: string, key: Parameters<WlElement['say']>[0]) =>
  html`<button class="primary start" part="button-primary" aria-disabled=${String(desk.busy === at)}>${host.say(desk.busy === at ? 'wall.working' : key)}</button>`;

/** A number that the client has elsewhere; a code proves it. */
export function manualView(host: WlElement, desk: Desk) {
  const channels = [
    ['sms', host.say('numbers.text')],
    ['call', host.say('numbers.call')],
  ] as const;
  return html`<form class="stack" part="connect" novalidate @submit=${submit(host, desk, 'manual', (values: Input<'numbers.connect'>) => desk.connect(values))}>
    <div class="fields">
      ${field(desk, 'manual', { name: 'number', label: host.say('numbers.number'), hint: host.say('numbers.numberHint'), missing: host.say('numbers.number.missing'), type: 'tel', autocomplete: 'tel' })}
      ${choice('channel', host.say('numbers.channel'), channels, 'sms')}
    </div>
    ${refusal(host, desk, 'manual')} ${button(host, desk, 'manual', 'numbers.connect')}
  </form>`;
}

/** A number behind the client's own SIP trunk. */
export function trunkView(host: WlElement, desk: Desk) {
  const transports = (['tcp', 'tls', 'udp'] as const).map((one) => [one, one.toUpperCase()] as const);
  return html`<form class="stack" part="connect" novalidate @submit=${submit(host, desk, 'sip', (values: Input<'numbers.connectTrunk'>) => desk.connectTrunk(values))}>
    <div class="fields">
      ${field(desk, 'sip', { name: 'number', label: host.say('numbers.number'), hint: host.say('numbers.numberHint'), missing: host.say('numbers.number.missing'), type: 'tel', autocomplete: 'tel' })}
      ${field(desk, 'sip', { name: 'terminationUri', label: host.say('numbers.trunkUri'), hint: host.say('numbers.trunkUriHint'), missing: host.say('numbers.trunkUri.missing'), inputmode: 'url' })}
      ${choice('transport', host.say('numbers.transport'), transports, 'tcp')}
      ${field(desk, 'sip', { name: 'username', label: host.say('optional', { label: host.say('numbers.username') }) })}
      ${field(desk, 'sip', { name: 'password', label: host.say('optional', { label: host.say('numbers.password') }), type: 'password', autocomplete: 'new-password' })}
    </div>
    ${refusal(host, desk, 'sip')} ${button(host, desk, 'sip', 'numbers.connectTrunk')}
  </form>`;
}

/** The client's own account at the provider: connect, choose, add. */
export function accountView(host: WlElement, desk: Desk, offer: Offer) {
  if (desk.account) return accountNumbers(host, desk, desk.account);
  return html`${offer.account ? connected(host, desk, offer.account.accountSid) : nothing}
    <form class="stack" part="connect" novalidate @submit=${submit(host, desk, 'account', (values: Input<'numbers.connectAccount'>) => desk.connectAccount(values))}>
      <p class="muted">${host.say('numbers.accountHint')}</p>
      <div class="fields">
        ${field(desk, 'account', { name: 'accountSid', label: host.say('numbers.accountSid'), missing: host.say('numbers.accountSid.missing') })}
        ${field(desk, 'account', { name: 'authToken', label: host.say('numbers.authToken'), missing: host.say('numbers.authToken.missing'), type: 'password', autocomplete: 'new-password' })}
      </div>
      ${refusal(host, desk, 'account')} ${button(host, desk, 'account', 'numbers.connectAccount')}
    </form>`;
}

const connected = (host: WlElement, desk: Desk, account: string) => html`<div class="card row">
  <span class="grow">${host.say('numbers.accountConnected', { account: `${account.slice(0, 6)}…${account.slice(-4)}` })}<br /><small class="muted">${host.say('numbers.disconnectSure')}</small></span>
  <button part="button-secondary" aria-disabled=${String(desk.busy === 'disconnect')} @click=${() => desk.disconnectAccount()}>${host.say('numbers.disconnect')}</button>
  ${refusal(host, desk, 'disconnect')}
</div>`;

function accountNumbers(host: WlElement, desk: Desk, { numbers }: Account) {
  const add = (event: Event) => {
    event.preventDefault();
    const chosen = new FormData(event.target as HTMLFormElement).getAll('number').map(String);
    if (chosen.length > 0) void desk.importNumbers(chosen);
    else desk.refuse('import', new Refused('input.invalid', host.say('numbers.import.missing')));
  };
  if (numbers.length === 0) return html`<p class="muted" part="empty">${host.say('numbers.accountEmpty')}</p>`;
  return html`<form class="stack" part="connect" @submit=${add}>
    <ul class="found">
      ${numbers.map(
        ({ number, display, label, imported }) => html`<li class="card"><label class="check grow">
          <input type="checkbox" name="number" value=${number} ?checked=${!imported} ?disabled=${imported} />
          <span class="number">${display}</span> <span class="muted">${imported ? host.say('numbers.imported') : label}</span>
        </label></li>`,
      )}
    </ul>
    ${refusal(host, desk, 'import')} ${button(host, desk, 'import', 'numbers.import')}
  </form>`;
}
