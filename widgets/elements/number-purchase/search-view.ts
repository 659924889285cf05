import { html, nothing } from 'lit';
import type { Input } from '../../../api/contract/index.ts';
import type { WlElement } from '../../ui/element.ts';
import { choiceField, refusalNotice, textField, typedValues } from '../../ui/fields.ts';
import { needsView, needsWord } from './needs-view.ts';
import type { Found, Kind, NumbersOffer, NumbersStore } from './numbers-store.ts';

/** The part of its element that the search needs. */
interface Host extends WlElement {
  kind(offer: NumbersOffer): Kind;
  pick(kind: { country: string; type?: string }): void;
  countryName(code: string): string;
  priceOf(found: Found): string;
}

/** Looks for numbers of a kind that the plan sells. */
export function searchView(host: Host, store: NumbersStore, offer: NumbersOffer) {
  const kind = host.kind(offer);
  const countries = [...new Set(offer.kinds.map(({ country }) => country))].map((code) => [code, host.countryName(code)] as const);
  const types = offer.kinds
    .filter(({ country }) => country === kind.country)
    .map(({ type }) => [type, host.say(`numbers.type.${type as 'local'}`)] as const);
  const searching = store.busy === 'search';
  return html`<form class="stack" part="search" @submit=${(event: Event) => search(store, event)}>
      <div class="fields">
        ${choiceField('country', host.say('numbers.country'), countries, kind.country, (country) => host.pick({ country }))}
        ${choiceField('type', host.say('numbers.type'), types, kind.type, (type) => host.pick({ country: kind.country, type }))}
        ${textField(store, 'search', { name: 'areaCode', label: host.say('numbers.areaCode'), inputmode: 'numeric' })}
      </div>
      <details>
        <summary>${host.say('numbers.more')}</summary>
        <div class="fields">
          ${textField(store, 'search', { name: 'contains', label: host.say('numbers.contains') })}
          ${textField(store, 'search', { name: 'locality', label: host.say('numbers.locality') })}
        </div>
        <fieldset class="row">
          <legend>${host.say('numbers.capabilities')}</legend>
          ${(['voice', 'sms', 'mms'] as const).map((name) => html`<label class="check"><input type="checkbox" name=${name} value="true" ?checked=${name === 'voice'} /> ${host.say(`numbers.${name}`)}</label>`)}
        </fieldset>
      </details>
      ${needsView(host, kind.needs)}
      <button class="primary start" part="button-primary" aria-disabled=${String(searching)}>${host.say(searching ? 'numbers.searching' : 'numbers.search')}</button>
    </form>
    ${refusalNotice(host, store, 'search')}
    <div class="stack" role="status">${results(host, store, searching)}</div>`;
}

/** @param event of the form */
function search(store: NumbersStore, event: Event): void {
  const wanted = typedValues(event);
  if (store.busy !== 'search') void store.search(wanted as unknown as Input<'numbers.search'>); // the API says what does not fit
}

function results(host: Host, store: NumbersStore, searching: boolean) {
  if (searching) return html`<div class="stack tight">${[1, 2, 3].map(() => html`<div class="bone"></div>`)}</div>`;
  if (!store.found) return nothing;
  if (store.found.length === 0) return html`<p class="muted" part="empty">${host.say('numbers.nothing')}</p>`;
  return html`<p class="muted">${host.say('numbers.found', { count: store.found.length })}</p>
    <ul class="found" part="found">${store.found.slice(0, store.shown).map((found) => result(host, store, found))}</ul>
    ${store.shown < store.found.length ? html`<button class="start" part="button-secondary" @click=${() => store.showMore()}>${host.say('numbers.moreFound')}</button>` : nothing}`;
}

function result(host: Host, store: NumbersStore, found: Found) {
  const { number, display, locality, region, capabilities, taken, needs } = found;
  const able = (['voice', 'sms', 'mms'] as const).filter((name) => capabilities[name]).map((name) => host.say(`numbers.${name}`));
  // Without its papers no purchase of it could succeed.
  const isMet = needs.state === 'met';
  const place = [locality, region].filter(Boolean).join(', ');
  return html`<li class="card" part="result">
    <div class="grow">
      <p class="number">${display} ${isMet ? nothing : html`<span class="badge outline" part="badge">${needsWord(host, needs)}</span>`}</p>
      <p class="muted">${[place, able.join(', ')].filter(Boolean).join(' · ')}</p>
    </div>
    <p class="price">${host.priceOf(found)}</p>
    <button part="button-secondary" aria-label="${host.say(taken ? 'numbers.taken' : 'numbers.choose')} ${display}" ?disabled=${taken || !isMet} aria-disabled=${String(store.busy === number)} @click=${() => store.reserve(found)}>
      ${host.say(taken ? 'numbers.taken' : 'numbers.choose')}
    </button>
    ${refusalNotice(host, store, number)}
  </li>`;
}
