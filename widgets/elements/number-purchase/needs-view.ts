import { html, nothing } from 'lit';
import type { WlElement } from '../../ui/element.ts';
import type { Found } from './numbers-store.ts';

/** The papers of a number in a word: whether they are needed, or looked at. */
export const needsWord = (host: WlElement, { state }: Found['needs']) =>
  host.say(state === 'in_review' ? 'numbers.papersInReview' : 'numbers.papers');

/** The papers that the law still asks for. Nothing where all is met. */
export const needsView = (host: WlElement, needs: Found['needs']) =>
  needs.state === 'met'
    ? nothing
    : html`<p class="card notice ${needs.state === 'in_review' ? '' : 'warning'}" part="needs"><span class="badge outline" part="badge">${needsWord(host, needs)}</span> ${needs.message}</p>`;
