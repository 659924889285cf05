import type { Currency } from '../rules/money.ts';
import type { ProviderError } from './answers.ts';

/** One agency's own Stripe account. */
export interface StripeAccess {
  secretKey: string;
}

/** For whom an account at Stripe is asked, and why; which decides who waits for whom. */
export interface Asker {
  /** A client's id, for instance. Everybody of one purpose gets as many turns as everybody else. */
  who: string;
  /**
   * money: decides about money, is asked first, and gets what is so now · look: somebody only looks, an answer of a second ago will do ·
   * care: what comes again by itself; it lets money go first, and gets what is so now
   */
  purpose: 'money' | 'look' | 'care';
  /** Aborted when nobody waits any more. What still waits for its turn by then is not asked, unless it was promised to somebody. */
  signal?: AbortSignal | undefined;
}

/** What the agency's Stripe account says about a price. */
export interface StripePrice {
  id: string;
  productId: string;
  active: boolean;
  recurring: boolean;
  /** Null where the price is not one fixed amount. */
  unitCents: number | null;
  currency: string;
}

/** A Checkout session as Stripe tells it when asked. Only this, never an event's own words, moves money. */
export interface CheckoutSession {
  id: string;
  url: string | null;
  status: 'open' | 'complete' | 'expired' | 'unknown';
  paymentStatus: 'paid' | 'unpaid' | 'no_payment_required' | 'unknown';
  /** The buyer was done, and then the delayed payment (a bank debit, say) did not come; or what was authorised is not any more. */
  paymentFailed: boolean;
  /** Opens the page to pay on inside the agency's own page. Null where it is a page of its own. */
  clientSecret?: string | null;
  amountTotalCents: number | null;
  currency: string | null;
  livemode: boolean;
  clientReferenceId: string | null;
  metadata: Record<string, string>;
  paymentIntentId: string | null;
  /** Seconds since 1970. */
  expiresAt: number | null;
}

export interface CheckoutRequest {
  /** Derived from the purchase, so that a second attempt gets the first one's session, or its failure. */
  idempotencyKey: string;
  purchaseId: string;
  item: { priceId: string } | { productId: string; unitCents: number };
  /** What is sold, as the agency reads it beside the payment. */
  description: string;
  currency: Currency;
  email: string;
  /** Where the buyer is sent when done; `cancelUrl` only where the page is one of its own. */
  successUrl: string;
  cancelUrl: string;
  /** `hosted` unless said. */
  ui?: 'hosted' | 'embedded';
  /** The money is only authorised, and taken by `capturePayment`. Its metadata then names the order as `wl_order`. */
  isCapturedLater?: boolean;
  /** When the page closes: between half an hour and a day from now; a day where it is left out. */
  closesAt?: Date | undefined;
  metadata: Record<string, string>;
}

/**
 * The events that are acted on, by what they are about: everything that says that money came, will not come, or went back. An endpoint of ours
 * asks Stripe for these and no others.
 */
export const paymentEvents = {
  session: [
    'checkout.session.completed',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
    'checkout.session.expired',
  ],
  /** The buyer's money was authorised, or is not any more. */
  payment: ['payment_intent.amount_capturable_updated', 'payment_intent.canceled'],
  return: [
    'refund.created',
    'refund.updated',
    'refund.failed',
    'charge.refunded',
    'charge.dispute.created',
    'charge.dispute.closed',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.funds_reinstated',
  ],
} as const;

export interface PaymentEvent {
  id: string;
  type: string;
  livemode: boolean;
  objectId: string;
  /** The payment that it is about, where it is about a payment, a refund, a charge or a dispute. */
  paymentId: string | null;
}

/** What is left of a payment, as Stripe tells it when asked. */
export interface Payment {
  id: string;
  livemode: boolean;
  metadata: Record<string, string>;
  /** What refunds took back, or are about to; a refund that failed is not in it. */
  refundedCents: number;
  /** Those that moved money. A bank's mere inquiry is none. */
  disputes: { id: string; state: 'open' | 'won' | 'lost'; amountCents: number }[];
}

/** Both ends are in it. Seconds since 1970, by Stripe's clock. */
export interface Period {
  from: number;
  to?: number;
}

/**
 * The payment provider. Every call refuses with `payments.provider_unavailable` where the outcome is unknown, and with `payments.busy` where an
 * account is asked for so much that its turn does not come in time.
 */
export interface Payments {
  /** The same port, asked for somebody. Whoever is not named decides about money. */
  for(asker: Asker): Payments;
  /**
   * Whose key it is.
   * @returns `canCharge`: whether Stripe lets the account take money; undefined where the key may not read that. Refuses with
   * `payments.key_refused` for a key that Stripe does not know
   */
  readAccount(access: StripeAccess): Promise<{ id: string; canCharge: boolean | undefined }>;
  /** What a restricted key may not do of what is needed, by the names that Stripe has for it. It is tried, without changing anything. */
  missingRights(access: StripeAccess, needs: { makesWebhook: boolean }): Promise<string[]>;
  readProduct(access: StripeAccess, productId: string): Promise<{ active: boolean } | undefined>;
  readPrice(access: StripeAccess, priceId: string): Promise<StripePrice | undefined>;
  /** Makes a webhook endpoint for this address. The secret that signs its events is told this once. */
  createWebhook(access: StripeAccess, url: string): Promise<{ id: string; secret: string }>;
  /** Removes an endpoint, where the account has it. */
  removeWebhook(access: StripeAccess, id: string): Promise<void>;
  /**
   * Makes a page to pay on. Where it returns what Stripe said instead: under this key the answer will be the same failure for a day, so only another key can bring a page.
   * One may have been made all the same; look for it first.
   */
  createCheckout(access: StripeAccess, request: CheckoutRequest): Promise<CheckoutSession | ProviderError>;
  readCheckout(access: StripeAccess, sessionId: string): Promise<CheckoutSession | undefined>;
  /** The sessions that were made in a period, newest first. Of an unpaid one it is not told whether the payment failed. */
  listCheckouts(access: StripeAccess, period: Period): AsyncIterable<CheckoutSession>;
  /** The session that a payment was made on. */
  findCheckoutOf(access: StripeAccess, paymentId: string): Promise<CheckoutSession | undefined>;
  /** Closes a page to pay on, where it is still open. */
  expireCheckout(access: StripeAccess, sessionId: string): Promise<void>;
  /**
   * Takes what was authorised, once. What could not be taken any more is found by reading the session. Refuses with `payments.declined`
   * where the bank says no, and with `payments.key_refused` where the key may not.
   */
  capturePayment(access: StripeAccess, paymentId: string): Promise<void>;
  /** Lets go of what was authorised. What was taken before is found by reading the session. Refuses with `payments.key_refused`. */
  cancelPayment(access: StripeAccess, paymentId: string): Promise<void>;
  readPayment(access: StripeAccess, paymentId: string): Promise<Payment | undefined>;
  /** The payments of which something went back, or was to, by refunds and disputes that were made in a period. */
  listReturns(access: StripeAccess, period: Period): AsyncIterable<{ paymentId: string; cause: 'refund' | 'dispute' }>;
  /**
   * Checks the signature over the raw bytes. Refuses with `webhook.signature_refused`; and what is rightly signed with
   * `webhook.event_thin` or `webhook.event_unreadable` where it tells of no object.
   */
  verifyEvent(body: Buffer, signature: string | undefined, secret: string): PaymentEvent;
}
