import { html } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ProfileField } from '../../../api/contract/accounts/accounts.ts';
import type { WlElement } from '../../ui/element.ts';
import { refusalNotice, submitHandler, textField } from '../../ui/fields.ts';
import { autocompleteOf } from '../sign-up/fields.ts';
import type { AccountStore, OwnAccount } from './store.ts';

/** The name and the fields that the agency's sign-up asks for, as a form. */
export function profileView(host: WlElement, store: AccountStore, account: OwnAccount) {
  const { firstName, lastName, profile, fields } = account;
  const name = (field: 'firstName' | 'lastName', value: string, autocomplete: string) =>
    textField(store, 'profile', {
      name: field,
      label: host.say(`own.${field}`),
      missing: host.say(`own.${field}Missing`),
      autocomplete,
      maxlength: 80,
      value,
    });
  const asked = (field: ProfileField) =>
    textField(store, 'profile', {
      name: `profile.${field}`,
      label: host.say(`own.${field}`),
      autocomplete: autocompleteOf[field],
      type: field === 'phone' ? 'tel' : 'text',
      maxlength: 120,
      value: profile[field] ?? '',
    });
  const save = submitHandler<Record<string, string>>(host, store, 'profile', (values) =>
    store.saveProfile({
      ...(values.firstName !== undefined && { firstName: values.firstName }),
      ...(values.lastName !== undefined && { lastName: values.lastName }),
      // A field that was emptied is not among the values, and is cleared.
      profile: Object.fromEntries(fields.map((field) => [field, values[`profile.${field}`] ?? null])),
    }),
  );
  return html`<form class="stack" novalidate @submit=${save}>
    <div class="pairs">${name('firstName', firstName, 'given-name')}${name('lastName', lastName, 'family-name')}${fields.map(asked)}</div>
    ${refusalNotice(host, store, 'profile')}
    <div class="row">
      <button class="primary" part="save" aria-disabled=${String(store.busy === 'profile')}>${host.say('own.save')}</button>
      <p class="muted" part="said" role="status">${store.done?.at === 'profile' ? host.say('own.saved') : ''}</p>
    </div>
  </form>
  ${noticesView(host, store, account)}`;
}

/** The mails that the member may do without. Each box is saved at once. */
function noticesView(host: WlElement, store: AccountStore, { notices }: OwnAccount) {
  const box = (name: keyof typeof notices) => html`<label class="check">
    <input
      type="checkbox"
      part="notice"
      .checked=${live(notices[name])}
      @change=${({ target }: Event) => store.saveNotices({ [name]: (target as HTMLInputElement).checked })}
    />
    <span>${host.say(`own.${name}`)}</span>
  </label>`;
  return html`<section class="part" aria-labelledby="notices">
    <h3 id="notices">${host.say('own.notices')}</h3>
    ${box('rentDue')} ${box('lowCredits')}
    <p class="muted">${host.say('own.noticesHint')}</p>
    ${refusalNotice(host, store, 'notices')}
    <p class="muted" role="status">${store.done?.at === 'notices' ? host.say('own.saved') : ''}</p>
  </section>`;
}
