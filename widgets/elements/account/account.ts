import { html, nothing, type PropertyValues } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { Refused, refusalOf } from '../../kit/refused.ts';
import { accountStrings } from '../../strings/en/account.ts';
import { controls } from '../../ui/controls.styles.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { icons } from '../../ui/icons.ts';
import { tabs } from '../../ui/tabs.ts';
import { accountStyles } from './account.styles.ts';
import { profileView } from './profile-view.ts';
import { purchasesView } from './purchases-view.ts';
import { securityView } from './security-view.ts';
import { AccountStore } from './store.ts';

const ways = ['profile', 'security', 'purchases'] as const;
type Way = (typeof ways)[number];

/**
 * The signed-in member's own account: profile, e-mail and password, where it is signed in, purchases with their receipts, and the way to
 * delete it all.
 *
 * @slot - Shown until the account is known.
 * @slot signed-out - Shown where nobody is signed in, e.g. a link to sign in.
 * @csspart heading - The heading.
 * @csspart ways - The tabs.
 * @csspart way - One of them.
 * @csspart field - An input.
 * @csspart notice - The box of a mail that can be turned off, and what went well with a mailed link.
 * @csspart error - Why a mailed link did not count.
 * @csspart save - The button that saves a form.
 * @csspart said - What went well.
 * @csspart resend - The button that sends the confirmation again.
 * @csspart email - The row of the e-mail address.
 * @csspart password - The row of the password.
 * @csspart first-password - The button that mails the link to a first password.
 * @csspart purchase - One purchase.
 * @csspart receipt - The button that fetches its receipt.
 * @csspart open - The button that opens a row.
 * @csspart older - The button for older purchases.
 * @csspart delete - The button that begins the deletion.
 * @csspart losses - What would be lost.
 * @csspart confirm-delete - The button that deletes.
 * @csspart empty - The sentence where nothing was bought yet.
 * @csspart signed-out - The sentence where nobody is signed in.
 */
export class WlAccount extends WlElement {
  static override styles = [WlElement.styles, controls, accountStyles];
  static override texts = { ...WlElement.texts, ...accountStrings };
  static override properties = { heading: {}, section: {} };

  /** Replaces the heading. */
  heading = '';
  /** Which section is shown first: `profile`, `security` or `purchases`. */
  section: string = 'profile';

  readonly #store = new AccountStore(
    () => this.requestUpdate(),
    () => this.kit,
  );
  #memberId: string | undefined;
  #data: Kit['data'];
  #paid: number | undefined;
  /** True once a link to a new password was opened, until the member has signed in by it. */
  #sets = false;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { account, data, refused, balance } = this.kit ?? {};
    const isOther = account?.memberId !== this.#memberId;
    if (isOther) this.#store.clear();
    if (account) this.#store.deleted = false;
    // The way out of a refusal reads the page's data anew, and so does a confirmed address.
    if (!refused && (isOther || data !== this.#data)) {
      this.#memberId = account?.memberId;
      this.#data = data;
      if (account && this.#mayWrite) void this.#store.readAccount();
    }
    this.#readPurchases(balance?.seq);
  }

  get #mayWrite(): boolean {
    return this.kit?.session.may('account:write') === true;
  }

  get #way(): Way {
    return ways.find((way) => way === this.section) ?? 'profile';
  }

  /** Reads the purchases once they are looked at, and again when credits have come or gone. */
  #readPurchases(seq: number | undefined): void {
    if (this.#way !== 'purchases' || !this.kit?.account || (this.#store.purchases && seq === this.#paid)) return;
    if (this.#store.busy || (this.#store.refusedAt('purchases') && seq === this.#paid)) return;
    this.#paid = seq;
    void this.#store.readPurchases();
  }

  /**
   * Returns a token for `clients.link`, by which the agency's server connects the signed-in client to its own log-in. It works ten minutes.
   * Rejects with an error of a `code` and a `message` for the visitor: `session.missing` where nobody is signed in, `sign_in.too_old` ten
   * minutes after the sign-in, `email.unconfirmed` before the e-mail address is confirmed.
   *
   * @public
   */
  async linkToken(): Promise<string> {
    const { kit } = this;
    if (!kit?.account) throw new Refused('session.missing', this.say('own.linkSignedOut'));
    try {
      return (await kit.call('accounts.linkToken', {})).token;
    } catch (error) {
      const why = refusalOf(error);
      throw new Refused(why.code, this.explain(why), why.retry, why.fields, why.values);
    }
  }

  /** Writes a day as people of the page's language do. */
  day(at: string): string {
    return new Intl.DateTimeFormat(this.language, { dateStyle: 'medium' }).format(new Date(at));
  }

  override render() {
    const bones = [1, 2, 3].map(() => html`<div class="bone"></div>`);
    return this.show(this.kit?.account, {
      skeleton: bones,
      none: () => html`${this.#arrival}
        ${this.#store.deleted ? html`<p class="card notice success row" part="said" role="status">${icons.check}<span class="grow">${this.say('own.deleted')}</span></p>` : nothing}
        <p class="muted" part="signed-out"><slot name="signed-out">${this.say('own.signedOut')}</slot></p>`,
      value: () => html`<h2 part="heading">${this.heading || this.say('own.heading')}</h2>
        ${this.#arrival}
        ${this.#mayWrite ? this.#sections(bones) : html`<p class="muted">${this.say('own.viewOnly')}</p>`}`,
    });
  }

  /** Says what came of a mailed link, or asks for the new password, on pages without the element that does it else. */
  get #arrival(): unknown {
    const { account, confirmed, deferred, fragment, root } = this.kit ?? {};
    if (root?.querySelector('wl-signup')) return nothing;
    this.#sets ||= fragment?.reset !== undefined;
    if (this.#sets && (fragment?.reset !== undefined || !account)) {
      void deferred?.loadElement('wl-signup').catch(() => {});
      return html`<wl-signup .strings=${this.strings}></wl-signup>`;
    }
    return confirmed ? deferred?.confirmedView?.(this, confirmed) : nothing;
  }

  #sections(bones: unknown) {
    const store = this.#store;
    const { account } = store;
    const refused = store.refusedAt('read');
    if (!account) return refused ? this.sentence(refused) : html`<slot>${bones}</slot>`;
    const panels = {
      profile: () => profileView(this, store, account),
      security: () => securityView(this, store, account),
      purchases: () => purchasesView(this, store, bones),
    };
    const choose = (way: Way) => {
      this.section = way;
      void store.show(undefined);
    };
    const word = (way: Way) => this.say(`own.${way}`);
    return html`${tabs(this, { label: this.heading || this.say('own.heading'), ways, chosen: this.#way, word, choose }, panels[this.#way]())}
      ${refused ? this.sentence(refused) : nothing}`;
  }
}
defineElement('wl-account', WlAccount);

declare global {
  interface HTMLElementTagNameMap {
    'wl-account': WlAccount;
  }
}
