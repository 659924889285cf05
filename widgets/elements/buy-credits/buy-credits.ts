import { html, nothing } from 'lit';
import type { Kit } from '../../kit/kit.ts';
import { defineElement, WlElement } from '../../ui/element.ts';
import { buyCreditsStyles } from './buy-credits.styles.ts';
import { CUSTOM, packageCards } from './packages.ts';

type Data = NonNullable<Kit['data']>;

/**
 * Buys credits: packages to choose from, an amount of one's own where the plan allows it, and the payment page in a new tab.
 * Then it waits for the money and says what the balance is.
 *
 * @slot - Shown until the packages are known.
 * @slot signed-out - Shown instead of the button where nobody is signed in, e.g. a link to the page with the sign-up.
 * @slot payment - Where Stripe's form stands with `mode="embedded"`; the element fills it.
 * @csspart heading - The heading.
 * @csspart badge - On the popular package, and `Test mode`.
 * @csspart debt - What is owed, because a payment went back.
 * @csspart packages - All packages.
 * @csspart package - One package.
 * @csspart package-name - Its name.
 * @csspart package-price - Its price.
 * @csspart package-credits - Its credits.
 * @csspart package-rate - The price of one of its credits, and what is saved.
 * @csspart custom - The card for an amount of one's own.
 * @csspart amount - Where that amount is typed.
 * @csspart button-primary - The button that buys.
 * @csspart button-secondary - Other buttons and links.
 * @csspart hint - What happens after the click.
 * @csspart status - Where a purchase stands.
 * @csspart status-heading - The same in a few words.
 * @csspart empty - The sentence where nothing can be bought.
 */
export class WlBuyCredits extends WlElement {
  static override styles = [WlElement.styles, buyCreditsStyles];
  static override properties = { heading: {}, mode: {}, package: {}, need: { attribute: false } };
  static override choices = { mode: ['tab', 'redirect', 'embedded'] };

  /** Replaces the heading. */
  heading = '';
  /** `tab` opens the payment page in a new tab, `redirect` in this one; `embedded` shows it inside the element where the browser lets it. */
  mode: 'tab' | 'redirect' | 'embedded' = 'tab';
  /** The id of the package that is chosen at first; the popular one unless said. */
  package = '';

  /** The milli-credits that are missing elsewhere: the first package that is enough is chosen at first. */
  need = 0;

  amountProblem = '';
  #chosen: string | undefined;
  #amount = '';
  #isBuying = false;

  choose(id: string): void {
    this.#chosen = id;
    this.amountProblem = '';
    this.requestUpdate();
  }

  type(amount: string): void {
    this.#amount = amount;
    this.choose(CUSTOM);
  }

  override render() {
    return this.show(this.kit?.data, {
      skeleton: html`<div class="bone line"></div><div class="packages">${[1, 2, 3].map(() => html`<div class="bone"></div>`)}</div><div class="bone line"></div>`,
      value: (data) => html`
        <div class="row">
          <h2 part="heading">${this.heading || this.say('buy.heading')}</h2>
          ${data.mode === 'test' ? html`<span class="badge outline" part="badge">${this.say('test.badge')}</span>` : nothing}
        </div>
        ${this.#body(data)}
      `,
    });
  }

  #body({ packages }: Data) {
    const kit = this.kit as Kit;
    const { checkout, account, balance, session } = kit;
    if (account && checkout && checkout.phase !== 'idle' && checkout.phase !== 'starting')
      return checkout.view(this, balance?.available ?? 0);
    if (packages.packages.length === 0 && !packages.custom) return kit.deferred?.nothingToBuy(this, 'buy.none');
    const chosen = this.#choice(packages);
    return html`
      ${kit.deferred?.debtNotice(this, balance?.debt)}
      ${packageCards(this, packages, chosen)}
      ${checkout?.refused ? this.sentence(checkout.refused) : nothing}
      ${
        !packages.payable
          ? kit.deferred?.nothingToBuy(this, 'buy.notPayable')
          : !account
            ? html`<slot name="signed-out">${this.#wayIn()}</slot>`
            : session.may('credits:buy')
              ? this.#button(packages, chosen, this.#isBuying || checkout?.phase === 'starting')
              : html`<p class="muted" part="empty">${this.say('buy.readOnly')}</p>`
      }
    `;
  }

  #button(packages: Data['packages'], chosen: string | undefined, starting: boolean) {
    const offer = packages.packages.find(({ id }) => id === chosen);
    const label = offer
      ? this.say('buy.button', { credits: offer.credits / 1000, price: this.price(offer.priceCents, offer.currency) })
      : packages.custom && this.kit?.deferred?.buttonOfAmount(this, packages.custom, this.#amount);
    return html`<div class="stack tight">
      <button class="primary" part="button-primary" aria-disabled=${String(starting)} @click=${() => this.#buy(packages, chosen)}>
        ${starting ? this.say('working') : (label ?? this.say('buy.heading'))}
      </button>
      <p class="muted" part="hint">${this.say(this.mode === 'tab' ? 'buy.hint' : 'buy.hintHere')}</p>
    </div>`;
  }

  #choice({ packages, custom }: Data['packages']): string | undefined {
    const first =
      packages.find(({ credits }) => this.need && credits >= this.need) ??
      packages.find(({ id }) => id === this.package) ??
      packages.find(({ popular }) => popular) ??
      packages[0];
    return this.#chosen ?? first?.id ?? (custom ? CUSTOM : undefined);
  }

  async #buy(packages: Data['packages'], chosen: string | undefined): Promise<void> {
    const kit = this.kit as Kit;
    if (this.#isBuying || kit.checkout?.phase === 'starting') return;
    this.#isBuying = true;
    this.requestUpdate();
    const { buyCredits } = (await kit.loadDeferred().catch(() => undefined)) ?? {};
    await buyCredits?.(this, kit, packages, chosen);
    this.#isBuying = false;
    this.requestUpdate();
  }

  /** The page's own sign-up, where it has one. */
  #wayIn() {
    const signUp = this.kit?.root.querySelector<HTMLElement>('wl-signup, wl-open[for=signup]');
    if (!signUp) return html`<p class="muted" part="empty">${this.say('buy.signedOut')}</p>`;
    const enter = () => this.kit?.deferred?.enterSignUp(signUp);
    return html`<button class="primary" part="button-primary" @click=${enter}>${this.say('buy.signIn')}</button>`;
  }
}
defineElement('wl-buy-credits', WlBuyCredits);

declare global {
  interface HTMLElementTagNameMap {
    'wl-buy-credits': WlBuyCredits;
  }
}
