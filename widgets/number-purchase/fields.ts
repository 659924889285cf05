import { html, nothing } from 'lit';
import { wayUp } from '../wall/way-up.ts';
import type { Desk } from './desk.ts';
import type { WlNumberPurchase } from './number-purchase.ts';

interface Field {
  name: string;
  label: string;
  hint?: string;
  type?: string;
  autocomplete?: string;
  inputmode?: string;
}

/** One field of a form with its label, its hint and what is wrong with it. */
export function field(desk: Desk, form: string, { name, label, hint, type, autocomplete, inputmode }: Field) {
  const problem = desk.problem(form, name);
  return html`<label class="field">
    <span>${label}</span>
    <input
      part="field"
      name=${name}
      type=${type ?? 'text'}
      autocomplete=${(autocomplete ?? 'off') as never}
      inputmode=${(inputmode ?? (type === 'tel' ? 'tel' : 'text')) as never}
      aria-invalid=${problem ? 'true' : 'false'}
      aria-describedby="${form}-${name}"
    />
    <small id="${form}-${name}" class=${problem ? 'field-error' : 'muted'} role=${problem ? 'alert' : nothing}>${problem ?? hint ?? nothing}</small>
  </label>`;
}

/** A choice of few, as a list to open. */
export function choice(
  name: string,
  label: string,
  options: readonly (readonly [string, string])[],
  chosen: string,
  changed?: (value: string) => void,
) {
  return html`<label class="field">
    <span>${label}</span>
    <select part="field" name=${name} @change=${(event: Event) => changed?.((event.target as HTMLSelectElement).value)}>
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
    </select>
  </label>`;
}

/** What was typed into a form; what was left empty is left out. */
export function typed(event: Event): Record<string, string> {
  event.preventDefault();
  const entries = [...new FormData(event.target as HTMLFormElement)].map(([name, value]) => [name, String(value).trim()] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

/** What was refused as a whole, where no field is to blame. */
export function refusal(host: WlNumberPurchase, desk: Desk, at: string) {
  const why = desk.refusedAt(at);
  return why && why.fields.length === 0 ? html`${host.sentence(why)}${wayUp(host, why.code)}` : nothing;
}
