import { Poller } from '../kit/poller.ts';
import { type Refused, refusalOf } from '../kit/refused.ts';

/** Where money is paid: an empty tab that the click opened, since only a click may; the element that the form goes into; or null: this page goes to pay. */
export type PayPlace = Window | HTMLElement | null;

/** A payment that was begun, with the page to pay on or the form inside this one. Neither, where credits pay. */
interface Begun {
  state: string;
  checkoutUrl: string | null;
  stripeKey: string | null;
  checkoutSecret: string | null;
}

/** A payment from the click to its end: begins it, opens the payment page or the form inside this page, and polls until it is settled. */
export abstract class PaymentRun {
  protected readonly poller: Poller;
  #unmount: (() => void) | undefined;
  refused: Refused | undefined;
  /** The moment between click and answer. */
  isBeginning = false;

  constructor(pauseMs: { min: number; max: number }) {
    this.poller = new Poller(
      () =>
        this.look().catch((error: unknown) => {
          const { retry } = refusalOf(error);
          if (!retry) this.forget();
          return retry;
        }),
      pauseMs,
    );
  }

  /** Reads the state once. @returns whether the payment goes on */
  protected abstract look(): Promise<boolean>;
  protected abstract changed(): void;

  /** Cancels a payment whose form cannot be shown, so that it does not stay open. */
  protected async drop(_begun: Begun): Promise<unknown> {
    return undefined;
  }

  /** True if the form to pay with is inside the element. */
  get isPayingHere(): boolean {
    return this.#unmount !== undefined;
  }

  /**
   * Begins a payment and opens its page or form. If the form cannot be shown, this page goes to the payment page instead.
   * @param send asks the API to begin; `ui` says that the form goes into this page
   * @returns the payment, unless it was refused
   */
  protected async begin<Row extends Begun>(send: (ui: { ui?: 'embedded' }) => Promise<Row>, at: PayPlace): Promise<Row | undefined> {
    const [tab, element] = at instanceof HTMLElement ? [null, at] : [at, undefined];
    this.forget();
    this.isBeginning = true;
    this.changed();
    try {
      const begun = await send(element ? { ui: 'embedded' } : {});
      if (element && begun.state === 'open' && !(await this.#payHere(element, begun))) {
        await this.drop(begun);
        return await this.begin(send, null);
      }
      this.isBeginning = false;
      if (!element) openPaymentPage(begun.checkoutUrl, tab);
      // Also where this page leaves: it may be stopped, or come back as it was left.
      return begun;
    } catch (error) {
      tab?.close();
      this.isBeginning = false;
      this.refused = refusalOf(error);
      this.changed();
    }
    return undefined;
  }

  /** Back to the choice. What is paid later is delivered all the same. */
  forget(): void {
    this.poller.stop();
    this.takeOut();
    this.refused = undefined;
    this.changed();
  }

  /** Takes the form to pay with out of the page, if it is there. */
  protected takeOut(): void {
    this.#unmount?.();
    this.#unmount = undefined;
  }

  /** @returns whether the form is in the page */
  async #payHere(element: HTMLElement, { stripeKey, checkoutSecret }: Begun): Promise<boolean> {
    if (!stripeKey || !checkoutSecret) return false;
    const done = () => {
      this.takeOut();
      this.changed();
      void this.poller.now();
    };
    try {
      const { mountPayment } = await import('./embedded.ts');
      this.#unmount = await mountPayment(element, { stripeKey, checkoutSecret, done });
      return true;
    } catch {
      return false; // Stripe's script is kept out
    }
  }
}

/**
 * Goes to the page to pay on, if there is one: in the empty tab that a click opened, or in this one where there is none. No frame shows a
 * payment page: there the link in the view opens it.
 */
function openPaymentPage(address: string | null, tab: Window | null): void {
  if (!address) tab?.close();
  else if (tab && !tab.closed) {
    tab.opener = null;
    tab.location.replace(address);
  } else if (self === top) location.assign(address);
}
