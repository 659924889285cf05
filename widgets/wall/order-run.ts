import type { Input, OperationName, Output } from '../../api/contract/index.ts';
import { pageAddress } from '../core/fragment.ts';
import type { Kit } from '../core/kit.ts';
import type { Refused } from '../core/refused.ts';

export type Order = Output<'orders.read'>;
/** The operations that order something that may cost. */
export type Ordering = Extract<OperationName, 'plans.choose' | 'numbers.buy'>;
type Wanted<Name extends Ordering> = Omit<Input<Name>, 'returnUrl' | 'ui'>;

const LOOK_MS = { min: 700, max: 5_000 };

/** One order, from the click until it is delivered or undone. Money is paid in a tab of its own, so that this page stays. */
export class OrderRun {
  readonly #kit: Kit;
  readonly #changed: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended: ((order: Order) => void) | undefined;
  order: Order | undefined;
  refused: Refused | undefined;
  isPlacing = false;

  constructor(kit: Kit, changed: () => void) {
    this.#kit = kit;
    this.#changed = changed;
  }

  get isUnderWay(): boolean {
    return this.isPlacing || this.order?.state === 'open' || this.order?.state === 'working';
  }

  /**
   * Orders, and looks after it until it is over.
   * @param tab an empty tab that the click opened, where money is paid; without one the page itself goes to pay
   * @param ended called once, when it is delivered or undone
   */
  async place<Name extends Ordering>(name: Name, wanted: Wanted<Name>, tab: Window | null, ended: (order: Order) => void): Promise<void> {
    this.forget();
    this.isPlacing = true;
    this.#ended = ended;
    this.#changed();
    try {
      const input = { ...wanted, returnUrl: pageAddress(this.#kit) } as Input<Name>; // what was left out is added here
      const order = (await this.#kit.call(name, input)) as Order; // both answer with an order
      this.isPlacing = false;
      this.#payAt(order, tab);
      this.#meet(order, LOOK_MS.min);
    } catch (error) {
      tab?.close();
      this.isPlacing = false;
      this.refused = error as Refused;
      this.#changed();
    }
  }

  /** Back to the choice. What is paid later is delivered all the same. */
  forget(): void {
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#look);
    this.order = undefined;
    this.refused = undefined;
    this.#ended = undefined;
    this.#changed();
  }

  #payAt({ checkoutUrl }: Order, tab: Window | null): void {
    if (!checkoutUrl) tab?.close();
    else if (!tab || tab.closed) location.assign(checkoutUrl);
    else {
      tab.opener = null;
      tab.location.replace(checkoutUrl);
    }
  }

  #meet(order: Order, pause: number): void {
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
    const order = document.hidden ? was : await this.#kit.call('orders.read', { orderId: was.orderId }).catch(() => was);
    if (this.order === was) this.#meet(order, pause);
  };
}
