import { html, nothing, type PropertyValues, render } from 'lit';
import { property } from 'lit/decorators/property.js';
import { keyed } from 'lit/directives/keyed.js';
import { define, WlElement } from '../core/element.ts';
import { icons } from '../core/icons.ts';
import type { Kit } from '../core/kit.ts';
import { Refused } from '../core/refused.ts';
import type { StringKey } from '../core/strings.ts';
import '../balance-meter/balance-meter.ts';
import { accountView } from './account-view.ts';
import { consentBox } from './consent.ts';
import { type Field, fieldsOf, type Mode } from './fields.ts';
import { Form } from './form.ts';
import { lightForm } from './light-form.ts';
import { passwordRules } from './password-rules.ts';
import { styles } from './sign-up.styles.ts';

type Data = NonNullable<Kit['data']>;

let elements = 0;
const stems = { 'sign-up': 'signUp', 'sign-in': 'signIn', forgot: 'forgot', reset: 'reset' } as const;

/**
 * Sign-up, sign-in, forgotten password and new password in one place. Once somebody is signed in, it becomes the balance view.
 * Its labels and inputs stand in the page itself, so that password managers and autofill find them.
 *
 * @slot - Shown until the form is known.
 * @slot signed-in - Shown below the balance of a signed-in member, e.g. a link to buy credits.
 * @csspart heading - What the form is for.
 * @csspart field - One label with its input and error.
 * @csspart rules - What the password needs.
 * @csspart consent - The box for terms and privacy notice.
 * @csspart notice - What went well, e.g. that the e-mail is confirmed.
 * @csspart switch - The way to the other forms.
 * @csspart account - Who is signed in.
 * @csspart sign-out - The button that signs out.
 * @csspart confirm - That the e-mail waits to be confirmed.
 * @csspart resend - The button that sends the confirmation again.
 * @csspart meter - The balance.
 */
export class WlSignup extends WlElement {
  static override styles = [WlElement.styles, styles];

  /** Which form is shown: `sign-up`, `sign-in`, `forgot` or `reset`. */
  @property() mode: Mode = 'sign-up';
  /** Replaces the heading of the forms. */
  @property() heading = '';

  readonly #id = `wl-${++elements}`;
  readonly #form = new Form(this, () => this.kit);
  #met: Kit['confirmed'];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { told, confirmed } = this.kit ?? {};
    if (told?.reset) this.mode = 'reset';
    // Somebody who comes from the link of the mail has an account already.
    else if (confirmed !== this.#met && this.mode === 'sign-up') this.mode = 'sign-in';
    this.#met = confirmed;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { data } = this.kit ?? {};
    // The form leaves the page once it is not needed: a password must not stay in an input.
    render(data && !this.#account ? keyed(this.mode, this.#inputs(data)) : nothing, this, { host: this });
  }

  override render() {
    return this.show(this.kit?.data, {
      skeleton: html`<div class="bone bones"></div>`,
      value: (data) => (this.#account ? this.#accountView() : this.#formView(data)),
    });
  }

  /** Who is signed in; nobody, while a new password is being chosen. */
  get #account() {
    return this.kit?.told.reset ? null : this.kit?.account;
  }

  #accountView() {
    return this.kit && accountView(this, this.kit, this.#form, (millis) => this.credits(millis));
  }

  #formView({ brand, signUp, freeMillis }: Data) {
    const { confirmed } = this.kit ?? {};
    const form = this.#form;
    const refused = confirmed instanceof Refused ? this.explain(confirmed) : '';
    const notice = form.notice ? this.say(form.notice) : confirmed && !refused ? this.say('confirmed.signIn') : '';
    const free = this.mode === 'sign-up' && freeMillis > 0 && this.say('signUp.free', { credits: this.credits(freeMillis) });
    const hint = this.mode === 'forgot' ? this.say('forgot.hint') : free;
    return html`
      <div class="stack tight">
        <h2 part="heading">${this.heading || this.say(`${stems[this.mode]}.heading`)}</h2>
        ${hint ? html`<p class="muted">${hint}</p>` : nothing}
      </div>
      ${notice ? html`<p class="card notice success" part="notice" role="status">${notice}</p>` : nothing}
      ${form.problem || refused ? html`<p class="card notice danger" part="error" role="alert">${form.problem || refused}</p>` : nothing}
      <slot name="form"></slot>
      <div class="fields">${fieldsOf(this.mode, signUp).map((field) => this.#field(field, signUp.passwordPolicy))}</div>
      ${this.mode === 'sign-up' ? consentBox((key) => this.say(key), brand, form) : nothing}
      <slot name="submit"></slot>
      <div class="row switch muted" part="switch">${this.#switches()}</div>
    `;
  }

  #field({ name, type }: Field, policy: Data['signUp']['passwordPolicy']) {
    const peek = () => html`<button
      class="peek"
      type="button"
      aria-pressed=${String(this.#form.shown)}
      aria-label=${this.say('password.show')}
      @click=${() => this.#form.set({ shown: !this.#form.shown })}
    >
      ${icons.eye}
    </button>`;
    return html`<div class="field ${/^(first|last)Name$/.test(name) ? '' : 'wide'}" part="field">
      <slot name="${name}-label"></slot>
      <div class="control ${type === 'password' ? 'secret' : ''}"><slot name=${name}></slot>${name === 'password' ? peek() : nothing}</div>
      <slot name="${name}-error"></slot>
      ${name === 'password' && this.mode !== 'sign-in' ? passwordRules(this.say.bind(this), this.#form.values.password ?? '', policy) : nothing}
    </div>`;
  }

  #switches() {
    const way = (mode: Mode, text: StringKey) =>
      html`<button class="link" type="button" @click=${() => this.#form.switchTo(mode)}>${this.say(text)}</button>`;
    if (this.mode === 'sign-up') return html`<span>${this.say('signUp.other')}</span>${way('sign-in', 'signIn.switch')}`;
    if (this.mode !== 'sign-in') return way('sign-in', 'forgot.back');
    return html`<span>${this.say('signIn.other')}</span>${way('sign-up', 'signUp.switch')}${way('forgot', 'forgot.switch')}`;
  }

  /** What stands in the page itself. */
  #inputs({ signUp }: Data) {
    const { values, errors, working, shown } = this.#form;
    return lightForm({
      id: this.#id,
      working,
      button: this.say(working ? 'working.button' : `${stems[this.mode]}.button`),
      fields: fieldsOf(this.mode, signUp).map((field) => ({
        ...field,
        id: `${this.#id}-${field.name}`,
        text: field.optional ? this.say('optional', { label: this.say(field.label) }) : this.say(field.label),
        error: errors.get(field.name) ?? '',
        value: values[field.name] ?? '',
        shown: shown && field.type === 'password',
      })),
      onInput: ({ target }) => target instanceof HTMLInputElement && this.#form.typed(target.name, target.value),
      onSubmit: (event) => {
        event.preventDefault();
        void this.#form.submit();
      },
    });
  }
}
define('wl-signup', WlSignup);
