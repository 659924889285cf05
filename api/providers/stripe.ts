import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { refuse } from '../contract/refusal.ts';
import type { CheckoutRequest, CheckoutSession, Payments, StripePrice } from '../domain/ports.ts';
import { createClients } from './stripe-clients.ts';

const { StripeAuthenticationError, StripeError, StripeInvalidRequestError, StripePermissionError } = Stripe.errors;

/** How old a signed event may be. Never 0: the SDK then does not look at its age at all. */
const TOLERANCE_SECONDS = 300;

/** Everything that says that money came, will not come, or went back. */
const webhookEvents: Stripe.WebhookEndpointCreateParams['enabled_events'] = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
];

/**
 * Stripe, by its own SDK.
 * @param apiUrl a sandbox's address; the real Stripe where it is left out
 */
export function createPayments({ apiUrl }: { apiUrl?: string | undefined } = {}): Payments {
  const clientOf = createClients(apiUrl);

  return {
    async hasProduct({ secretKey }, productId) {
      const product = await found(clientOf(secretKey).products.retrieve(productId), 'product');
      return product !== undefined && !('deleted' in product);
    },

    async readPrice({ secretKey }, priceId) {
      const price = await found(clientOf(secretKey).prices.retrieve(priceId), 'price');
      return price && asPrice(price);
    },

    async createWebhook({ secretKey }, url) {
      const endpoint = await answered(
        clientOf(secretKey).webhookEndpoints.create({ url, enabled_events: webhookEvents }, { idempotencyKey: randomUUID() }),
        'webhook_endpoint',
      );
      return endpoint.secret ?? refuse('payments.provider_unavailable', { cause: 'a new webhook endpoint came without its secret' });
    },

    async createCheckout({ secretKey }, request) {
      const { idempotencyKey } = request;
      const session = await answered(
        clientOf(secretKey).checkout.sessions.create(asParams(request), { idempotencyKey }),
        'checkout.session',
      );
      return asSession(session, false);
    },

    async readCheckout({ secretKey }, sessionId) {
      const stripe = clientOf(secretKey);
      const session = await found(stripe.checkout.sessions.retrieve(sessionId), 'checkout.session');
      if (!session) return undefined;
      const isWaiting = session.status === 'complete' && session.payment_status !== 'paid';
      return asSession(session, isWaiting && (await hasFailed(stripe, session.payment_intent)));
    },

    verifyEvent(body, signature, secret) {
      if (!signature?.trim() || !secret.trim()) refuse('webhook.signature_refused');
      const { id, type, livemode, data } = constructEvent(body, signature, secret);
      // A few kinds of object, a balance for one, have no id.
      return { id, type, livemode, objectId: 'id' in data.object && typeof data.object.id === 'string' ? data.object.id : '' };
    },
  };
}

function constructEvent(body: Buffer, signature: string, secret: string): Stripe.Event {
  try {
    return Stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS);
  } catch (cause) {
    return refuse('webhook.signature_refused', { cause });
  }
}

/** A delayed payment that did not come leaves its session complete and unpaid; only the payment itself tells that it is over. */
async function hasFailed(stripe: Stripe, payment: string | Stripe.PaymentIntent | null): Promise<boolean> {
  if (payment === null) return false;
  const { status } = typeof payment === 'string' ? await answered(stripe.paymentIntents.retrieve(payment), 'payment_intent') : payment;
  return status === 'requires_payment_method' || status === 'canceled';
}

/** Hosted Checkout: `ui_mode` is left to its default, the page on Stripe's own domain. */
const asParams = (request: CheckoutRequest): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment',
  line_items: [{ ...lineOf(request), quantity: 1 }],
  success_url: request.successUrl,
  cancel_url: request.cancelUrl,
  client_reference_id: request.purchaseId,
  customer_email: request.email,
  metadata: request.metadata,
  payment_intent_data: { metadata: request.metadata, description: request.description },
  adaptive_pricing: { enabled: false }, // the buyer pays what the agency's page said, in the currency it said
});

const lineOf = ({ item, currency }: CheckoutRequest): Stripe.Checkout.SessionCreateParams.LineItem =>
  'priceId' in item
    ? { price: item.priceId }
    : { price_data: { currency: currency.toLowerCase(), product: item.productId, unit_amount: item.unitCents } };

const asPrice = (price: Stripe.Price): StripePrice => ({
  id: price.id,
  productId: idOf(price.product) ?? '',
  active: price.active,
  recurring: price.type !== 'one_time',
  unitCents: price.unit_amount,
  currency: price.currency,
});

const asSession = (session: Stripe.Checkout.Session, paymentFailed: boolean): CheckoutSession => ({
  id: session.id,
  url: session.url,
  status: oneOf(['open', 'complete', 'expired'], session.status),
  paymentStatus: oneOf(['paid', 'unpaid', 'no_payment_required'], session.payment_status),
  paymentFailed,
  amountTotalCents: session.amount_total,
  currency: session.currency,
  livemode: session.livemode,
  clientReferenceId: session.client_reference_id,
  metadata: session.metadata ?? {},
  paymentIntentId: idOf(session.payment_intent),
  expiresAt: session.expires_at,
});

const idOf = (reference: string | { id: string } | null): string | null =>
  typeof reference === 'string' || reference === null ? reference : reference.id;

/** Stripe's enums are open: a word that is new to us is `unknown`, which nobody takes for paid. */
const oneOf = <Word extends string>(known: readonly Word[], word: string | null): Word | 'unknown' =>
  known.find((each) => each === word) ?? 'unknown';

/**
 * An object that Stripe may not have.
 * @returns undefined where it has not; refuses as `answered` does
 */
async function found<Answer extends { object: string }>(asked: Promise<Answer>, kind: Answer['object']): Promise<Answer | undefined> {
  try {
    return checked(await asked, kind);
  } catch (error) {
    return error instanceof StripeInvalidRequestError && error.code === 'resource_missing' ? undefined : refuseAs(error);
  }
}

/** What Stripe answered, or a refusal: the key, the request, or nobody knows. */
async function answered<Answer extends { object: string }>(asked: Promise<Answer>, kind: Answer['object']): Promise<Answer> {
  return checked(await asked.catch(refuseAs), kind);
}

/** The SDK throws only where the JSON has an `error`: whatever else a proxy answers passes for a result, so its kind is checked. */
function checked<Answer extends { object: string }>(answer: Answer | null | undefined, kind: Answer['object']): Answer {
  if (answer?.object === kind) return answer;
  return refuse('payments.provider_unavailable', { cause: `the answer is not a ${kind}` });
}

/** What Stripe wrote may quote a key or a person, so it goes no further than the refusal's cause. */
function refuseAs(cause: unknown): never {
  if (cause instanceof StripeAuthenticationError || cause instanceof StripePermissionError) {
    refuse('payments.key_refused', { param: 'stripe.secretKey', cause });
  }
  if (cause instanceof StripeInvalidRequestError) refuse('payments.not_configured', { cause });
  if (cause instanceof StripeError) refuse('payments.provider_unavailable', { cause });
  throw cause;
}
