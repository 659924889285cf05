import { html, nothing } from 'lit';
import type { WlElement } from '../../ui/element.ts';
import { refusalNotice, submitHandler, textField } from '../../ui/fields.ts';
import { cancelButton, formButton, presentPassword } from './rows.ts';
import type { AccountStore, Losses, OwnAccount } from './store.ts';

/** The way to delete the account: what is lost, and the form that confirms it. */
export function deletionView(host: WlElement, store: AccountStore, account: OwnAccount) {
  return html`<section class="part" aria-label=${host.say('own.delete')}>
    <div class="row">
      <div class="grow">
        <h3>${host.say('own.delete')}</h3>
        <p class="muted">${host.say('own.deleteHint')}</p>
      </div>
      ${formButton(host, store, 'delete', host.say('own.delete'), 'danger-text')}
    </div>
    ${store.open === 'delete' ? confirmation(host, store, account) : nothing}
  </section>`;
}

function confirmation(host: WlElement, store: AccountStore, account: OwnAccount) {
  const { losses } = store;
  if (!losses) return store.refusedAt('delete') ? refusalNotice(host, store, 'delete') : html`<div class="bone"></div>`;
  const { confirmation: email } = losses;
  const confirm = submitHandler<{ confirmation: string; password?: string }>(host, store, 'delete', ({ confirmation, password }) =>
    store.deleteAccount(confirmation, password),
  );
  return html`<form id="form-delete" class="card stack" novalidate @submit=${confirm}>
    <div part="losses">
      <h3>${host.say('own.deleteLosses')}</h3>
      <ul class="list">${sentencesOf(host, losses).map((sentence) => html`<li>${sentence}</li>`)}</ul>
    </div>
    ${
      losses.underWay
        ? html`<p class="card notice warning" role="status">${host.say('own.deleteUnderWay')}</p>${refusalNotice(host, store, 'delete')}
            <div class="row">${cancelButton(host, store, 'delete')}</div>`
        : html`${textField(store, 'delete', { name: 'confirmation', label: host.say('own.deleteType', { email }), missing: host.say('own.deleteTypeMissing', { email }) })}
            ${presentPassword(host, store, 'delete', account)} ${refusalNotice(host, store, 'delete')}
            <div class="row">
              <button class="filled" part="confirm-delete" aria-disabled=${String(store.busy === 'delete')}>${host.say('own.deleteNow')}</button>
              ${cancelButton(host, store, 'delete')}
            </div>`
    }
  </form>`;
}

function sentencesOf(host: WlElement, { lostMillis, returnedMillis, numbers, sources, openPages = 0 }: Losses): string[] {
  const company = host.kit?.data?.brand.companyName;
  return [
    ...(lostMillis > 0 ? [host.say('own.deleteLost', { credits: lostMillis / 1000 })] : []),
    ...(returnedMillis > 0 ? [host.say('own.deleteReturned', { credits: returnedMillis / 1000, company })] : []),
    ...numbers.map(({ number, display = number, released }) =>
      host.say(released ? 'own.deleteReleased' : 'own.deleteDisconnected', { number: display }),
    ),
    ...(sources > 0 ? [host.say('own.deleteSources', { count: sources })] : []),
    ...(openPages > 0 ? [host.say('own.deletePages', { count: openPages })] : []),
    host.say('own.deletePerson'),
  ];
}
