import { html, nothing } from 'lit';
import type { Input } from '../../../api/contract/index.ts';
import { Refused } from '../../kit/refused.ts';
import type { WlElement } from '../../ui/element.ts';
import { choiceField, refusalNotice, submitHandler, textField } from '../../ui/fields.ts';
import type { Account, NumbersOffer, NumbersStore } from './numbers-store.ts';

const button = (host: WlElement, store: NumbersStore, at: string, key: Parameters<WlElement['say']>[0]) =>
  html`<button class="primary start" part="button-primary" aria-disabled=${String(store.busy === at)}>${host.say(store.busy === at ? 'wall.working' : key)}</button>`;

/** A number that the client has elsewhere; a code proves it. */
export function manualView(host: WlElement, store: NumbersStore) {
  const channels = [
    ['sms', host.say('numbers.text')],
    ['call', host.say('numbers.call')],
  ] as const;
  return html`<form class="stack" part="connect" novalidate @submit=${submitHandler(host, store, 'manual', (values: Input<'numbers.connect'>) => store.connect(values))}>
    <div class="fields">
      ${textField(store, 'manual', { name: 'number', label: host.say('numbers.number'), hint: host.say('numbers.numberHint'), missing: host.say('numbers.number.missing'), type: 'tel', autocomplete: 'tel' })}
      ${choiceField('channel', host.say('numbers.channel'), channels, 'sms')}
    </div>
    ${refusalNotice(host, store, 'manual')} ${button(host, store, 'manual', 'numbers.connect')}
  </form>`;
}

/** A number behind the client's own SIP trunk. */
export function trunkView(host: WlElement, store: NumbersStore) {
  const transports = (['tcp', 'tls', 'udp'] as const).map((one) => [one, one.toUpperCase()] as const);
  return html`<form class="stack" part="connect" novalidate @submit=${submitHandler(host, store, 'sip', (values: Input<'numbers.connectTrunk'>) => store.connectTrunk(values))}>
    <div class="fields">
      ${textField(store, 'sip', { name: 'number', label: host.say('numbers.number'), hint: host.say('numbers.numberHint'), missing: host.say('numbers.number.missing'), type: 'tel', autocomplete: 'tel' })}
      ${textField(store, 'sip', { name: 'terminationUri', label: host.say('numbers.trunkUri'), hint: host.say('numbers.trunkUriHint'), missing: host.say('numbers.trunkUri.missing'), inputmode: 'url' })}
      ${choiceField('transport', host.say('numbers.transport'), transports, 'tcp')}
      ${textField(store, 'sip', { name: 'username', label: host.say('optional', { label: host.say('numbers.username') }) })}
      ${textField(store, 'sip', { name: 'password', label: host.say('optional', { label: host.say('numbers.password') }), type: 'password', autocomplete: 'new-password' })}
    </div>
    ${refusalNotice(host, store, 'sip')} ${button(host, store, 'sip', 'numbers.connectTrunk')}
  </form>`;
}

/** The client's own account at the provider: connect, choose, add. */
export function providerAccountView(host: WlElement, store: NumbersStore, offer: NumbersOffer) {
  if (store.account) return accountNumbers(host, store, store.account);
  return html`${offer.account ? connected(host, store, offer.account.accountSid) : nothing}
    <form class="stack" part="connect" novalidate @submit=${submitHandler(host, store, 'account', (values: Input<'numbers.connectAccount'>) => store.connectAccount(values))}>
      <p class="muted">${host.say('numbers.accountHint')}</p>
      <div class="fields">
        ${textField(store, 'account', { name: 'accountSid', label: host.say('numbers.accountSid'), missing: host.say('numbers.accountSid.missing') })}
        ${textField(store, 'account', { name: 'authToken', label: host.say('numbers.authToken'), missing: host.say('numbers.authToken.missing'), type: 'password', autocomplete: 'new-password' })}
      </div>
      ${refusalNotice(host, store, 'account')} ${button(host, store, 'account', 'numbers.connectAccount')}
    </form>`;
}

const connected = (host: WlElement, store: NumbersStore, account: string) => html`<div class="card row">
  <span class="grow">${host.say('numbers.accountConnected', { account: `${account.slice(0, 6)}…${account.slice(-4)}` })}<br /><small class="muted">${host.say('numbers.disconnectSure')}</small></span>
  <button part="button-secondary" aria-disabled=${String(store.busy === 'disconnect')} @click=${() => store.disconnectAccount()}>${host.say('numbers.disconnect')}</button>
  ${refusalNotice(host, store, 'disconnect')}
</div>`;

function accountNumbers(host: WlElement, store: NumbersStore, { numbers, warning }: Account) {
  const add = (event: Event) => {
    event.preventDefault();
    const chosen = new FormData(event.target as HTMLFormElement).getAll('number').map(String);
    if (chosen.length > 0) void store.importNumbers(chosen);
    else store.refuse('import', new Refused('input.invalid', host.say('numbers.import.missing')));
  };
  if (numbers.length === 0) return html`<p class="muted" part="empty">${host.say('numbers.accountEmpty')}</p>`;
  return html`<form class="stack" part="connect" @submit=${add}>
    ${warning ? html`<p class="card notice warning" role="status">${host.explain(warning)}</p>` : nothing}
    <ul class="found">
      ${numbers.map(
        ({ number, display, label, imported }) => html`<li class="card"><label class="check grow">
          <input type="checkbox" name="number" value=${number} ?checked=${!imported} ?disabled=${imported} />
          <span class="number">${display}</span> <span class="muted">${imported ? host.say('numbers.imported') : label}</span>
        </label></li>`,
      )}
    </ul>
    ${refusalNotice(host, store, 'import')} ${button(host, store, 'import', 'numbers.import')}
  </form>`;
}
