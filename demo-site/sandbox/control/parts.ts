import { type Html, html } from '../pages/html.ts';

/** Renders a button that posts to the control API and reloads the page. */
export const action = (name: string, label: string, path: string, body: object = {}): Html =>
  html`<button type="button" data-action="${name}" data-path="${path}" data-body="${JSON.stringify(body)}">${label}</button>`;

export const section = (title: string, cards: Html[], nothing: string, action?: Html): Html => html`<section aria-label="${title}">
  <div class="heading"><h2>${title}</h2>${action}</div>
  ${cards.length ? html`<ul class="cards">${cards}</ul>` : html`<p class="nothing">${nothing}</p>`}
</section>`;

export const mode = (vault: { livemode: boolean }): string => (vault.livemode ? 'live' : 'test');

export const short = (id: string): string => (id.length > 24 ? `${id.slice(0, 12)}…${id.slice(-6)}` : id);

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** `21 Nov 2026, 10:44:58 UTC` */
export const moment = (at: Date): string => `${day.format(at)}, ${at.toISOString().slice(11, 19)} UTC`;

/** Renders a key of which only the ends are shown. */
export const keyRow = (label: string, key: string): Html => html`<div><dt>${label}</dt>
  <dd><code>${key.slice(0, 8)}…${key.slice(-4)}</code> <button type="button" data-copy="${key}" aria-label="Copy ${label}">Copy</button></dd></div>`;
