import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { refuse } from '../contract/refusal.ts';
import type { Payments, StripePrice } from '../domain/ports.ts';
import { answered, attempted, found, idOf } from './stripe-answers.ts';
import { checkouts } from './stripe-checkouts.ts';
import { createClients } from './stripe-clients.ts';
import { verifyEvent } from './stripe-events.ts';
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
      const secret =
        endpoint.secret ?? refuse('payments.provider_unavailable', { cause: 'a new webhook endpoint came without its secret' });
      return { id: endpoint.id, secret };
    },

    async removeWebhook({ secretKey }, id) {
      await found(clientOf(secretKey).webhookEndpoints.del(id), 'webhook_endpoint');
    },

    ...checkouts(clientOf),
    async capturePayment({ secretKey }, paymentId) {
      // Under no key of ours: a payment is taken once anyway, and a failure would be kept under it.
      await attempted(clientOf(secretKey).paymentIntents.capture(paymentId), 'payment_intent');
    },
    async cancelPayment({ secretKey }, paymentId) {
      await attempted(clientOf(secretKey).paymentIntents.cancel(paymentId), 'payment_intent');
    },
    readPayment: ({ secretKey }, paymentId) => readPayment(clientOf(secretKey), paymentId),
    listReturns: ({ secretKey }, period) => listReturns(clientOf(secretKey), period),

    verifyEvent,
  };
}

const asPrice = (price: Stripe.Price): StripePrice => ({
  id: price.id,
  productId: idOf(price.product) ?? '',
  active: price.active,
  recurring: price.type !== 'one_time',
  unitCents: price.unit_amount,
  currency: price.currency,
});
