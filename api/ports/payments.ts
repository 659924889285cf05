import type { Currency } from '../rules/money.ts';
import type { ProviderError } from './answers.ts';

/** One agency's own Stripe account. */
export interface StripeAccess {
  secretKey: string;
}

/** The caller of a Stripe account, and the purpose. They decide the order of waiting calls. */
export interface Asker {
  /** E.g. a client's id. Within a purpose, everybody gets equally many turns. */
  who: string;
  /**
   * - money: decides about money, goes first, and gets a fresh answer
   * - look: somebody only looks; an answer of a second ago will do
   * - care: repeats by itself; lets money go first, and gets a fresh answer
   */
  purpose: 'money' | 'look' | 'care';
  /** Aborted when nobody waits any more. A call that is still queued then is dropped, unless another caller waits for it. */
  signal?: AbortSignal | undefined;
}

/** A price in the agency's Stripe account. */
export interface StripePrice {
  id: string;
  productId: string;
  active: boolean;
  recurring: boolean;
  /** Null if the price is not one fixed amount. */
  unitCents: number | null;
  currency: string;
}

/** A Checkout session as Stripe answered. Only this moves money, never the content of an event. */
export interface CheckoutSession {
  id: string;
  url: string | null;
  status: 'open' | 'complete' | 'expired' | 'unknown';
  paymentStatus: 'paid' | 'unpaid' | 'no_payment_required' | 'unknown';
  /** True if a completed session's delayed payment (e.g. a bank debit) failed, or if its authorisation lapsed. */
  paymentFailed: boolean;
  /** Opens the page inside the agency's own page. Null for a page of its own. */
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
  /** Derived from the purchase, so that a repeated attempt gets the same session, or its failure. */
  idempotencyKey: string;
  purchaseId: string;
  item: { priceId: string } | { productId: string; unitCents: number };
  /** The name and quantity of the sold thing, as its buyer reads them on the page and the agency beside the payment. */
  title: string;
  currency: Currency;
  email: string;
  /** Where the buyer returns. `cancelUrl` only applies to a page of its own. */
  successUrl: string;
  cancelUrl: string;
  /** `hosted` by default. */
  ui?: 'hosted' | 'embedded';
  /** If true, the money is only authorised, and `capturePayment` takes it. The metadata then names the order as `wl_order`. */
  isCapturedLater?: boolean;
  /** When the page closes: between half an hour and a day from now. A day by default. */
  closesAt?: Date | undefined;
  metadata: Record<string, string>;
}

/** The events that we act on, by subject: money came, will not come, or was returned. Our endpoints ask Stripe for these alone. */
export const paymentEvents = {
  session: [
    'checkout.session.completed',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
    'checkout.session.expired',
  ],
  /** The buyer's money was authorised, or the authorisation ended. */
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
  /** The payment, if the event is about a payment, a refund, a charge or a dispute. */
  paymentId: string | null;
}

/** The present state of a payment, as Stripe answered. */
export interface Payment {
  id: string;
  livemode: boolean;
  metadata: Record<string, string>;
  /** Total of completed and pending refunds, without failed ones. */
  refundedCents: number;
  /** Disputes that moved money; a bank's mere inquiry is none. */
  /** `isForeign`: it is about an amount of another currency, so all of the payment counts as disputed. Absent: it is not. */
  disputes: { id: string; state: 'open' | 'won' | 'lost'; amountCents: number; isForeign?: true }[];
}

/** A period with both ends included. Seconds since 1970, by Stripe's clock. */
export interface Period {
  from: number;
  to?: number;
}

/**
 * The payment provider. Every call refuses with `payments.provider_unavailable` if the outcome is unknown, and with `payments.busy` if the
 * account has so many calls that this one does not start in time.
 */
export interface Payments {
  /** Returns the same port for one caller. Without a caller, calls count as decisions about money. */
  for(asker: Asker): Payments;
  /**
   * Reads the account of a key.
   * @returns `canCharge`: whether Stripe lets the account take money; undefined if the key may not read that. Refuses with
   * `payments.key_refused` for an unknown key
   */
  readAccount(access: StripeAccess): Promise<{ id: string; canCharge: boolean | undefined }>;
  /** Returns the permissions that a restricted key lacks, by Stripe's names. Tries each without changing anything. */
  missingRights(access: StripeAccess, needs: { makesWebhook: boolean }): Promise<string[]>;
  readProduct(access: StripeAccess, productId: string): Promise<{ active: boolean } | undefined>;
  readPrice(access: StripeAccess, priceId: string): Promise<StripePrice | undefined>;
  /** Creates a webhook endpoint for this address. Stripe reveals its signing secret only now. */
  createWebhook(access: StripeAccess, url: string): Promise<{ id: string; secret: string }>;
  /** Deletes an endpoint, if the account has it. */
  removeWebhook(access: StripeAccess, id: string): Promise<void>;
  /**
   * Creates a checkout page. If it returns Stripe's error instead, this idempotency key will return the same failure for a day, so only
   * another key can create a page. A page may exist all the same; look for it first.
   */
  createCheckout(access: StripeAccess, request: CheckoutRequest): Promise<CheckoutSession | ProviderError>;
  readCheckout(access: StripeAccess, sessionId: string): Promise<CheckoutSession | undefined>;
  /** Iterates over the sessions created in a period, newest first. For unpaid ones it does not know whether the payment failed. */
  listCheckouts(access: StripeAccess, period: Period): AsyncIterable<CheckoutSession>;
  /** Finds the session of a payment. */
  findCheckoutOf(access: StripeAccess, paymentId: string): Promise<CheckoutSession | undefined>;
  /** Closes a checkout page, if it is still open. */
  expireCheckout(access: StripeAccess, sessionId: string): Promise<void>;
  /**
   * Takes authorised money, once. To find money that could not be taken, read the session. Refuses with `payments.declined` if the bank
   * declines, and with `payments.key_refused` if the key may not.
   */
  capturePayment(access: StripeAccess, paymentId: string): Promise<void>;
  /** Cancels an authorisation. To find money that was taken before, read the session. Refuses with `payments.key_refused`. */
  cancelPayment(access: StripeAccess, paymentId: string): Promise<void>;
  /** Gives back whatever is left of a payment, once. To find what went back before, read the payment. */
  refundPayment(access: StripeAccess, paymentId: string): Promise<void>;
  readPayment(access: StripeAccess, paymentId: string): Promise<Payment | undefined>;
  /** Iterates over the payments with refunds created in a period, also pending or failed ones. */
  listRefunds(access: StripeAccess, period: Period): AsyncIterable<{ paymentId: string }>;
  /** Iterates over the disputes created in a period that moved money, also closed ones. `createdAt` in seconds since 1970. */
  listDisputes(access: StripeAccess, period: Period): AsyncIterable<{ paymentId: string; disputeId: string; createdAt: number }>;
  /**
   * Verifies the signature over the raw bytes. Refuses with `webhook.signature_refused`. Refuses a correctly signed event without an object
   * with `webhook.event_thin` or `webhook.event_unreadable`.
   */
  verifyEvent(body: Buffer, signature: string | undefined, secret: string): PaymentEvent;
}
