import { html, nothing } from 'lit';
import type { WlElement } from '../../ui/element.ts';
import { textField } from '../../ui/fields.ts';
import type { AccountStore, Open, OwnAccount } from './store.ts';

/** The button that opens the form of a row. */
export const formButton = (host: WlElement, store: AccountStore, open: NonNullable<Open>, text: string, look = '') => html`<button
  class=${look}
  id="open-${open}"
  part=${open === 'delete' ? 'delete' : 'open'}
  aria-expanded=${String(store.open === open)}
  @click=${() => toggle(host, store, store.open === open ? undefined : open, open)}
>
  ${text}
</button>`;

/** The button that closes a form; the keyboard returns to the one that opened it. */
export const cancelButton = (host: WlElement, store: AccountStore, open: NonNullable<Open>) =>
  html`<button type="button" @click=${() => toggle(host, store, undefined, open)}>${host.say('own.cancel')}</button>`;

async function toggle(host: WlElement, store: AccountStore, open: Open, about: NonNullable<Open>): Promise<void> {
  await store.show(open);
  await host.updateComplete;
  host.renderRoot.querySelector<HTMLElement>(open ? `#form-${open} input` : `#open-${about}`)?.focus();
}

/** The field for the present password; without one, a fresh sign-in is asked for by the API. */
export const presentPassword = (host: WlElement, store: AccountStore, form: string, { signIn }: OwnAccount, name = 'password') =>
  signIn.password
    ? textField(store, form, {
        name,
        label: host.say('own.passwordCurrent'),
        missing: host.say('own.passwordCurrentMissing'),
        type: 'password',
        autocomplete: 'current-password',
      })
    : nothing;
