import type Stripe from 'stripe';
import type { CheckoutRequest, CheckoutSession, Payments, StripeAccess } from '../domain/ports.ts';
import { answered, attempted, found, idOf, listed, oneOf, unlessKept } from './stripe-answers.ts';

type Calls = Pick<Payments, 'createCheckout' | 'readCheckout' | 'listCheckouts' | 'findCheckoutOf' | 'expireCheckout'>;

/** What is asked of Checkout: the pages to pay on, and what became of them. */
export const checkouts = (clientOf: (secretKey: StripeAccess['secretKey']) => Stripe): Calls => ({
  async createCheckout({ secretKey }, request) {
    const { idempotencyKey } = request;
    const asked = clientOf(secretKey).checkout.sessions.create(asParams(request), { idempotencyKey });
    const session = await unlessKept(asked, 'checkout.session');
    return session === 'kept_failure' ? session : asSession(session);
  },

  async readCheckout({ secretKey }, sessionId) {
    const stripe = clientOf(secretKey);
    const session = await found(stripe.checkout.sessions.retrieve(sessionId), 'checkout.session');
    if (!session) return undefined;
    const isComplete = session.status === 'complete';
    const isAsked = isComplete && (session.payment_status !== 'paid' || isReserved(session));
    return asSession(session, isAsked ? await paymentOf(stripe, session.payment_intent) : undefined);
  },

  async expireCheckout({ secretKey }, sessionId) {
    // One that is complete or expired by now is refused; whoever asked reads it back anyway.
    await attempted(clientOf(secretKey).checkout.sessions.expire(sessionId), 'checkout.session');
  },

  async *listCheckouts({ secretKey }, { from, to }) {
    const stripe = clientOf(secretKey);
    const created = { gte: from, ...(to !== undefined && { lte: to }) };
    const sessions = listed('checkout.session', (paging) => stripe.checkout.sessions.list({ created, ...paging }));
    for await (const session of sessions) yield asSession(session);
  },

  async findCheckoutOf({ secretKey }, paymentId) {
    const stripe = clientOf(secretKey);
    const sessions = listed('checkout.session', (paging) => stripe.checkout.sessions.list({ payment_intent: paymentId, ...paging }));
    for await (const session of sessions) return asSession(session);
    return undefined;
  },
});

/** A payment that is only authorised, or delayed and not there yet, leaves its session complete; only the payment itself tells what became of it. */
async function paymentOf(stripe: Stripe, payment: string | Stripe.PaymentIntent | null): Promise<Stripe.PaymentIntent | undefined> {
  if (payment === null) return undefined;
  return typeof payment === 'string' ? answered(stripe.paymentIntents.retrieve(payment), 'payment_intent') : payment;
}

/** Whether its money is only authorised at first. */
const isReserved = ({ metadata }: Stripe.Checkout.Session): boolean => metadata?.wl_order !== undefined;

const asParams = (request: CheckoutRequest): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment',
  line_items: [{ ...lineOf(request), quantity: 1 }],
  ...pageOf(request),
  client_reference_id: request.purchaseId,
  customer_email: request.email,
  metadata: request.metadata,
  payment_intent_data: {
    metadata: request.metadata,
    description: request.description,
    ...(request.isCapturedLater && { capture_method: 'manual' }),
  },
  ...(request.closesAt && { expires_at: Math.floor(request.closesAt.getTime() / 1000) }),
  adaptive_pricing: { enabled: false }, // the buyer pays what the agency's page said, in the currency it said
});

/** Hosted Checkout leaves `ui_mode` to its default, the page on Stripe's own domain. Inside the agency's page nobody is sent away without need. */
const pageOf = ({ ui, successUrl, cancelUrl }: CheckoutRequest): Stripe.Checkout.SessionCreateParams =>
  ui === 'embedded'
    ? { ui_mode: 'embedded_page', return_url: successUrl, redirect_on_completion: 'if_required' }
    : { success_url: successUrl, cancel_url: cancelUrl };

const lineOf = ({ item, currency }: CheckoutRequest): Stripe.Checkout.SessionCreateParams.LineItem =>
  'priceId' in item
    ? { price: item.priceId }
    : { price_data: { currency: currency.toLowerCase(), product: item.productId, unit_amount: item.unitCents } };

const asSession = (session: Stripe.Checkout.Session, payment?: Stripe.PaymentIntent): CheckoutSession => ({
  id: session.id,
  url: session.url,
  status: oneOf(['open', 'complete', 'expired'], session.status),
  paymentStatus: isReserved(session) ? takenOf(payment) : oneOf(['paid', 'unpaid', 'no_payment_required'], session.payment_status),
  paymentFailed: payment?.status === 'requires_payment_method' || payment?.status === 'canceled',
  clientSecret: session.client_secret ?? null,
  // Somebody may have taken a part of what was authorised.
  amountTotalCents: isReserved(session) && payment?.status === 'succeeded' ? payment.amount_received : session.amount_total,
  currency: session.currency,
  livemode: session.livemode,
  clientReferenceId: session.client_reference_id,
  metadata: session.metadata ?? {},
  paymentIntentId: idOf(session.payment_intent),
  expiresAt: session.expires_at,
});

/** Of an authorised payment only what the payment itself says is paid. */
const takenOf = (payment: Stripe.PaymentIntent | undefined): CheckoutSession['paymentStatus'] =>
  payment?.status === 'succeeded' ? 'paid' : 'unpaid';
