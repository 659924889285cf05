import { adoptStyles, type LitElement } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { pageAddress } from '../../kit/page-address.ts';
import { type Refused, refusalOf } from '../../kit/refused.ts';
import type { StringKey } from '../../strings/strings.ts';
import type { Mode, Values } from './fields.ts';
import { formStyles } from './form.styles.ts';
import { wasHere } from './was-here.ts';

/** The part of its element that the form needs. */
export interface Host extends HTMLElement {
  mode: Mode;
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly updateComplete: Promise<unknown>;
  requestUpdate(): void;
  say(key: StringKey, values?: Record<string, unknown>): string;
  explain(refused: { code: string; message: string; values?: Refused['values'] }): string;
}

/** Holds the typed values and their errors. `submit.ts`, which arrives with the first use, sends them. */
export class Form {
  readonly #host: Host;
  readonly #kit: () => Kit | undefined;
  values: Values = {};
  errors = new Map<string, string>();
  /** The error of the form as a whole. */
  problem = '';
  notice: StringKey | undefined;
  working = false;
  shown = false;
  accepted = false;
  /** The form that stands in the page, if one does. */
  element: Element | null = null;
  /** The outcome of sending the confirmation again. */
  resent = '';
  /** True while the list of sessions below the account is open. */
  showsSessions = false;

  constructor(host: Host, kit: () => Kit | undefined) {
    this.#host = host;
    this.#kit = kit;
    const { elementStyles } = host.constructor as typeof LitElement;
    adoptStyles(host.renderRoot as ShadowRoot, [...elementStyles, formStyles]);
    const { key } = kit() ?? {};
    // Begins with the sign-in for whoever was signed in here before.
    if (key !== undefined && host.mode === 'sign-up' && wasHere(key)) this.beginWithSignIn();
  }

  set(change: Partial<Form>): void {
    Object.assign(this, change);
    this.#host.requestUpdate();
  }

  /** Takes over what was typed into one field; its error is old then. */
  typed(name: string, value: string): void {
    this.#kit()
      ?.deferred?.loadSubmit()
      .catch(() => {}); // whoever types will send
    this.errors.delete(name);
    this.set({ values: { ...this.values, [name]: value } });
  }

  switchTo(mode: Mode, notice?: StringKey): void {
    const email = this.values.email ?? this.values.login ?? '';
    const kit = this.#kit();
    if (kit) kit.fragment = {};
    this.#host.mode = mode;
    this.set({ values: { email, login: email }, errors: new Map(), problem: '', notice, shown: false });
    this.focus('input');
  }

  /** Shows the sign-in once nobody is signed in any more, unless the page itself says which form it wants. */
  beginWithSignIn(): void {
    if (!this.#host.hasAttribute('mode')) this.#host.mode = 'sign-in';
  }

  async submit(): Promise<void> {
    const kit = this.#kit();
    if (!kit?.data || this.working) return;
    this.set({ problem: '', working: true });
    try {
      const { submitForm } = await (await kit.loadDeferred()).loadSubmit();
      await submitForm(this, this.#host, kit, kit.data);
    } catch (error) {
      this.set({ problem: this.#host.explain(refusalOf(error)) });
    }
    this.set({ working: false });
  }

  /** Sends the mail with the confirmation link again, and says how that went. */
  async resend(kit: Kit): Promise<void> {
    await kit.attempt('accounts.sendVerification', { returnUrl: pageAddress(kit) }).then(
      () => this.set({ resent: this.#host.say('confirm.sent') }),
      (error: unknown) => this.set({ resent: this.#host.explain(refusalOf(error)) }),
    );
  }

  async focus(selector: string): Promise<void> {
    await this.#host.updateComplete;
    const found = this.#host.querySelector<HTMLElement>(selector) ?? this.#host.shadowRoot?.querySelector<HTMLElement>(selector);
    found?.focus();
  }
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    Form: typeof Form;
  }
}
