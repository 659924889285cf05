import type { Input, Output } from '../../api/contract/index.ts';
import type { Fragment } from './fragment.ts';
import type { Refused } from './refused.ts';

export type Purchase = Output<'purchases.read'>;

/** Credits as they were offered: the price is part of the order, so that nobody pays another one. */
export type WantedCredits = Pick<
  Input<'credits.checkout'>,
  'packageId' | 'amountMillis' | 'creditsMillis' | 'priceCents' | 'centsPer100Credits' | 'currency'
>;

/** The state that the buyer sees. `idle` is the choice, `starting` the moment between click and payment page, `paying` the form inside the page. */
export type CheckoutPhase = 'idle' | 'starting' | 'paying' | 'waiting' | 'canceled' | Exclude<Purchase['state'], 'open'>;

/** The purchase of credits that goes on in a page, shared by all elements that show it. */
export interface Checkout {
  readonly phase: CheckoutPhase;
  readonly purchase: Pick<Purchase, 'purchaseId' | 'credits' | 'checkoutUrl' | 'balanceAfter'> | undefined;
  readonly refused: Refused | undefined;
  /**
   * @param at an empty tab that the click opened: only a click may; or the element that the payment form goes into. Null: the page itself
   * goes to the payment page, as it does where the form cannot be shown
   */
  buy(wanted: WantedCredits, at: Window | HTMLElement | null): Promise<void>;
  /** Goes on where the page was left, or where the payment page came back to. */
  resume(fragment: Fragment): void;
  /** Another tab of the page came back from the payment page. */
  heardFromTab(said: { canceled?: string; returned?: string }): void;
  /** Credits came by a purchase: this page's own, or one of another tab. */
  settle(purchaseId: string): Promise<void>;
  /** Gives an unpaid purchase up: its page closes, so that it cannot be paid beside another one. */
  cancel(): Promise<void>;
  /** Back to the choice. Credits that are paid later still come, and are announced. */
  forget(): void;
}
