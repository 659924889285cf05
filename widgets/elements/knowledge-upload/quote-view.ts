import { html, nothing } from 'lit';
import { buyMissing, fundsLine, missingNotice } from '../../payment/funds-view.ts';
import type { WlElement } from '../../ui/element.ts';
import { icon } from '../../ui/icons.ts';
import { upgradeLink } from '../../ui/upgrade-link.ts';
import type { SourcesStore } from './sources-store.ts';
import { isAddable, type Quote, type Staged } from './staged.ts';

const cross = icon('M7 7l10 10M17 7 7 17');

/** The part of its element that the list needs. */
interface Host extends WlElement {
  size(bytes: number): string;
}

/** Shows the sources that are about to be added, with their cost to the last milli-credit. */
export function quoteView(host: Host, store: SourcesStore) {
  const { staged, quote, reading, busy } = store;
  if (staged.length === 0) return nothing;
  const isAdding = busy === 'add';
  const canAdd = quote?.items.some(isAddable) ?? false;
  const short = quote?.shortMillis ?? 0;
  const refused = store.refusedAt('add') ?? store.refusedAt('quote');
  const problems = (quote?.items ?? []).map(({ problem }) => problem?.code);
  return html`<section class="card stack" part="quote" aria-label=${host.say('knowledge.staged')}>
    <h3>${host.say('knowledge.staged')}</h3>
    <ul class="lines">${staged.map((one, at) => line(host, store, one, quote?.items[at]))}</ul>
    <p class="muted" role="status">${reading ? host.say('knowledge.reading', { name: reading }) : nothing}</p>
    ${quote ? total(host, quote) : nothing}
    ${refused ? (refused.retry ? html`<div @click=${() => store.requote()}>${host.sentence(refused)}</div>` : host.sentence(refused)) : nothing} ${upgradeLink(host, refused?.code, ...problems)}
    ${store.isWaiting && short > 0 ? html`<div class="stack" part="wall">${missingNotice(host, short, host.say('knowledge.goesOn'))} ${buyMissing(host, short)}</div>` : nothing}
    <div class="row">
      ${
        canAdd && quote && !(store.isWaiting && short > 0)
          ? html`<button class="primary" part="button-primary" aria-disabled=${String(isAdding || !!reading)} @click=${() => isAdding || reading || store.add()}>
              ${isAdding ? host.say('wall.working') : quote.totalMillis > 0 ? host.say('knowledge.add', { credits: quote.totalMillis / 1000 }) : host.say('knowledge.addFree')}
            </button>`
          : nothing
      }
      ${quote && !canAdd ? html`<span class="muted">${host.say('knowledge.nothing')}</span>` : nothing}
      <button part="button-secondary" @click=${() => store.unstage(staged.map(({ id }) => id))}>${host.say('knowledge.clear')}</button>
    </div>
  </section>`;
}

function line(host: Host, store: SourcesStore, { id, name, bytes }: Staged, quoted: Quote['items'][number] | undefined) {
  const cost = !quoted
    ? nothing
    : quoted.problem
      ? html`<span class="field-error">${host.explain(quoted.problem)}</span>`
      : quoted.duplicate
        ? html`<span class="muted">${host.say('knowledge.duplicate')}</span>`
        : quoted.free || quoted.priceMillis === 0
          ? host.say('knowledge.free')
          : host.say('knowledge.price', { credits: quoted.priceMillis / 1000 });
  return html`<li part="item">
    <span class="name">${name} ${bytes > 0 ? html`<small class="muted">${host.size(bytes)}</small>` : nothing}</span>
    <span class="cost">${cost}</span>
    <button class="quiet" part="button-secondary" aria-label=${host.say('knowledge.drop.one', { name })} @click=${() => store.unstage([id])}>${cross}</button>
  </li>`;
}

const total = (host: Host, { totalMillis, totalCents, currency, freeLeft, funds }: Quote) => html`<div class="row total" part="total">
  <b class="grow">${host.say('knowledge.total')}</b>
  <b>${totalMillis > 0 ? host.say('wall.price', { credits: totalMillis / 1000, price: host.price(totalCents, currency) }) : host.say('knowledge.free')}</b>
  ${totalMillis > 0 ? html`<p class="muted all">${funds ? fundsLine(host, funds) : nothing} ${host.say('knowledge.safe')}</p>` : freeLeft > 0 ? html`<p class="muted all">${host.say('knowledge.freeLeft', { count: freeLeft })}</p>` : nothing}
</div>`;
