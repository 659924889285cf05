import { pageAddress } from '../core/fragment.ts';
import type { Kit } from '../core/kit.ts';
import { Refused } from '../core/refused.ts';
import type { StringKey } from '../core/strings.ts';
import { faultsOf, fieldsOf, type Mode, type Values } from './fields.ts';

/** What the form needs of its element. */
interface Host extends HTMLElement {
  mode: Mode;
  readonly updateComplete: Promise<unknown>;
  requestUpdate(): void;
  say(key: StringKey): string;
  explain(refused: Refused): string;
}

/** What was typed, what is wrong with it, and what happens when it is sent. */
export class Form {
  readonly #host: Host;
  readonly #kit: () => Kit | undefined;
  values: Values = {};
  errors = new Map<string, string>();
  /** What is wrong with the whole. */
  problem = '';
  notice: StringKey | undefined;
  working = false;
  shown = false;
  accepted = false;
  /** What became of sending the confirmation again. */
  resent = '';

  constructor(host: Host, kit: () => Kit | undefined) {
    this.#host = host;
    this.#kit = kit;
  }

  switchTo(mode: Mode, notice?: StringKey): void {
    const email = this.values.email ?? this.values.login ?? '';
    Object.assign(this, { values: { email, login: email }, errors: new Map(), problem: '', notice, shown: false });
    const kit = this.#kit();
    if (kit) kit.told = {};
    this.#host.mode = mode;
    this.#update();
    void this.#focus('input');
  }

  typed(name: string, value: string): void {
    this.values = { ...this.values, [name]: value };
    this.errors.delete(name);
    this.#update();
  }

  set(change: Partial<Pick<Form, 'shown' | 'accepted'>>): void {
    Object.assign(this, change);
    if (change.accepted) this.errors.delete('acceptedTerms');
    this.#update();
  }

  async submit(): Promise<void> {
    const kit = this.#kit();
    if (!kit?.data || this.working) return;
    const { brand, signUp } = kit.data;
    const { mode } = this.#host;
    const fields = fieldsOf(mode, signUp);
    this.problem = '';
    this.errors = new Map([...faultsOf(mode, fields, this.values, signUp.passwordPolicy)].map(([name, key]) => [name, this.#host.say(key)]));
    const consent = mode === 'sign-up' && !!(brand.termsUrl || brand.privacyUrl);
    if (consent && !this.accepted) this.errors.set('acceptedTerms', this.#host.say('consent.missing'));
    if (this.errors.size) return this.#showErrors();
    this.working = true;
    this.#update();
    try {
      await this.#send(kit, mode, consent);
    } catch (error) {
      this.#refused(error as Refused, new Set([...fields.map(({ name }) => name), 'acceptedTerms']));
    } finally {
      this.working = false;
      this.#update();
    }
  }

  /** Sends the mail with the confirmation link again, and says how that went. */
  async resend(kit: Kit): Promise<void> {
    this.resent = await kit.call('accounts.sendVerification', { returnUrl: pageAddress() }).then(
      () => this.#host.say('confirm.sent'),
      (error: Refused) => this.#host.explain(error),
    );
    this.#update();
  }

  async #send(kit: Kit, mode: Mode, consent: boolean): Promise<void> {
    const { firstName = '', lastName = '', email = '', login = '', password = '', passwordConfirmation = '' } = this.values;
    const returnUrl = pageAddress();
    if (mode === 'forgot') {
      await kit.call('accounts.requestReset', { email, returnUrl });
      return this.switchTo('sign-in', 'forgot.sent');
    }
    if (mode === 'reset') {
      await kit.call('accounts.reset', { token: kit.told.reset ?? '', password, passwordConfirmation });
      if (kit.account) await kit.signOut();
      return this.switchTo('sign-in', 'reset.done');
    }
    if (mode === 'sign-in') await kit.signIn({ login, password });
    else {
      const profile = Object.fromEntries(
        (kit.data?.signUp.fields ?? []).flatMap((name) => (this.values[name]?.trim() ? [[name, this.values[name]]] : [])),
      );
      const given = { firstName, lastName, email, password, passwordConfirmation, returnUrl };
      await kit.signUp({ ...given, ...(Object.keys(profile).length ? { profile } : {}), ...(consent ? { acceptedTerms: true } : {}) });
    }
    this.values = {};
    this.notice = undefined;
    void this.#focus('[part=account] h2');
  }

  #refused(refused: Refused, fields: Set<string>): void {
    if (!(refused instanceof Refused)) throw refused;
    for (const { param, code, message } of refused.fields) {
      const name = param.split('.').at(-1) ?? param;
      if (fields.has(name) && !this.errors.has(name)) this.errors.set(name, this.#host.explain(new Refused(code, message)));
    }
    if (this.errors.size === 0) this.problem = this.#host.explain(refused);
    else this.#showErrors();
  }

  #showErrors(): void {
    this.#update();
    void this.#focus('[aria-invalid=true]');
  }

  async #focus(selector: string): Promise<void> {
    await this.#host.updateComplete;
    (this.#host.querySelector<HTMLElement>(selector) ?? this.#host.shadowRoot?.querySelector<HTMLElement>(selector))?.focus();
  }

  #update(): void {
    this.#host.requestUpdate();
  }
}
