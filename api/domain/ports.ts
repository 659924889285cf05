/** What the domain needs from the world outside. The real ones are in `providers/`; they arrive as arguments. */

import type { Currency } from '../rules/money.ts';

import type { Keys } from '../security/keys.ts';
import type { Tokens } from '../security/tokens.ts';
import type { Directory } from './directory.ts';

export type { AgencyScope, ClientScope } from '../models/scope.ts';

/** One agency's own Stripe account. */
export interface StripeAccess {
  secretKey: string;
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
  /** The buyer was done, and then the delayed payment (a bank debit, say) did not come. */
  paymentFailed: boolean;
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
  /** Derived from the purchase, so that a second attempt gets the first one's session. */
  idempotencyKey: string;
  purchaseId: string;
  item: { priceId: string } | { productId: string; unitCents: number };
  /** What is sold, as the agency reads it beside the payment. */
  description: string;
  currency: Currency;
  email: string;
  successUrl: string;
  cancelUrl: string;
  metadata: Record<string, string>;
}

export interface PaymentEvent {
  id: string;
  type: string;
  livemode: boolean;
  objectId: string;
}

/** The payment provider. Every call refuses with `payments.provider_unavailable` where the outcome is unknown. */
export interface Payments {
  /** @returns whether the product exists. Refuses with `payments.key_refused` for a key that Stripe does not know. */
  hasProduct(access: StripeAccess, productId: string): Promise<boolean>;
  readPrice(access: StripeAccess, priceId: string): Promise<StripePrice | undefined>;
  /** Makes a webhook endpoint for this address and returns its signing secret. */
  createWebhook(access: StripeAccess, url: string): Promise<string>;
  createCheckout(access: StripeAccess, request: CheckoutRequest): Promise<CheckoutSession>;
  readCheckout(access: StripeAccess, sessionId: string): Promise<CheckoutSession | undefined>;
  /** Checks the signature over the raw bytes. Refuses with `webhook.signature_refused`. */
  verifyEvent(body: Buffer, signature: string | undefined, secret: string): PaymentEvent;
}

export interface Mail {
  from: { name: string; address: string };
  replyTo?: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  /** The same for every attempt to send this mail. */
  messageId: string;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
}

/** Points in a story where a test may end the process, to show that nothing is lost or doubled there. */
export type CrashPoint =
  | 'webhook.verified'
  | 'webhook.read_back'
  | 'purchase.before_transfer'
  | 'purchase.after_transfer'
  | 'purchase.after_state'
  | 'checkout.after_intent'
  | 'checkout.after_session'
  | 'signup.after_insert'
  | 'verify.after_grant';

/** One line for an operator. `detail` holds ids and reasons, never a key, a token or an address. */
export interface Log {
  info(detail: object, sentence: string): void;
  /** Somebody has to look. */
  error(detail: object, sentence: string): void;
}

export interface Deps {
  /** Business time. */
  now(): Date;
  keys: Keys;
  tokens: Tokens;
  directory: Directory;
  payments: Payments;
  mailer: Mailer;
  /** Where the API is reached from outside, without a slash at the end. */
  publicUrl: string;
  /** The domain that mails come from. */
  mailDomain: string;
  /** Whether real money may be taken: not on the embedded database, which is for trying and testing. */
  allowsLivePayments: boolean;
  log: Log;
  /** Aborted when the process takes no more work. */
  draining: AbortSignal;
  /** Does nothing but where a sandbox was told to crash. */
  reached(point: CrashPoint): void;
}
