import type { Input, OperationName, Output } from '../../api/contract/index.ts';
import { pageAddress } from '../kit/fragment.ts';
import type { Kit } from '../kit/kit.ts';
import type { Refused } from '../kit/refused.ts';
import { openPaymentPage } from './payment-page.ts';

export type Order = Output<'orders.read'>;
/** The operations that order something that may cost. */
type Ordering = Extract<OperationName, 'plans.choose' | 'numbers.buy'>;
type Wanted<Name extends Ordering> = Omit<Input<Name>, 'returnUrl' | 'ui'>;

const LOOK_MS = { min: 700, max: 5_000 };

/** One order, from the click until it is delivered or undone. Money is paid in a tab of its own, so that this page stays. */
export class OrderRun {
  readonly #kit: Kit;
  readonly #changed: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended: ((order: Order) => void) | undefined;
  #unmount: (() => void) | undefined;
  /** The order that the payment page came back from, once it was asked for. */
  #returned: string | undefined;
  order: Order | undefined;
  refused: Refused | undefined;
  isPlacing = false;
  isCanceling = false;

  constructor(kit: Kit, changed: () => void) {
    this.#kit = kit;
    this.#changed = changed;
  }

  get isUnderWay(): boolean {
    return this.isPlacing || this.order?.state === 'open' || this.order?.state === 'working';
  }

  /**
   * Orders, and looks after it until it is over.
   * @param at where money is paid: an empty tab that the click opened, or the element that the form goes into; without either the page
   * itself goes to pay
   * @param ended called once, when it is delivered or undone
   */
  async place<Name extends Ordering>(
    name: Name,
    wanted: Wanted<Name>,
    at: Window | HTMLElement | null,
    ended: (order: Order) => void,
  ): Promise<void> {
    const [tab, element] = at instanceof HTMLElement ? [null, at] : [at, undefined];
    this.forget();
    this.isPlacing = true;
    this.#ended = ended;
    this.#changed();
    try {
      const input = { ...wanted, returnUrl: pageAddress(this.#kit), ...(element && { ui: 'embedded' }) } as Input<Name>; // what was left out is added here
      const order = (await this.#kit.attempt(name, input)) as Order; // both answer with an order
      this.isPlacing = false;
      if (element && order.state === 'open' && !(await this.#payHere(element, order))) {
        await this.#kit.call('orders.cancel', { orderId: order.orderId }).catch(() => undefined); // it would only stay open until it expires
        return await this.place(name, wanted, null, ended);
      }
      if (!element) this.#payAt(order, tab);
      this.#meet(order, LOOK_MS.min);
    } catch (error) {
      tab?.close();
      this.isPlacing = false;
      this.refused = error as Refused;
      this.#changed();
    }
  }

  /**
   * Goes on with the order that the payment page came back from, if it is one of this kind.
   * @param ended as in `place`
   */
  async resume(kind: Order['kind'], ended: (order: Order) => void): Promise<void> {
    const orderId = this.#kit.fragment.order;
    // A refusal makes the element look again, at once: what asks for each look must not be asked by each.
    if (!orderId || orderId === this.#returned) return;
    this.#returned = orderId;
    const order = await this.#kit.read('orders.read', { orderId }).catch(() => undefined);
    if (!order) this.#timer = setTimeout(() => this.#askAgain(), LOOK_MS.max);
    if (order?.kind !== kind || this.isUnderWay) return;
    this.#kit.fragment = { ...this.#kit.fragment, order: undefined };
    this.#ended = ended;
    this.#meet(order, LOOK_MS.min);
  }

  #askAgain(): void {
    this.#returned = undefined;
    this.#changed();
  }

  /** Gives up an order that is not paid, and goes back to the choice. What was paid by then is looked after to its end. */
  async cancel(): Promise<void> {
    const { order } = this;
    if (!order || this.isCanceling) return;
    this.#takeOut();
    this.isCanceling = true;
    this.refused = undefined;
    this.#changed();
    try {
      const now = await this.#kit.call('orders.cancel', { orderId: order.orderId });
      this.#meet(now, LOOK_MS.min);
      if (now.state === 'undone') this.forget();
    } catch (error) {
      this.refused = error as Refused;
    }
    this.isCanceling = false;
    this.#changed();
  }

  /** Back to the choice. What is paid later is delivered all the same. */
  forget(): void {
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#look);
    this.#takeOut();
    this.order = undefined;
    this.refused = undefined;
    this.#ended = undefined;
    this.#changed();
  }

  /** @returns whether the form is in the page */
  async #payHere(element: HTMLElement, { stripeKey, checkoutSecret }: Order): Promise<boolean> {
    if (!stripeKey || !checkoutSecret) return false;
    try {
      const { mountPayment } = await import('./embedded.ts');
      this.#unmount = await mountPayment(element, { stripeKey, checkoutSecret, done: () => this.#unmounted() });
      return true;
    } catch {
      return false; // Stripe's script is kept out: the page goes to the payment page instead
    }
  }

  /** Takes the form to pay with out of the page, if it is there. */
  #takeOut(): void {
    this.#unmount?.();
    this.#unmount = undefined;
  }

  #unmounted(): void {
    this.#takeOut();
    void this.#look();
  }

  /** Whether the form to pay with is inside the element. */
  get isPayingHere(): boolean {
    return this.#unmount !== undefined;
  }

  #payAt({ checkoutUrl }: Order, tab: Window | null): void {
    if (checkoutUrl) openPaymentPage(checkoutUrl, tab);
    else tab?.close();
  }

  #meet(order: Order, pause: number): void {
    clearTimeout(this.#timer);
    this.order = order;
    this.#changed();
    document.removeEventListener('visibilitychange', this.#look);
    if (this.isUnderWay) {
      this.#timer = setTimeout(() => this.#look(undefined, Math.min(pause * 1.3, LOOK_MS.max)), pause);
      document.addEventListener('visibilitychange', this.#look);
      return;
    }
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.(order);
  }

  readonly #look = async (_event?: Event, pause: number = LOOK_MS.min): Promise<void> => {
    clearTimeout(this.#timer);
    const was = this.order;
    if (!was) return;
    const order = document.hidden ? was : await this.#kit.read('orders.read', { orderId: was.orderId }).catch(() => was);
    if (this.order === was) this.#meet(order, pause);
  };
}
