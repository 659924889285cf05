import { html, nothing } from 'lit';
import { Refused } from '../kit/refused.ts';
import type { Actions } from './actions.ts';
import type { WlElement } from './element.ts';
import { upgradeLink } from './upgrade-link.ts';

interface Field {
  name: string;
  label: string;
  hint?: string;
  /** The error for a field that is left empty; without it, the field is optional. */
  missing?: string;
  type?: string;
  autocomplete?: string;
  inputmode?: string;
  maxlength?: number;
  /** The present value, to which the form returns. */
  value?: string;
  /** Lines of a longer text. */
  rows?: number;
}

/** One field of a form with its label, its hint and what is wrong with it. */
export function textField(
  actions: Actions,
  form: string,
  { name, label, hint, missing, type, autocomplete, inputmode, maxlength, value, rows }: Field,
) {
  const problem = actions.problem(form, name);
  const id = `${form}-${name}`;
  const invalid = problem ? 'true' : 'false';
  const input = rows
    ? html`<textarea part="field" name=${name} rows=${rows} maxlength=${maxlength ?? nothing} ?required=${!!missing} data-missing=${missing ?? nothing} aria-invalid=${invalid} aria-describedby=${id}></textarea>`
    : html`<input
        part="field"
        name=${name}
        type=${type ?? 'text'}
        autocomplete=${(autocomplete ?? 'off') as never}
        inputmode=${(inputmode ?? (type === 'tel' ? 'tel' : 'text')) as never}
        maxlength=${maxlength ?? nothing}
        value=${value ?? nothing}
        ?required=${!!missing}
        data-missing=${missing ?? nothing}
        aria-invalid=${invalid}
        aria-describedby=${id}
      />`;
  return html`<label class="field">
    <span>${label}</span>
    ${input}
    <small id=${id} class=${problem ? 'field-error' : 'muted'} role=${problem ? 'alert' : nothing}>${problem ?? hint ?? nothing}</small>
  </label>`;
}

/** A choice of few, as a list to open. */
export function choiceField(
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

/** Reads the values of a form, without the empty ones. */
export function typedValues(event: Event): Record<string, string> {
  event.preventDefault();
  const entries = [...new FormData(event.target as HTMLFormElement)].map(([name, value]) => [name, String(value).trim()] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

/**
 * Does something with what was typed into a form, once nothing is empty that is needed. What is wrong stands at its field, and the first of
 * these has the focus; what was done leaves the form empty.
 */
export const submitHandler =
  <Values>(host: WlElement, actions: Actions, at: string, act: (values: Values) => boolean | Promise<boolean>) =>
  async (event: Event) => {
    const form = event.target as HTMLFormElement;
    const values = typedValues(event);
    const empty = [...form.querySelectorAll<HTMLInputElement>('[data-missing]')].filter(({ name }) => !values[name]);
    const faults = empty.map(({ name, dataset }) => ({ param: name, code: 'input.invalid' as const, message: dataset.missing ?? '' }));
    if (faults.length > 0) actions.refuse(at, new Refused('input.invalid', '', false, faults));
    else if (actions.busy !== at && (await act(values as Values))) form.reset(); // the API says what does not fit
    await host.updateComplete;
    form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  };

/** Shows a refusal that stands at no field: none is to blame for it, or one that is not there. */
export function refusalNotice(host: WlElement, actions: Actions, at: string) {
  const why = actions.refusedAt(at);
  const isShown = why?.fields.some(({ param }) => host.renderRoot.querySelector(`[name="${param}"]`));
  return why && !isShown ? html`${host.sentence(why)}${upgradeLink(host, why.code)}` : nothing;
}
