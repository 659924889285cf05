import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { blockedView } from '../../payment/funds-view.ts';
import { type Order, OrderRun } from '../../payment/order-run.ts';
import { numberStrings } from '../../strings/en/number-purchase.ts';
import { paymentStrings } from '../../strings/en/payment.ts';
import { controls } from '../../ui/controls.styles.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { keepFocus } from '../../ui/keep-focus.ts';
import { tabs } from '../../ui/tabs.ts';
import { boughtView, buyView } from './buy-view.ts';
import { manualView, providerAccountView, trunkView } from './connect-view.ts';
import { numberPurchaseStyles } from './number-purchase.styles.ts';
import { type Found, type Kind, type NumbersOffer, NumbersStore } from './numbers-store.ts';
import { ownView } from './own-view.ts';
import { searchView } from './search-view.ts';

const ways = ['buy', 'manual', 'sip', 'account'] as const;
type Way = (typeof ways)[number];

/**
 * The client's phone numbers, and four ways to another one: bought through the agency at the plan's price, one that the client has
 * elsewhere, a SIP trunk, or the client's own Twilio account.
 *
 * @slot - Shown until the numbers are known.
 * @slot signed-out - Shown where nobody is signed in, e.g. a link to sign in.
 * @slot payment - Where Stripe's form stands with `mode="embedded"`; the element fills it.
 * @csspart heading - The heading.
 * @csspart numbers - The client's numbers.
 * @csspart number - One of them.
 * @csspart state - How it stands.
 * @csspart trial - What the test of a trunk said.
 * @csspart release - The form that gives a number back.
 * @csspart ways - The choice of ways.
 * @csspart way - One way.
 * @csspart search - The form that searches.
 * @csspart found - The numbers that were found.
 * @csspart result - One of them.
 * @csspart needs - What the law of the country asks for.
 * @csspart offer - The number that is about to be bought.
 * @csspart connect - The forms of the other ways.
 * @csspart field - A field.
 * @csspart badge - A word beside a number.
 * @csspart upgrade - The way to a larger plan.
 * @csspart wall - The ways to pay.
 * @csspart status - Where an order stands, and that it is done.
 * @csspart status-heading - The same in a few words.
 * @csspart button-primary - The buttons that go on.
 * @csspart button-secondary - Other buttons.
 * @csspart button-danger - The button that releases a number.
 * @csspart empty - The sentence where there is nothing.
 */
export class WlNumberPurchase extends WlElement {
  static override styles = [WlElement.styles, controls, numberPurchaseStyles];
  static override texts = { ...WlElement.texts, ...paymentStrings, ...numberStrings };
  static override properties = { heading: {}, mode: {}, ways: {} };
  static override choices = { mode: ['tab', 'redirect', 'embedded'] };

  /** Replaces the heading. */
  heading = '';
  /** How money is paid: `tab` opens the payment page in a new tab, `redirect` in this one, `embedded` shows it inside the element. */
  mode: 'tab' | 'redirect' | 'embedded' = 'tab';
  /** Which ways are offered: words out of `buy manual sip account`. */
  ways: string = ways.join(' ');

  /** The number whose release is being confirmed. */
  releasing: string | undefined;
  /** The number that another code was sent to. */
  resentTo: string | undefined;
  #store: NumbersStore | undefined;
  #run: OrderRun | undefined;
  #asked: string | undefined;
  #data: Kit['data'];
  #way: Way | undefined;
  #picked: { country: string; type?: string } | undefined;
  /** The number that was just bought. */
  #done: string | null = null;

  constructor() {
    super();
    keepFocus(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.#wanted.length === 0) {
      this.reportValue('ways', `words out of ${ways.join(' ')}`);
      this.ways = ways.join(' ');
    }
    const { kit } = this;
    const clientId = kit?.account?.clientId;
    // The way out of a refusal reads the page's data anew.
    const isAnew = kit?.data !== this.#data && !!this.#store?.refusedAt('read');
    this.#data = kit?.data;
    if (isAnew) void this.#store?.read();
    if (!kit || clientId === this.#asked) return;
    this.#asked = clientId;
    this.#store = clientId ? new NumbersStore(kit, () => this.requestUpdate()) : undefined;
    this.#run = clientId ? new OrderRun(kit, () => this.requestUpdate()) : undefined;
    void this.#store?.read();
    if (clientId) void this.#run?.resume('number', (order) => this.bought(order));
  }

  override render() {
    const bones = html`<div class="bone line"></div>${[1, 2].map(() => html`<div class="bone"></div>`)}`;
    return this.show(this.kit?.account, {
      skeleton: bones,
      none: () => html`<p class="muted" part="empty"><slot name="signed-out">${this.say('numbers.signedOut')}</slot></p>`,
      value: () => html`<h2 part="heading">${this.heading || this.say('numbers.heading')}</h2>${this.#body(bones)}`,
    });
  }

  #body(bones: unknown): TemplateResult {
    const store = this.#store;
    const { kit } = this;
    const refused = store?.refusedAt('read');
    if (refused) return this.sentence(refused);
    if (!store?.numbers || !store.offer || !kit) return html`<slot>${bones}</slot>`;
    const done = store.numbers.find(({ id }) => id === this.#done);
    return html`
      ${ownView(this, store, store.numbers)}
      ${done ? boughtView(this, done) : nothing}
      ${this.mayWrite && this.#run ? (buyView(this, { kit, store, run: this.#run }) ?? this.#adding(store, store.offer)) : nothing}
    `;
  }

  #adding(store: NumbersStore, offer: NumbersOffer) {
    const wanted = this.#wanted;
    const offered = wanted.filter((way) => offer.ways?.includes(way) ?? true);
    const reason = offer.blocked && wanted.includes('buy') ? blockedView(this, offer.blocked) : nothing;
    const current = offered.find((way) => way === this.#way) ?? offered[0];
    if (!current) return html`${reason}`;
    const views = { buy: searchView, manual: manualView, sip: trunkView, account: providerAccountView };
    const choice = { label: this.say('numbers.ways'), ways: offered, chosen: current, word: (way: Way) => this.say(`numbers.way.${way}`) };
    return html`${reason}${tabs(this, { ...choice, choose: (way) => this.#turn(way) }, views[current](this, store, offer))}`;
  }

  get #wanted(): Way[] {
    return ways.filter((way) => `${this.ways}`.split(/[\s,]+/).includes(way));
  }

  #turn(way: Way): void {
    this.#way = way;
    this.#done = null;
    this.#store?.forget();
    this.requestUpdate();
  }

  /** True if this session may change anything. */
  get mayWrite(): boolean {
    return this.kit?.session.may('numbers:write') ?? false;
  }

  /** The kind that is searched for: the one that was picked, else the first one that is sold. */
  kind({ kinds }: NumbersOffer): Kind {
    const { country, type } = this.#picked ?? {};
    const inCountry = kinds.filter((kind) => kind.country === country);
    return inCountry.find((kind) => kind.type === type) ?? inCountry[0] ?? (kinds[0] as Kind); // there is one where this is asked
  }

  pick(kind: { country: string; type?: string }): void {
    this.#picked = kind;
    if (this.#store) this.#store.found = undefined;
    this.requestUpdate();
  }

  askRelease(numberId: string | undefined): void {
    this.releasing = numberId === this.releasing ? undefined : numberId;
    this.requestUpdate();
  }

  async sendAnother(numberId: string): Promise<void> {
    this.resentTo = undefined;
    if (await this.#store?.sendCode(numberId, 'sms')) this.resentTo = numberId;
    this.requestUpdate();
  }

  async bought(order: Order): Promise<void> {
    if (order.state !== 'done') return;
    this.#done = order.subjectId;
    this.#run?.forget();
    await this.#store?.bought(order);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[part=status-heading]')?.scrollIntoView({ block: 'nearest' });
  }

  countryName(code: string): string {
    return new Intl.DisplayNames(this.language, { type: 'region' }).of(code) ?? code;
  }

  date(instant: string): string {
    return new Intl.DateTimeFormat(this.language, { dateStyle: 'medium' }).format(new Date(instant));
  }

  priceOf({ setupMillis, monthlyMillis }: Pick<Found, 'setupMillis' | 'monthlyMillis'>): string {
    return this.say('numbers.price', { setup: (setupMillis + monthlyMillis) / 1000, monthly: monthlyMillis / 1000 });
  }
}
defineElement('wl-number-purchase', WlNumberPurchase);

declare global {
  interface HTMLElementTagNameMap {
    'wl-number-purchase': WlNumberPurchase;
  }
}
