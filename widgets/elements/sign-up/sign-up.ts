import { html, type PropertyValues } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import '../balance-meter/balance-meter.ts';
import { accountView } from './account-view.ts';
import type { Mode } from './fields.ts';
import type { Form } from './form.ts';
import { signUpStyles } from './sign-up.styles.ts';

let elements = 0;

/**
 * Sign-up, sign-in, forgotten password and new password in one place. Once somebody is signed in, it becomes the balance view; a page that has a
 * `<wl-balance-meter>` shows the balance there.
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
 * @csspart meter - The balance, where the page has no `<wl-balance-meter>`.
 * @csspart sessions-panel - Where the member is signed in, closed at first.
 */
export class WlSignup extends WlElement {
  static override styles = [WlElement.styles, signUpStyles];
  static override properties = { mode: {}, heading: {} };
  static override choices = { mode: ['sign-up', 'sign-in', 'forgot', 'reset'] };

  /** Which form is shown: `sign-up`, `sign-in`, `forgot` or `reset`. */
  mode: Mode = 'sign-up';
  /** Replaces the heading of the forms. */
  heading = '';

  readonly #id = `wl-${++elements}`;
  #form: Form | undefined;
  #met: Kit['confirmed'];

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { fragment, confirmed, data, deferred } = this.kit ?? {};
    if (deferred) this.#form ??= new deferred.Form(this, () => this.kit);
    if (fragment?.reset) this.mode = 'reset';
    // Somebody who comes from the link of the mail has an account already, and some portals take nobody in.
    else if (this.mode === 'sign-up' && (confirmed !== this.#met || data?.clientsOnly)) this.mode = 'sign-in';
    this.#met = confirmed;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const { data, deferred } = this.kit ?? {};
    const shown = this.#account ? undefined : data;
    if (this.#form) deferred?.showInputs(this, this.#form, shown, { id: this.#id, isAnother: changed.has('mode') });
  }

  override render() {
    const { kit } = this;
    return this.show(this.#account || this.#form ? kit?.data : undefined, {
      skeleton: [1, 2, 3, 4, 5, 6].map(() => html`<div class="bone"></div>`),
      value: (data) =>
        kit &&
        (this.#account ? accountView(this, kit, this.#form) : this.#form && kit.deferred?.formView(this, this.#form, data, kit.confirmed)),
      signIn: true,
    });
  }

  /** The account that is signed in; undefined while a new password is being chosen. */
  get #account() {
    return this.kit?.fragment.reset ? null : this.kit?.account;
  }
}
defineElement('wl-signup', WlSignup);

declare global {
  interface HTMLElementTagNameMap {
    'wl-signup': WlSignup;
  }
}
