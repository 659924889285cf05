import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { refuse } from '../../contract/refusal.ts';
import { type Payments, paymentEvents, type StripePrice } from '../../ports/index.ts';
import { answeredByStripe, foundAtStripe, idOf, mayAtStripe, messageIn } from './answers.ts';
import type { AskFor } from './clients.ts';

type Calls = Pick<Payments, 'readAccount' | 'missingRights' | 'readProduct' | 'readPrice' | 'createWebhook' | 'removeWebhook'>;

/** Calls while an agency sets its account up. */
export const accountSettings = (askFor: AskFor): Calls => ({
  async readAccount(access) {
    try {
      const account = await answeredByStripe(
        askFor(access)('readAccount', (stripe) => stripe.accounts.retrieveCurrent()),
        'account',
      );
      return { id: account.id, canCharge: account.charges_enabled };
    } catch (refusal) {
      // Most restricted keys may not read their account; Stripe's refusal names it.
      const id = /on account '(acct_\w+)'/.exec(messageIn(refusal) ?? '')?.[1];
      if (id === undefined) throw refusal;
      return { id, canCharge: undefined };
    }
  },

  async missingRights(access, { makesWebhook }) {
    const ask = askFor(access);
    const needed = [...rights, ...(makesWebhook ? [webhookRight] : [])];
    const lacking = await Promise.all(
      needed.map(async ({ name, attempt }) => ((await mayAtStripe(ask('tryRight', attempt))) ? [] : [name])),
    );
    return lacking.flat();
  },

  async readProduct(access, productId) {
    const product = await foundAtStripe(
      askFor(access)('readProduct', (stripe) => stripe.products.retrieve(productId)),
      'product',
    );
    return product && !('deleted' in product) ? { active: product.active } : undefined;
  },

  async readPrice(access, priceId) {
    const price = await foundAtStripe(
      askFor(access)('readPrice', (stripe) => stripe.prices.retrieve(priceId)),
      'price',
    );
    return price && asPrice(price);
  },

  async createWebhook(access, url) {
    const params = { url, enabled_events: Object.values(paymentEvents).flat() };
    const options = { idempotencyKey: randomUUID() };
    const endpoint = await answeredByStripe(
      askFor(access)('createWebhook', (stripe) => stripe.webhookEndpoints.create(params, options)),
      'webhook_endpoint',
    );
    const secret = endpoint.secret ?? refuse('payments.provider_unavailable', { cause: 'a new webhook endpoint came without its secret' });
    return { id: endpoint.id, secret };
  },

  async removeWebhook(access, id) {
    await foundAtStripe(
      askFor(access)('removeWebhook', (stripe) => stripe.webhookEndpoints.del(id)),
      'webhook_endpoint',
    );
  },
});

interface Right {
  /** The permission's name where keys are created at Stripe. */
  name: string;
  /** A request that needs the permission and changes nothing. Stripe checks permissions before it looks for the object. */
  attempt(stripe: Stripe): Promise<unknown>;
}

const NOTHING = 'none_of_this_name';

/** Permissions that a restricted key needs for payments. README.md lists them. */
export const rights: readonly Right[] = [
  { name: 'Checkout Sessions: write', attempt: (stripe) => stripe.checkout.sessions.expire(NOTHING) },
  { name: 'PaymentIntents: write', attempt: (stripe) => stripe.paymentIntents.cancel(NOTHING) },
  { name: 'Charges and Refunds: write', attempt: (stripe) => stripe.refunds.create({ payment_intent: NOTHING }) },
  { name: 'Disputes: read', attempt: (stripe) => stripe.disputes.list({ limit: 1 }) },
  { name: 'Products: read', attempt: (stripe) => stripe.products.retrieve(NOTHING) },
  { name: 'Prices: read', attempt: (stripe) => stripe.prices.retrieve(NOTHING) },
];
/** Further permissions of a key that creates the webhook endpoint itself. */
export const webhookRight: Right = { name: 'Webhook Endpoints: write', attempt: (stripe) => stripe.webhookEndpoints.del(NOTHING) };

const asPrice = (price: Stripe.Price): StripePrice => ({
  id: price.id,
  productId: idOf(price.product) ?? '',
  active: price.active,
  recurring: price.type !== 'one_time',
  unitCents: price.unit_amount,
  currency: price.currency,
});
