import type { Input, Output } from '../../api/contract/index.ts';
import type { Kit } from '../kit/kit.ts';
import { pageAddress } from '../kit/page-address.ts';
import { refusalOf } from '../kit/refused.ts';
import { PaymentRun, type PayPlace } from './run.ts';

export type Order = Output<'orders.read'>;
/** The operations that order something that may cost. */
type Ordering = 'plans.choose' | 'numbers.buy';
type Wanted<Name extends Ordering> = Omit<Input<Name>, 'returnUrl' | 'ui'>;

/** How long to wait before an order is asked for again that could not be read. */
const AGAIN_MS = 5_000;

/** One order of an element, from the click until it is delivered or undone. */
export class OrderRun extends PaymentRun {
  readonly #kit: Kit;
  protected readonly changed: () => void;
  #ended: ((order: Order) => void) | undefined;
  /** The order that the payment page came back from, once it was asked for. */
  #returned: string | undefined;
  order: Order | undefined;
  isCanceling = false;

  constructor(kit: Kit, changed: () => void) {
    super({ min: 700, max: 5_000 });
    this.#kit = kit;
    this.changed = changed;
  }

  get isUnderWay(): boolean {
    return this.isBeginning || this.order?.state === 'open' || this.order?.state === 'working';
  }

  /**
   * Orders, and looks after it until it is over.
   * @param ended called once, when it is delivered or undone
   */
  async place<Name extends Ordering>(name: Name, wanted: Wanted<Name>, at: PayPlace, ended: (order: Order) => void): Promise<void> {
    const order = await this.begin(async (ui) => {
      const input = { ...wanted, returnUrl: pageAddress(this.#kit), ...ui } as Input<Name>; // what was left out is added here
      return (await this.#kit.attempt(name, input)) as Order; // both answer with an order
    }, at);
    if (order) this.#follow(order, ended);
    // The balance that was shown is old: the wall shows anew what is missing. The kit has told the page of a refusal.
    else if (this.refused?.code === 'credits.insufficient') void this.#kit.readBalance().catch(() => {});
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
    if (!order) setTimeout(() => this.#askAgain(), AGAIN_MS);
    if (order?.kind !== kind || this.isUnderWay) return;
    this.#kit.fragment = { ...this.#kit.fragment, order: undefined };
    this.#follow(order, ended);
  }

  #askAgain(): void {
    this.#returned = undefined;
    this.changed();
  }

  /** Gives up an order that is not paid, and goes back to the choice. What was paid by then is looked after to its end. */
  async cancel(): Promise<void> {
    const { order } = this;
    if (!order || this.isCanceling) return;
    this.takeOut();
    this.isCanceling = true;
    this.refused = undefined;
    this.changed();
    try {
      const now = await this.#kit.call('orders.cancel', { orderId: order.orderId });
      this.#follow(now, this.#ended);
      if (now.state === 'undone') this.forget();
    } catch (error) {
      this.refused = refusalOf(error);
    }
    this.isCanceling = false;
    this.changed();
  }

  override forget(): void {
    this.order = undefined;
    this.#ended = undefined;
    super.forget();
  }

  protected override drop({ orderId }: Order): Promise<unknown> {
    return this.#kit.call('orders.cancel', { orderId }).catch(() => undefined);
  }

  protected async look(): Promise<boolean> {
    const { order: was } = this;
    if (!was) return false;
    const order = await this.#kit.read('orders.read', { orderId: was.orderId });
    return this.order !== was || this.#meet(order);
  }

  #follow(order: Order, ended: ((order: Order) => void) | undefined): void {
    this.#ended = ended;
    if (this.#meet(order)) this.poller.start();
    else this.poller.stop();
  }

  /** @returns whether it goes on */
  #meet(order: Order): boolean {
    this.order = order;
    if (this.isUnderWay) {
      this.changed();
      return true;
    }
    this.takeOut();
    this.changed();
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.(order);
    return false;
  }
}
