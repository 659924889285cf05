import type Stripe from 'stripe';
import { type Asker, type CheckoutRequest, type CheckoutSession, type Payments, ProviderError } from '../../ports/index.ts';
import { answeredByStripe, codeIn, foundAtStripe, idOf, listAtStripe, oneOf, tryAtStripe, unlessKept } from './answers.ts';
import { type Ask, type AskFor, nameOf } from './clients.ts';
import type { Look } from './looks.ts';

type Calls = Pick<Payments, 'createCheckout' | 'readCheckout' | 'listCheckouts' | 'findCheckoutOf' | 'expireCheckout'>;
/** Answers shared by callers that only look. */
export type Looks = Look<CheckoutSession | undefined>;

/** Calls about Checkout: its pages and their outcomes. */
export const checkoutCalls = (askFor: AskFor, { purpose, signal }: Asker, looks: Looks): Calls => ({
  async createCheckout(access, request) {
    const ask = askFor(access);
    try {
      return await create(ask, request);
    } catch (refusal) {
      if (codeIn(refusal) !== 'email_invalid') throw refusal;
      // The buyer then writes the address on Stripe's page.
      return create(ask, { ...request, email: undefined, idempotencyKey: `${request.idempotencyKey}.no-email` });
    }
  },

  readCheckout(access, sessionId) {
    if (purpose !== 'look') return readSession(askFor(access), sessionId);
    return looks(`${nameOf(access)} ${sessionId}`, signal, (everybodyGone) => readSession(askFor(access, everybodyGone), sessionId));
  },

  async expireCheckout(access, sessionId) {
    // A complete or expired session is refused; the caller reads it back anyway.
    await tryAtStripe(
      askFor(access)('expireCheckout', (stripe) => stripe.checkout.sessions.expire(sessionId)),
      'checkout.session',
    );
  },

  async *listCheckouts(access, { from, to }) {
    const created = { gte: from, ...(to !== undefined && { lte: to }) };
    for await (const session of sessionsOf(askFor(access), { created })) yield asSession(session);
  },

  async findCheckoutOf(access, paymentId) {
    for await (const session of sessionsOf(askFor(access), { payment_intent: paymentId })) return asSession(session);
    return undefined;
  },
});

const sessionsOf = (ask: Ask, about: Stripe.Checkout.SessionListParams) =>
  listAtStripe<Stripe.Checkout.Session>('checkout.session', (paging) =>
    ask('listCheckouts', (stripe) => stripe.checkout.sessions.list({ ...about, ...paging })),
  );

type Request = Omit<CheckoutRequest, 'email'> & { email: string | undefined };

async function create(ask: Ask, request: Request): Promise<CheckoutSession | ProviderError> {
  const { idempotencyKey } = request;
  const asked = ask('createCheckout', (stripe) => stripe.checkout.sessions.create(asParams(request), { idempotencyKey }));
  const session = await unlessKept(asked, 'checkout.session');
  return session instanceof ProviderError ? session : asSession(session);
}

async function readSession(ask: Ask, sessionId: string): Promise<CheckoutSession | undefined> {
  const session = await foundAtStripe(
    ask('readCheckout', (stripe) => stripe.checkout.sessions.retrieve(sessionId)),
    'checkout.session',
  );
  if (!session) return undefined;
  const isComplete = session.status === 'complete';
  const isAsked = isComplete && (session.payment_status !== 'paid' || isReserved(session));
  return asSession(session, isAsked ? await paymentOf(ask, session.payment_intent) : undefined);
}

/** Reads the payment of a complete session, because only the payment tells whether it is authorised, pending or done. */
async function paymentOf(ask: Ask, payment: string | Stripe.PaymentIntent | null): Promise<Stripe.PaymentIntent | undefined> {
  if (typeof payment !== 'string') return payment ?? undefined;
  return answeredByStripe(
    ask('readPayment', (stripe) => stripe.paymentIntents.retrieve(payment)),
    'payment_intent',
  );
}

/** Tells whether the money is only authorised at first. */
const isReserved = ({ metadata }: Stripe.Checkout.Session): boolean => metadata?.wl_order !== undefined;

const asParams = (request: Request): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment',
  line_items: [{ ...lineOf(request), quantity: 1 }],
  ...pageOf(request),
  custom_text: { submit: { message: request.title } },
  client_reference_id: request.purchaseId,
  ...(request.email !== undefined && request.email !== '' && { customer_email: request.email }),
  metadata: request.metadata,
  payment_intent_data: {
    metadata: request.metadata,
    description: request.title,
    ...(request.isCapturedLater && { capture_method: 'manual' }),
  },
  ...(request.closesAt && { expires_at: Math.floor(request.closesAt.getTime() / 1000) }),
  adaptive_pricing: { enabled: false }, // the buyer pays the price shown, in the currency shown
});

/** Hosted Checkout uses the default `ui_mode`, a page on Stripe's domain. An embedded page redirects only if necessary. */
const pageOf = ({ ui, successUrl, cancelUrl }: Request): Stripe.Checkout.SessionCreateParams =>
  ui === 'embedded'
    ? { ui_mode: 'embedded_page', return_url: successUrl, redirect_on_completion: 'if_required' }
    : { success_url: successUrl, cancel_url: cancelUrl };

/** Sells the agency's own product, whose tax code it carries; the title stands beside the button that pays. */
const lineOf = ({ item, currency }: Request): Stripe.Checkout.SessionCreateParams.LineItem =>
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
  // Somebody may have captured only a part.
  amountTotalCents: isReserved(session) && payment?.status === 'succeeded' ? payment.amount_received : session.amount_total,
  currency: session.currency,
  livemode: session.livemode,
  clientReferenceId: session.client_reference_id,
  metadata: session.metadata ?? {},
  paymentIntentId: idOf(session.payment_intent),
  expiresAt: session.expires_at,
});

/** An authorised payment counts as paid only if the payment itself says so. */
const takenOf = (payment: Stripe.PaymentIntent | undefined): CheckoutSession['paymentStatus'] =>
  payment?.status === 'succeeded' ? 'paid' : 'unpaid';
