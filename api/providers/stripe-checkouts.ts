import type Stripe from 'stripe';
import type { CheckoutRequest, CheckoutSession, Payments, StripeAccess } from '../domain/ports.ts';
import { answered, found, idOf, listed, oneOf } from './stripe-answers.ts';

type Calls = Pick<Payments, 'createCheckout' | 'readCheckout' | 'listCheckouts' | 'findCheckoutOf'>;

/** What is asked of Checkout: the pages to pay on, and what became of them. */
export const checkouts = (clientOf: (secretKey: StripeAccess['secretKey']) => Stripe): Calls => ({
  async createCheckout({ secretKey }, request) {
    const { idempotencyKey } = request;
    const session = await answered(clientOf(secretKey).checkout.sessions.create(asParams(request), { idempotencyKey }), 'checkout.session');
    return asSession(session, false);
  },

  async readCheckout({ secretKey }, sessionId) {
    const stripe = clientOf(secretKey);
    const session = await found(stripe.checkout.sessions.retrieve(sessionId), 'checkout.session');
    if (!session) return undefined;
    const isWaiting = session.status === 'complete' && session.payment_status !== 'paid';
    return asSession(session, isWaiting && (await hasFailed(stripe, session.payment_intent)));
  },

  async *listCheckouts({ secretKey }, { from, to }) {
    const stripe = clientOf(secretKey);
    const created = { gte: from, ...(to !== undefined && { lte: to }) };
    const sessions = listed('checkout.session', (paging) => stripe.checkout.sessions.list({ created, ...paging }));
    for await (const session of sessions) yield asSession(session, false);
  },

  async findCheckoutOf({ secretKey }, paymentId) {
    const stripe = clientOf(secretKey);
    const sessions = listed('checkout.session', (paging) => stripe.checkout.sessions.list({ payment_intent: paymentId, ...paging }));
    for await (const session of sessions) return asSession(session, false);
    return undefined;
  },
});

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
