import { html } from 'lit';

export const icon = (path: string) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;

/** Small pictures that stand beside a sentence and never instead of one. */
export const icons = {
  alert: icon('M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 8v5m0 3v.1'),
  check: icon('M5 12l5 5 9-10'),
  mail: icon('M3 6h18v12H3zM4 7l8 6 8-6'),
};
