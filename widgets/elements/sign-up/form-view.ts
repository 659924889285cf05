import { html, nothing, render } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { Refused } from '../../kit/refused.ts';
import type { StringKey } from '../../strings/strings.ts';
import type { WlElement } from '../../ui/element.ts';
import { forgetRendering, renderSafely } from '../../ui/foreign-hands.ts';
import { icon } from '../../ui/icons.ts';
import { consentBox } from './consent.ts';
import { type Field, fieldsOf, type Mode } from './fields.ts';
import type { Form } from './form.ts';
import { lightForm } from './light-form.ts';
import { passwordRules } from './password-rules.ts';

type Data = NonNullable<Kit['data']>;

/** The part of its element that the form needs. */
interface Host extends WlElement {
  heading: string;
  readonly mode: Mode;
}

const eye = icon('M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7M12 9a3 3 0 1 0 0 6 3 3 0 1 0 0-6');
const stems = { 'sign-up': 'signUp', 'sign-in': 'signIn', forgot: 'forgot', reset: 'reset' } as const;

/** The frame of a form, with one slot for each label, input and error that stands in the page. */
export function formView(
  host: Host,
  form: Form,
  { brand, signUp, freeMillis, notice: closed, clientsOnly }: Data,
  confirmed: Kit['confirmed'],
) {
  const { mode } = host;
  const refused = confirmed instanceof Refused ? host.explain(confirmed) : '';
  const notice = form.notice ? host.say(form.notice) : confirmed && !refused ? host.say('signIn.confirmed') : '';
  const free = mode === 'sign-up' && freeMillis > 0 && host.say('signUp.hint', { credits: freeMillis / 1000 });
  const hint = mode === 'forgot' ? host.say('forgot.hint') : free;
  return html`
    ${closed ? html`<p class="card notice warning" part="closed" role="status">${closed}</p>` : nothing}
    <div class="stack tight">
      <h2 part="heading">${host.heading || host.say(`${stems[mode]}.heading`)}</h2>
      ${hint ? html`<p class="muted">${hint}</p>` : nothing}
    </div>
    ${notice ? html`<p class="card notice success" part="notice" role="status">${notice}</p>` : nothing}
    ${form.problem || refused ? html`<p class="card notice danger" part="error" role="alert">${form.problem || refused}</p>` : nothing}
    <slot name="form" @slotchange=${() => host.requestUpdate()}></slot>
    <div class="fields">${fieldsOf(mode, signUp).map((field) => fieldView(host, form, field, signUp.passwordPolicy))}</div>
    ${mode === 'sign-up' ? consentBox((key) => host.say(key), brand, form) : nothing}
    <slot name="submit"></slot>
    <div class="row switch muted" part="switch">${switches(host, form, clientsOnly)}</div>
  `;
}

function fieldView(host: Host, form: Form, { name, type }: Field, policy: Data['signUp']['passwordPolicy']) {
  const secret = type === 'password';
  const first = name === 'password';
  const peek = () => html`<button
    class="peek"
    type="button"
    aria-pressed=${String(form.shown)}
    aria-label=${host.say('password.show')}
    @click=${() => form.set({ shown: !form.shown })}
  >
    ${eye}
  </button>`;
  return html`<div class="field ${/^(first|last)Name$/.test(name) ? '' : 'wide'}" part="field">
    <slot name="${name}-label"></slot>
    <div class="control ${secret && first ? 'secret' : ''}"><slot name=${name}></slot>${first ? peek() : nothing}</div>
    <slot name="${name}-error"></slot>
    ${first && host.mode !== 'sign-in' ? passwordRules(host.say.bind(host), form.values.password ?? '', policy) : nothing}
  </div>`;
}

function switches(host: Host, form: Form, clientsOnly: Data['clientsOnly']) {
  const { mode } = host;
  const way = (to: Mode, text: StringKey) =>
    html`<button class="link" type="button" @click=${() => form.switchTo(to)}>${host.say(text)}</button>`;
  if (mode === 'sign-up') return html`<span>${host.say('signUp.other')}</span>${way('sign-in', 'signIn.switch')}`;
  if (mode !== 'sign-in') return way('sign-in', 'forgot.back');
  return html`${clientsOnly ? nothing : html`<span>${host.say('signIn.other')}</span>${way('sign-up', 'signUp.switch')}`}<span class="line">${way('forgot', 'forgot.switch')}</span>`;
}

/**
 * Renders the inputs, which stand in the page itself.
 * @param data undefined where somebody is signed in
 * @param inputs their id on the page, and whether they are of another form than before: each has inputs of its own, or a password manager
 * would take a new password for the current one
 */
export function showInputs(host: Host, form: Form, data: Data | undefined, inputs: { id: string; isAnother: boolean }): void {
  // Routers that compare the page with the server's take out what the server did not send, and scripts that write the HTML of a page again leave copies.
  if (host.querySelector(':scope > form') !== form.element) forgetRendering(host);
  if (inputs.isAnother) render(nothing, host, { host });
  // The form leaves the page once it is not needed: a password must not stay in an input.
  const shown = data && (!data.notice || data.clientsOnly) ? inputsView(host, form, data, inputs.id) : nothing;
  renderSafely(host, () => render(shown, host, { host }));
  form.element = host.querySelector(':scope > form');
}

function inputsView(host: Host, form: Form, { signUp }: Data, id: string) {
  const { values, errors, working, shown } = form;
  return lightForm({
    id,
    working,
    button: host.say(working ? 'working' : `${stems[host.mode]}.button`),
    fields: fieldsOf(host.mode, signUp).map((field) => ({
      ...field,
      id: `${id}-${field.name}`,
      text: field.optional ? host.say('optional', { label: host.say(field.label) }) : host.say(field.label),
      error: errors.get(field.name) ?? '',
      value: values[field.name] ?? '',
      shown: shown && field.type === 'password',
    })),
    onInput: ({ target }) => target instanceof HTMLInputElement && form.typed(target.name, target.value),
    onSubmit: (event) => {
      event.preventDefault();
      void form.submit();
    },
  });
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    formView: typeof formView;
    showInputs: typeof showInputs;
  }
}
