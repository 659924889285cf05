import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { WlElement } from '../../ui/element.ts';
import { refusalNotice, submitHandler, textField } from '../../ui/fields.ts';
import { icons } from '../../ui/icons.ts';
import { deletionView } from './deletion-view.ts';
import { cancelButton, formButton, presentPassword } from './rows.ts';
import type { AccountStore, OwnAccount } from './store.ts';

/** How the member signs in, where it is signed in, and the deletion last. */
export function securityView(host: WlElement, store: AccountStore, account: OwnAccount) {
  void host.kit?.deferred?.loadElement('wl-sessions').catch(() => {});
  return html`
    <section class="part" aria-label=${host.say('own.methods')}>
      <h3>${host.say('own.methods')}</h3>
      ${emailRow(host, store, account)} ${passwordRow(host, store, account)} ${agencyRow(host, account)}
    </section>
    <section class="part" aria-label=${host.say('own.devices')}>
      <h3>${host.say('own.devices')}</h3>
      ${keyed(store.endings, html`<wl-sessions .strings=${host.strings}>${host.say('loading')}</wl-sessions>`)}
    </section>
    ${deletionView(host, store, account)}
  `;
}

function emailRow(host: WlElement, store: AccountStore, account: OwnAccount) {
  const { email, emailVerified, newEmail } = account;
  const state = host.say(emailVerified ? 'own.emailConfirmed' : 'own.emailUnconfirmed');
  return html`<div class="setting" part="email">
    <div class="row">
      <div class="grow">
        <p>${host.say('own.email')}</p>
        <p class="muted">${email ? html`<bdi>${email}</bdi> · ${state}` : host.say('own.emailNone')}</p>
      </div>
      ${formButton(host, store, 'email', host.say('own.emailChange'))}
    </div>
    ${emailVerified || !email ? nothing : unconfirmed(host, store)} ${newEmail === null ? nothing : waiting(host, store, email, newEmail)}
    ${store.open === 'email' ? emailForm(host, store, account) : nothing}
  </div>`;
}

const unconfirmed = (host: WlElement, store: AccountStore) => html`<div class="row">
    <button type="button" part="resend" aria-disabled=${String(store.busy === 'verification')} @click=${() => store.sendVerification()}>
      ${host.say('own.emailResend')}
    </button>
    <p class="muted" role="status">${store.done?.at === 'verification' ? host.say('own.emailSent') : ''}</p>
  </div>
  ${refusalNotice(host, store, 'verification')}`;

const waiting = (
  host: WlElement,
  store: AccountStore,
  email: string,
  newEmail: string,
) => html`<div class="card notice row" part="said" role="status">
  ${icons.mail}<span class="grow">${host.say('own.emailWaiting', { email: newEmail })}</span>
  <button type="button" @click=${() => store.keepEmail()}>${email ? host.say('own.emailKeep', { email }) : host.say('own.cancel')}</button>
</div>`;

function emailForm(host: WlElement, store: AccountStore, account: OwnAccount) {
  const send = submitHandler<{ email: string; password?: string }>(host, store, 'email', ({ email, password }) =>
    store.changeEmail(email, password),
  );
  return html`<form id="form-email" class="stack" novalidate @submit=${send}>
    ${textField(store, 'email', {
      name: 'email',
      label: host.say('own.emailNew'),
      hint: account.email ? host.say('own.emailHint', { email: account.email }) : host.say('own.emailHintNone'),
      missing: host.say('own.emailNewMissing'),
      type: 'email',
      autocomplete: 'email',
      inputmode: 'email',
    })}
    ${presentPassword(host, store, 'email', account)} ${refusalNotice(host, store, 'email')}
    <div class="row">
      <button class="primary" part="save" aria-disabled=${String(store.busy === 'email')}>${host.say('own.emailSend')}</button>
      ${cancelButton(host, store, 'email')}
    </div>
  </form>`;
}

function passwordRow(host: WlElement, store: AccountStore, account: OwnAccount) {
  const company = host.kit?.data?.brand.companyName;
  const { done } = store;
  const sent = done?.at === 'first' ? host.say('own.passwordSent') : '';
  const said = done?.at === 'password' ? host.say('own.passwordSaved', done.values) : sent;
  return html`<div class="setting" part="password">
    <div class="row">
      <div class="grow">
        <p>${host.say('own.password')}</p>
        <p class="muted">${account.signIn.password ? '••••••••' : host.say('own.passwordNone', { company })}</p>
      </div>
      ${account.signIn.password ? formButton(host, store, 'password', host.say('own.passwordChange')) : firstPassword(host, store, account)}
    </div>
    ${refusalNotice(host, store, 'first')}
    <p class="muted" part="said" role="status">${said}</p>
    ${store.open === 'password' ? passwordForm(host, store, account) : nothing}
  </div>`;
}

/** The mail sets the password only where the address is known to be the member's. */
const firstPassword = (host: WlElement, store: AccountStore, { email, emailVerified }: OwnAccount) =>
  emailVerified
    ? html`<button type="button" part="first-password" aria-disabled=${String(store.busy === 'first')} @click=${() => store.askPassword(email)}>
        ${host.say('own.passwordSet')}
      </button>`
    : nothing;

function passwordForm(host: WlElement, store: AccountStore, account: OwnAccount) {
  type Typed = Parameters<AccountStore['changePassword']>[0];
  const save = submitHandler<Typed>(host, store, 'password', (values) => store.changePassword(values));
  const again = { type: 'password', autocomplete: 'new-password' };
  return html`<form id="form-password" class="stack" novalidate @submit=${save}>
    ${presentPassword(host, store, 'password', account, 'currentPassword')}
    ${textField(store, 'password', { ...again, name: 'password', label: host.say('own.passwordNew'), missing: host.say('own.passwordNewMissing'), hint: host.say('own.passwordHint') })}
    ${textField(store, 'password', { ...again, name: 'passwordConfirmation', label: host.say('own.passwordRepeat'), missing: host.say('own.passwordRepeatMissing') })}
    ${refusalNotice(host, store, 'password')}
    <div class="row">
      <button class="primary" part="save" aria-disabled=${String(store.busy === 'password')}>${host.say('own.passwordSave')}</button>
      ${cancelButton(host, store, 'password')}
    </div>
  </form>`;
}

function agencyRow(host: WlElement, { signIn }: OwnAccount) {
  if (signIn.externalId === null) return nothing;
  const company = host.kit?.data?.brand.companyName;
  return html`<div class="setting">
    <p>${host.say('own.agencyLogin', { company })}</p>
    <p class="muted">${host.say('own.agencyLoginHint', { company })}</p>
  </div>`;
}
