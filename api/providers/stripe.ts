import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { refuse } from '../contract/refusal.ts';
import type { Asker, Payments, StripePrice } from '../domain/ports.ts';
import { answered, attempted, found, idOf } from './stripe-answers.ts';
import { type AskFor, checkouts, type Looks } from './stripe-checkouts.ts';
import { createAccounts } from './stripe-clients.ts';
import { verifyEvent } from './stripe-events.ts';
import { createLooks } from './stripe-looks.ts';
import { listReturns, readPayment } from './stripe-returns.ts';

/** Everything that says that money came, will not come, or went back. */
const webhookEvents: Stripe.WebhookEndpointCreateParams['enabled_events'] = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
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
  const accounts = createAccounts(apiUrl);
  const looks: Looks = createLooks();

  const askedBy = (asker: Asker): Payments => {
    const askFor: AskFor = (access, signal = asker.signal) => accounts(access, { ...asker, signal });
    return { for: askedBy, ...settings(askFor), ...checkouts(askFor, asker, looks), ...payments(askFor), verifyEvent };
  };
  return askedBy({ who: '', purpose: 'money' });
}

/** What is asked when an agency sets up its account. */
const settings = (askFor: AskFor): Pick<Payments, 'hasProduct' | 'readPrice' | 'createWebhook' | 'removeWebhook'> => ({
  async hasProduct(access, productId) {
    const product = await found(
      askFor(access)('readProduct', (stripe) => stripe.products.retrieve(productId)),
      'product',
    );
    return product !== undefined && !('deleted' in product);
  },

  async readPrice(access, priceId) {
    const price = await found(
      askFor(access)('readPrice', (stripe) => stripe.prices.retrieve(priceId)),
      'price',
    );
    return price && asPrice(price);
  },

  async createWebhook(access, url) {
    const params = { url, enabled_events: webhookEvents };
    const options = { idempotencyKey: randomUUID() };
    const endpoint = await answered(
      askFor(access)('createWebhook', (stripe) => stripe.webhookEndpoints.create(params, options)),
      'webhook_endpoint',
    );
    const secret = endpoint.secret ?? refuse('payments.provider_unavailable', { cause: 'a new webhook endpoint came without its secret' });
    return { id: endpoint.id, secret };
  },

  async removeWebhook(access, id) {
    await found(
      askFor(access)('removeWebhook', (stripe) => stripe.webhookEndpoints.del(id)),
      'webhook_endpoint',
    );
  },
});

/** What is asked of the payments behind the pages. */
const payments = (askFor: AskFor): Pick<Payments, 'capturePayment' | 'cancelPayment' | 'readPayment' | 'listReturns'> => ({
  async capturePayment(access, paymentId) {
    // Under no key of ours: a payment is taken once anyway, and a failure would be kept under it.
    await attempted(
      askFor(access)('capturePayment', (stripe) => stripe.paymentIntents.capture(paymentId)),
      'payment_intent',
    );
  },
  async cancelPayment(access, paymentId) {
    await attempted(
      askFor(access)('cancelPayment', (stripe) => stripe.paymentIntents.cancel(paymentId)),
      'payment_intent',
    );
  },
  readPayment: (access, paymentId) => readPayment(askFor(access), paymentId),
  listReturns: (access, period) => listReturns(askFor(access), period),
});

const asPrice = (price: Stripe.Price): StripePrice => ({
  id: price.id,
  productId: idOf(price.product) ?? '',
  active: price.active,
  recurring: price.type !== 'one_time',
  unitCents: price.unit_amount,
  currency: price.currency,
});
