import { html, nothing, type TemplateResult } from 'lit';
import type { Field } from './fields.ts';

/** A field as it stands in the page itself. */
export interface LightField extends Field {
  id: string;
  text: string;
  error: string;
  value: string;
  shown: boolean;
}

interface LightForm {
  id: string;
  fields: LightField[];
  button: string;
  working: boolean;
  onSubmit: (event: SubmitEvent) => void;
  onInput: (event: InputEvent) => void;
}

/**
 * The form as children of the element, one slot each: password managers, autofill and the page's own scripts find real labels and
 * inputs there, marked as ours. They are direct children, since only those can be styled from the shadow tree.
 */
export const lightForm = ({ id, fields, button, working, onSubmit, onInput }: LightForm): TemplateResult => html`
  <form data-wl id=${id} slot="form" novalidate @submit=${onSubmit}></form>
  ${fields.map(
    ({ name, type, autocomplete, optional, text, error, shown, ...field }) => html`
      <label data-wl slot="${name}-label" for=${field.id}>${text}</label>
      <input
        data-wl
        slot=${name}
        id=${field.id}
        form=${id}
        name=${name}
        type=${shown ? 'text' : type}
        autocomplete=${autocomplete}
        .value=${field.value}
        ?required=${!optional}
        spellcheck="false"
        autocapitalize=${/Name$|city|company/.test(name) ? 'words' : 'none'}
        aria-invalid=${error ? 'true' : 'false'}
        aria-describedby=${error ? `${field.id}-error` : nothing}
        @input=${onInput}
      />
      <p data-wl slot="${name}-error" id="${field.id}-error">${error}</p>
    `,
  )}
  ${trap(id, onInput)}
  <button data-wl slot="submit" type="submit" form=${id} aria-disabled=${String(working)}>${button}</button>
`;

/** For programs that fill in whatever there is: it has no slot, so nobody sees it, and no way in by the keyboard. */
const trap = (form: string, onInput: LightForm['onInput']): TemplateResult =>
  html`<input data-wl slot="website" name="website" form=${form} autocomplete="off" tabindex="-1" aria-hidden="true" @input=${onInput} />`;
