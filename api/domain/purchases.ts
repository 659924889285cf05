import type { Output } from '../contract/index.ts';
import { Refusal, refuse } from '../contract/refusal.ts';
import { insertPurchase, noteSession, type Purchase, readPurchase } from '../models/purchase.ts';
import type { AgencyScope, ClientScope } from '../models/scope.ts';
import { checkoutItem, type Offer, type PaymentSettings } from './payments.ts';
import type { CheckoutSession, Deps } from './ports.ts';
import { firstCheckAt, isTooOld, lookUpSession } from './purchases-janitor.ts';
import { isSettled, settlePurchase } from './purchases-settle.ts';

/** What a client asks to buy: one of the agency's packages, or an amount in milli-credits. */
export interface Order {
  /** The attempt's own, at most 60 letters and digits; a second run of the same attempt finds the purchase of the first. */
  requestId: string;
  /** Who buys. */
  memberId: string;
  email: string;
  packageId?: string | undefined;
  amountMillis?: number | undefined;
  /** A page of the agency, already checked. */
  returnUrl: string;
}

/** What the agency sells, and with what it takes money; undefined until that is set up. */
export interface Shop extends Offer {
  settings: PaymentSettings | undefined;
}

type PurchaseDeps = Pick<Deps, 'now' | 'payments' | 'log' | 'reached'>;

/**
 * Opens a page to pay on. The purchase is stored first and Stripe is asked with a key derived from it, so that after a crash anywhere
 * the same attempt finds the same purchase and the same page.
 */
export async function startPurchase(scope: ClientScope, order: Order, shop: Shop, deps: PurchaseDeps): Promise<Output<'credits.checkout'>> {
  const settings = shop.settings ?? refuse('payments.not_configured');
  const id = `pur_${order.requestId}`;
  const begun = await readPurchase(scope, id);
  const purchase = begun ?? (await insertPurchase(scope, intent(id, order, shop, settings, deps)));
  deps.reached('checkout.after_intent');
  if (purchase.sessionId !== undefined) return offered(purchase);
  if (isTooOld(purchase, deps)) return offered(await lookUpSession(purchase, settings, deps));

  const session = await openCheckout(purchase, order, settings, deps);
  deps.reached('checkout.after_session');
  return offered(await noteSession(scope, id, session));
}

/**
 * Where a purchase stands. What is unsettled is read back from Stripe first; where Stripe does not answer, the answer is what we know.
 * @param settings of the purchase's mode, undefined where payments are no longer set up
 */
export async function showPurchase(
  scope: AgencyScope | ClientScope,
  id: string,
  settings: PaymentSettings | undefined,
  deps: PurchaseDeps,
): Promise<Output<'purchases.read'>> {
  const stored = (await readPurchase(scope, id)) ?? refuse('purchase.not_found');
  if (isSettled(stored) || !settings) return shown(stored);
  try {
    return shown(await settlePurchase(stored, settings, deps));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    deps.log.error({ purchaseId: id, code: error.code }, 'a purchase could not be read back');
    return shown(stored);
  }
}

function intent(id: string, order: Order, shop: Shop, settings: PaymentSettings, deps: PurchaseDeps) {
  const createdAt = deps.now();
  return { ...checkoutItem(settings, shop, order), _id: id, memberId: order.memberId, createdAt, checkAt: firstCheckAt(createdAt) };
}

async function openCheckout(
  purchase: Purchase,
  { returnUrl, email }: Order,
  settings: PaymentSettings,
  { payments, log }: PurchaseDeps,
): Promise<CheckoutSession> {
  const { _id: purchaseId, agencyId, world, item, name, currency } = purchase;
  const request = {
    idempotencyKey: `${purchaseId}.checkout`,
    purchaseId,
    item,
    description: name,
    currency,
    email,
    successUrl: withFragment(returnUrl, `wl-purchase=${purchaseId}`),
    cancelUrl: withFragment(returnUrl, `wl-canceled=${purchaseId}`),
    metadata: { wl_agency: agencyId, wl_world: world, wl_purchase: purchaseId },
  };
  const session = await payments.createCheckout(settings, request).catch((error: unknown) => {
    // The buyer can do nothing about an agency's revoked key.
    if (error instanceof Refusal && error.code === 'payments.key_refused') refuse('payments.not_configured', { cause: error });
    throw error;
  });
  const isOurPrice = session.amountTotalCents === purchase.priceCents && session.currency?.toUpperCase() === currency;
  if (!isOurPrice || session.url === null) {
    log.error(
      { agencyId, purchaseId, sessionId: session.id },
      'Stripe would ask for another amount than the package costs; nothing was offered',
    );
    refuse('payments.not_configured', { cause: 'the price at Stripe has changed' });
  }
  return session;
}

function withFragment(address: string, fragment: string): string {
  const url = new URL(address);
  url.hash = fragment;
  return url.href;
}

/** Where there is no page to pay on, the attempt is over: its session is gone, or was never made. */
const offered = ({ _id, sessionId, checkoutUrl, credits, priceCents, currency }: Purchase): Output<'credits.checkout'> => ({
  purchaseId: _id,
  sessionId: sessionId ?? refuse('purchase.expired'),
  checkoutUrl: checkoutUrl ?? refuse('purchase.expired'),
  credits,
  priceCents,
  currency,
});

const shown = ({
  _id,
  sessionId,
  checkoutUrl,
  state,
  credits,
  priceCents,
  currency,
  balanceAfter,
}: Purchase): Output<'purchases.read'> => ({
  purchaseId: _id,
  sessionId: sessionId ?? null,
  state,
  credits,
  priceCents,
  currency,
  checkoutUrl: state === 'open' ? (checkoutUrl ?? null) : null,
  balanceAfter: balanceAfter ?? null,
});
