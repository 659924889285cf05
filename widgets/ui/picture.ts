import { html } from 'lit';
import type { Kit } from '../kit/kit.ts';
import type { pictures } from './pictures.ts';

/** A picture beside a sentence. Its lines come after the first view; its room is kept for them, so that the sentence never moves. */
export const picture = (kit: Kit | undefined, name: keyof typeof pictures) =>
  html`<svg width="64" height="64" aria-hidden="true">${kit?.deferred?.pictures[name]}</svg>`;
