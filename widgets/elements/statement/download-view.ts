import { html } from 'lit';
import type { Input } from '../../../api/contract/index.ts';
import type { WlElement } from '../../ui/element.ts';

export type Period = Omit<Input<'credits.export'>, 'format'>;
export type Format = Input<'credits.export'>['format'];
const formats: readonly Format[] = ['csv', 'pdf'];

/** The most months that a list offers besides everything. */
const MONTHS = 24;

interface Months {
  /** The instant before which there was nothing to state; undefined if it is not known. */
  first: string | undefined;
  newest: Date;
}

/** Offers the statement as a file: of everything, or of one of the last months. */
export function downloadView(
  element: Pick<WlElement, 'say' | 'language'>,
  { first, newest, busy, download }: Months & { busy: string | undefined; download(format: Format, period: Period): void },
) {
  const format = new Intl.DateTimeFormat(element.language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const chosen = (button: Element) => button.parentElement?.querySelector('select')?.value ?? '';
  return html`<div class="row" part="downloads">
    <select part="period" aria-label=${element.say('statement.period')}>
      <option value="">${element.say('statement.everything')}</option>
      ${monthsOf({ first, newest }).map((month) => html`<option value=${month}>${format.format(new Date(month))}</option>`)}
    </select>
    ${formats.map(
      (one) => html`<button
        part="download"
        aria-disabled=${String(busy === one)}
        @click=${({ currentTarget }: Event) => download(one, periodOf(chosen(currentTarget as Element)))}
      >
        ${element.say(busy === one ? 'working' : `statement.${one}`)}
      </button>`,
    )}
  </div>`;
}

/** Returns the newest months as `2026-01`, newest first and none before the account began. In UTC, as the API counts days. */
function monthsOf({ first = '', newest }: Months): string[] {
  const monthAt = (index: number) => new Date(Date.UTC(newest.getUTCFullYear(), newest.getUTCMonth() - index)).toISOString().slice(0, 7);
  return Array.from({ length: MONTHS }, (_, index) => monthAt(index)).filter((month) => month >= first.slice(0, 7));
}

/** Returns the first and the last day of a month; nothing for everything. */
function periodOf(month: string): Period {
  const [year, number] = month.split('-').map(Number);
  return year && number ? { from: `${month}-01`, to: new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10) } : {};
}
