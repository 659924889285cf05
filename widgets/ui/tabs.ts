import { html } from 'lit';
import type { WlElement } from './element.ts';

interface Tabs<Way extends string> {
  /** The name of the choice for screen readers. */
  label: string;
  ways: readonly Way[];
  chosen: Way;
  /** The text of a tab. */
  word(way: Way): string;
  choose(way: Way): void;
}

/** Tabs, between which the arrow keys move, and the panel of the chosen one. One way alone needs no tab. */
export function tabs<Way extends string>(host: WlElement, { label, ways, chosen, word, choose }: Tabs<Way>, panel: unknown) {
  if (ways.length < 2) return html`<div class="stack" role="group" aria-label=${word(chosen)}>${panel}</div>`;
  const step = ({ key }: KeyboardEvent) => {
    const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    const way = ways[(ways.indexOf(chosen) + by + ways.length) % ways.length] as Way; // within the list
    choose(way);
    void host.updateComplete.then(() => host.renderRoot.querySelector<HTMLElement>(`#way-${way}`)?.focus());
  };
  const tab = (way: Way) =>
    html`<button role="tab" part="way" id="way-${way}" aria-selected=${String(way === chosen)} aria-controls="panel" tabindex=${way === chosen ? 0 : -1} @click=${() => choose(way)}>${word(way)}</button>`;
  return html`<div class="ways" part="ways" role="tablist" aria-label=${label} @keydown=${step}>${ways.map(tab)}</div>
    <div id="panel" class="stack" role="tabpanel" aria-labelledby="way-${chosen}">${panel}</div>`;
}
