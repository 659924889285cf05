import type Stripe from 'stripe';

/** Stripe's objects as stored: the SDK's types, with plain ids where an answer may be expanded. */
export type Product = Omit<Stripe.Product, 'deleted' | 'default_price'> & { default_price: null };

/** A decimal is encoded as a string; the SDK makes an object of it. */
export type Price = Omit<Stripe.Price, 'deleted' | 'product' | 'unit_amount_decimal'> & {
  product: string;
  unit_amount_decimal: string | null;
};

export type Session = Stripe.Checkout.Session & { payment_intent: string | null };

export type PaymentIntent = Stripe.PaymentIntent;

export type Charge = Stripe.Charge & { payment_intent: string };

export type Refund = Stripe.Refund & { charge: string };

export type Dispute = Stripe.Dispute & { charge: string };

export type BalanceTransaction = Stripe.BalanceTransaction;

export type PaymentData = Stripe.Checkout.SessionCreateParams.PaymentIntentData;

export interface LineItem {
  id: string;
  object: 'item';
  amount_discount: number;
  amount_subtotal: number;
  amount_tax: number;
  amount_total: number;
  currency: string;
  description: string;
  price: Price;
  quantity: number;
}

export type Endpoint = Omit<Stripe.WebhookEndpoint, 'deleted' | 'secret'> & { secret: string };

export type EventType =
  | 'checkout.session.completed'
  | 'checkout.session.async_payment_succeeded'
  | 'checkout.session.async_payment_failed'
  | 'checkout.session.expired'
  | 'payment_intent.succeeded'
  | 'payment_intent.amount_capturable_updated'
  | 'payment_intent.canceled'
  | 'charge.captured'
  | 'refund.created'
  | 'refund.updated'
  | 'refund.failed'
  | 'charge.refunded'
  | 'charge.dispute.created'
  | 'charge.dispute.closed'
  | 'charge.dispute.funds_withdrawn'
  | 'charge.dispute.funds_reinstated';

export interface Event {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: { id: string } };
  livemode: boolean;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: EventType;
}

/** One attempt to deliver an event: the status of the answer, or why there was none. */
export interface Attempt {
  /** Milliseconds since 1970. */
  at: number;
  status: number | null;
  error: string | null;
}

/** An event on its way to one endpoint. */
export interface Delivery {
  id: string;
  eventId: string;
  eventType: EventType;
  endpointId: string;
  url: string;
  state: 'waiting' | 'delivered' | 'failed' | 'dropped';
  attempts: Attempt[];
  /** Parallel copies of the next attempt; one by default. */
  copies?: number;
  /** Time of the next attempt, milliseconds since 1970; null for none. */
  dueAt: number | null;
}

/** The stored answer to a request with an idempotency key. */
export interface Answer {
  /** Time of the answer, seconds since 1970. */
  at: number;
  fingerprint: string;
  status: number;
  body: unknown;
}
