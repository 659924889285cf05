import { html, nothing, type PropertyValues } from 'lit';
import { entitlementsOf } from '../../kit/entitlements.ts';
import type { Kit } from '../../kit/kit.ts';
import { type Refused, refusalOf } from '../../kit/refused.ts';
import { type Order, OrderRun } from '../../payment/order-run.ts';
import { orderView, payView } from '../../payment/pay-view.ts';
import { paymentStrings } from '../../strings/en/payment.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { icons } from '../../ui/icons.ts';
import { keepFocus } from '../../ui/keep-focus.ts';
import { losesAnything, lossView } from './loss-view.ts';
import { type Plan, planLines, type WithoutProvider } from './plan-lines.ts';
import { plansStyles } from './plans.styles.ts';

/**
 * The agency's plans beside each other, the client's own one marked. A visitor sees them too. A plan that costs something is paid here,
 * with credits or with money.
 *
 * @slot - Shown until the plans are known.
 * @slot signed-out - Shown instead of the buttons where nobody is signed in, e.g. a link to the page with the sign-up.
 * @slot payment - Where Stripe's form stands with `mode="embedded"`; the element fills it.
 * @csspart heading - The heading.
 * @csspart plans - All plans.
 * @csspart plan - One plan.
 * @csspart plan-name - Its name.
 * @csspart plan-price - What it costs to change to it.
 * @csspart badge - On the plan that the client has.
 * @csspart upgrade - The way to a larger plan.
 * @csspart loses - What the client would lose with a smaller plan.
 * @csspart wall - The ways to pay.
 * @csspart button-primary - The button that chooses, and the one that pays.
 * @csspart button-secondary - Other buttons and links.
 * @csspart status - Where an order stands.
 * @csspart status-heading - The same in a few words.
 * @csspart empty - The sentence where there is nothing to choose.
 */
export class WlPlans extends WlElement {
  static override styles = [WlElement.styles, plansStyles];
  static override texts = { ...WlElement.texts, ...paymentStrings };
  static override properties = { heading: {}, mode: {} };
  static override choices = { mode: ['tab', 'redirect', 'embedded'] };

  /** Replaces the heading. */
  heading = '';
  /** How money is paid: `tab` opens the payment page in a new tab, `redirect` in this one, `embedded` shows it inside the element. */
  mode: 'tab' | 'redirect' | 'embedded' = 'tab';

  #plans: Plan[] | undefined;
  #withoutProvider: WithoutProvider;
  #refused: Refused | undefined;
  #asked: string | undefined;
  #data: Kit['data'];
  #chosen: Plan | undefined;
  #done: string | null = null;
  #run: OrderRun | undefined;

  constructor() {
    super();
    keepFocus(this);
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const { kit } = this;
    if (!kit?.data) return;
    this.#run ??= new OrderRun(kit, () => this.requestUpdate());
    if (kit.account && kit.fragment.order) void this.#run.resume('plan', (order) => this.#over(kit, order));
    // Signing in or out, or changing the plan, changes the marks.
    const asked = `${kit.account?.clientId}/${entitlementsOf(kit).now?.planId}`;
    // The way out of a refusal reads the page's data anew.
    const isAnew = kit.data !== this.#data && this.#refused !== undefined;
    this.#data = kit.data;
    if (asked === this.#asked && !isAnew) return;
    this.#asked = asked;
    void this.#read(kit);
  }

  async #read(kit: Kit): Promise<void> {
    try {
      const { plans, withoutProvider } = await kit.read('plans.list', {});
      this.#plans = plans;
      this.#withoutProvider = withoutProvider;
      // A plan brings and takes other things for whoever is signed in by now.
      this.#chosen = plans.find(({ id }) => id === this.#chosen?.id);
      this.#refused = undefined;
    } catch (error) {
      this.#refused = refusalOf(error);
    }
    this.requestUpdate();
  }

  override render() {
    const bones = html`<div class="plans">${[1, 2, 3].map(() => html`<div class="bone"></div>`)}</div>`;
    return this.show(this.#plans ?? (this.#refused && []), {
      skeleton: bones,
      none: () => html`<slot>${bones}</slot>`,
      value: (plans) => html`
        <h2 part="heading">${this.heading || this.say('plans.heading')}</h2>
        ${this.#refused && plans.length === 0 ? this.sentence(this.#refused) : this.#body(plans)}
      `,
    });
  }

  #body(plans: Plan[]) {
    if (plans.length === 0) return html`<p class="muted" part="empty">${this.say('plans.none')}</p>`;
    const { kit } = this;
    const run = this.#run;
    const status = run && orderView(this, run);
    if (status) return status;
    if (kit && run && this.#chosen) return this.#wall(kit, run, this.#chosen);
    const done = plans.find(({ id }) => id === this.#done);
    return html`
      ${done ? this.#success(done) : nothing}
      <ul class="plans" part="plans">${plans.map((plan) => this.#card(plan))}</ul>
      ${kit?.account ? nothing : html`<slot name="signed-out"><p class="muted" part="empty">${this.say('plans.signedOut')}</p></slot>`}
    `;
  }

  #card(plan: Plan) {
    const { name, summary, current } = plan;
    const may = this.kit?.account && this.kit.session.may('credits:buy');
    return html`<li class="card plan ${current ? 'current' : ''}" part="plan">
      <div class="row"><h3 part="plan-name">${name}</h3>${current ? html`<span class="badge" part="badge">${this.say('plans.current')}</span>` : nothing}</div>
      <p class="price" part="plan-price">${this.#price(plan)}</p>
      <div class="stack tight">
        ${summary ? html`<p class="muted">${summary}</p>` : nothing}
        <ul class="what">${planLines(this, plan, this.#withoutProvider).map((line) => html`<li>${icons.check}<span>${line}</span></li>`)}</ul>
      </div>
      ${may && !current ? this.#choosing(plan) : nothing}
    </li>`;
  }

  /** The price; of the bought plan, the one that was paid. */
  #price({ priceMillis, priceCents, currency, current, bought }: Plan): string {
    const price = this.price(priceCents, currency);
    const date = bought && new Intl.DateTimeFormat(this.language, { dateStyle: 'medium' }).format(new Date(bought.at));
    if (current && date) return this.say(priceMillis === 0 ? 'plans.since' : 'plans.bought', { date, price });
    return priceMillis === 0 ? this.say('wall.free') : this.say('plans.once', { price });
  }

  /** Bytes as people read them. */
  size(bytes: number): string {
    const format = { style: 'unit', unit: 'megabyte', unitDisplay: 'short', maximumFractionDigits: 1 } as const;
    return new Intl.NumberFormat(this.language, format).format(bytes / 1_000_000);
  }

  #choosing(plan: Plan) {
    const isSmaller = losesAnything(plan);
    const [look, part] = isSmaller ? ['', 'button-secondary'] : ['primary', 'button-primary'];
    return html`<button class=${look} part=${part} @click=${() => this.#choose(plan)}>${this.say(isSmaller ? 'plans.change' : 'plans.choose', { name: plan.name })}</button>`;
  }

  #wall(kit: Kit, run: OrderRun, plan: Plan) {
    const pay = async (how: 'credits' | 'money', at: Window | HTMLElement | null) => {
      const { id: planId, priceMillis, priceCents, currency } = plan;
      await run.place('plans.choose', { planId, priceMillis, priceCents, currency, pay: how }, at, (order) => this.#over(kit, order));
      if (run.refused?.code !== 'quote.changed') return;
      await this.#read(kit);
      this.requestUpdate();
    };
    return html`<div class="card stack">
      <div class="row"><h3 class="grow" tabindex="-1">${plan.name}</h3><b class="price">${this.#price(plan)}</b></div>
      ${lossView(this, plan)}
      ${payView(this, kit, { kind: 'plan', ...plan }, run, { pay, back: () => this.#choose(undefined), ...(losesAnything(plan) && { confirm: this.say('plans.change', { name: plan.name }) }) })}
    </div>`;
  }

  #success({ name }: Plan) {
    return html`<div class="card notice success row" part="status" role="status">
      ${icons.check}
      <div class="grow stack tight">
        <h3 part="status-heading" tabindex="-1">${this.say('plans.done', { name })}</h3>
        <p class="muted">${this.say('plans.doneSentence')}</p>
      </div>
    </div>`;
  }

  #choose(plan: Plan | undefined): void {
    this.#chosen = plan;
    this.#done = null;
    this.#run?.forget();
    this.requestUpdate();
  }

  /** The order is over. Back from the payment page that may be known before the plans are, so it is not looked up among them. */
  async #over(kit: Kit, { state, subjectId, name, named }: Order): Promise<void> {
    if (state !== 'done') return;
    this.#chosen = undefined;
    this.#done = subjectId;
    this.#run?.forget();
    await entitlementsOf(kit).read();
    // A plan without a price moves no credits, but may change what free ones buy. The kit has told the page of a refusal.
    void kit.readBalance().catch(() => {});
    kit.announce('wl-plan-chosen', { planId: subjectId ?? '', name: named?.values.plan ?? name });
  }
}
defineElement('wl-plans', WlPlans);

declare global {
  interface HTMLElementTagNameMap {
    'wl-plans': WlPlans;
  }
}
