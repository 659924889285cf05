import type { Output } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { requireRoomFor } from '../../ledger/transfers/grants.ts';
import { insertPurchase, noteFailedKey, noteSession, type Purchase, readPurchase } from '../../models/purchase.ts';
import type { AgencyScope, ClientScope } from '../../models/scope.ts';
import { describeCause } from '../../ports/causes.ts';
import { type CheckoutSession, type Deps, ProviderError } from '../../ports/index.ts';
import type { Currency } from '../../rules/money.ts';
import { alertOfProvider } from '../journal/alerts.ts';
import { closesAt, firstCheckAt, isTooOld, lookUpSession } from './janitor.ts';
import { checkoutItem, type Offer, type PaymentSettings, type Sale } from './prices.ts';
import { isSettled, settlePurchase } from './settle.ts';
import { requireAsShown } from './shown-price.ts';

/** What a client asks to buy: one of the agency's packages, or an amount in milli-credits. */
export interface Choice extends Buyer, PurchaseAttempt {
  packageId?: string | undefined;
  amountMillis?: number | undefined;
  /** What the buyer was shown, where the page says so. */
  priceCents?: number | undefined;
  centsPer100Credits?: number | undefined;
  currency?: Currency | undefined;
  creditsMillis?: number | undefined;
}

export interface PurchaseAttempt {
  /** The attempt's own. */
  id: string;
  /** What an earlier run of the same attempt has stored. */
  begun: Purchase | null;
}

/** Who buys, and where. */
export interface Buyer {
  memberId: string;
  email: string;
  /** A page of the agency, already checked. */
  returnUrl: string;
  /** How the page to pay on is shown. */
  ui: 'hosted' | 'embedded';
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
export async function startPurchase(
  scope: ClientScope,
  choice: Choice,
  shop: Shop,
  deps: PurchaseDeps,
): Promise<Output<'credits.checkout'>> {
  const settings = shop.settings ?? refuse('payments.not_configured');
  const sold = () => {
    const sale = checkoutItem(settings, shop, choice);
    const { credits: creditsMillis, priceCents, currency } = sale;
    requireAsShown({ priceCents, centsPer100Credits: shop.plan.centsPer100Credits, currency, creditsMillis }, choice);
    return sale;
  };
  const { credits } = choice.begun ?? sold();
  await requireRoomFor(scope, credits, choice.packageId === undefined ? 'amountMillis' : 'packageId');
  return offered(await openPurchase(scope, { ...choice, sold, buyer: choice }, settings, deps), settings);
}

/**
 * The same for what is sold by somebody else's rules. Where there is no page to pay on in the answer, the attempt is over.
 * @param wanted `sold` is asked once: a purchase keeps what it was first offered as
 */
export async function openPurchase(
  scope: ClientScope,
  { id, begun, sold, buyer }: PurchaseAttempt & { sold(): Sale & { orderId?: string }; buyer: Buyer },
  settings: PaymentSettings,
  deps: PurchaseDeps,
): Promise<Purchase> {
  const { accountId: stripeAccount } = settings;
  const offer = { ...intent(id, sold(), buyer, deps), ...(stripeAccount !== undefined && { stripeAccount }) };
  const purchase = begun ?? (await insertPurchase(scope, offer));
  deps.reached('checkout.after_intent');
  if (purchase.sessionId !== undefined) return purchase;
  // What was begun with an account that the agency has left meanwhile is sold by nobody.
  if (purchase.stripeAccount !== undefined && purchase.stripeAccount !== stripeAccount) refuse('purchase.expired');
  if (isTooOld(purchase, deps)) return lookUpSession(purchase, settings, deps);

  return openPage(purchase, buyer, settings, deps);
}

/** So many keys are tried at a time. */
const KEYS_MAX = 3;

/** Asks for the page under one key after the other: the one before is of no use where Stripe keeps a failure under it. */
async function openPage(begun: Purchase, buyer: Buyer, settings: PaymentSettings, deps: PurchaseDeps): Promise<Purchase> {
  let purchase = begun;
  let failure: ProviderError | undefined;
  for (let tries = 0; tries < KEYS_MAX; tries += 1) {
    const session = await openCheckout(purchase, buyer, settings, deps);
    if (!(session instanceof ProviderError)) {
      deps.reached('checkout.after_session');
      return noteSession(purchase, purchase._id, session);
    }
    failure = session;
    deps.log.error(
      { purchaseId: purchase._id, cause: describeCause(failure) },
      'Stripe keeps a failure under a key; the next one is tried',
    );
    // What failed in the end may have been made: a second page for the same purchase could be paid, too.
    const found = await lookUpSession(purchase, settings, deps);
    if (found.sessionId !== undefined) return found;
    purchase = await noteFailedKey(purchase, purchase);
    if (purchase.sessionId !== undefined) return purchase;
  }
  return refuse('payments.provider_unavailable', { cause: failure });
}

/** For whoever only looks: people who pay go first at Stripe, and nothing is asked for whoever has left. */
export const lookingAt = <D extends Pick<Deps, 'payments'>>(scope: AgencyScope | ClientScope, signal: AbortSignal, deps: D): D => ({
  ...deps,
  payments: deps.payments.for({ who: 'clientId' in scope ? scope.clientId : '', purpose: 'look', signal }),
});

/**
 * Where a purchase stands. What is unsettled is read back from Stripe first; where Stripe does not answer, the answer is what we know.
 * @param settingsOf the account that a purchase was offered by, undefined where that is not known any more
 */
export async function showPurchase(
  scope: AgencyScope | ClientScope,
  id: string,
  settingsOf: (purchase: Purchase) => PaymentSettings | undefined,
  deps: PurchaseDeps,
): Promise<Output<'purchases.read'>> {
  const stored = (await readPurchase(scope, id)) ?? refuse('purchase.not_found');
  const settings = isSettled(stored) ? undefined : settingsOf(stored);
  if (!settings) return shown(stored);
  try {
    return shown(await settlePurchase(stored, settings, deps));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    deps.log.info({ purchaseId: id, cause: describeCause(error) }, 'a purchase could not be read back');
    await alertOfProvider(stored, error, deps);
    return shown(stored);
  }
}

function intent(id: string, sale: Sale & { orderId?: string }, { memberId }: Buyer, deps: PurchaseDeps) {
  const createdAt = deps.now();
  return { ...sale, _id: id, memberId, createdAt, checkAt: firstCheckAt(createdAt) };
}

async function openCheckout(
  purchase: Purchase,
  { returnUrl, email, ui }: Buyer,
  settings: PaymentSettings,
  { payments, log }: PurchaseDeps,
): Promise<CheckoutSession | ProviderError> {
  const { _id: purchaseId, agencyId, world, item, name, currency, orderId, failedKeys = 0 } = purchase;
  const request = {
    idempotencyKey: failedKeys === 0 ? `${purchaseId}.checkout` : `${purchaseId}.checkout.${failedKeys}`,
    purchaseId,
    item,
    description: name,
    currency,
    email,
    successUrl: withFragment(returnUrl, orderId === undefined ? `wl-purchase=${purchaseId}` : `wl-order=${orderId}`),
    cancelUrl: withFragment(returnUrl, orderId === undefined ? `wl-canceled=${purchaseId}` : `wl-order-canceled=${orderId}`),
    ui,
    isCapturedLater: orderId !== undefined,
    closesAt: closesAt(purchase),
    metadata: { wl_agency: agencyId, wl_world: world, wl_purchase: purchaseId, ...(orderId !== undefined && { wl_order: orderId }) },
  };
  const session = await payments.createCheckout(settings, request);
  if (session instanceof ProviderError) return session;
  const isOurPrice = session.amountTotalCents === purchase.priceCents && session.currency?.toUpperCase() === currency;
  if (!isOurPrice || (ui === 'embedded' ? session.clientSecret : session.url) == null) {
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
const offered = (purchase: Purchase, { publishableKey }: PaymentSettings): Output<'credits.checkout'> => ({
  purchaseId: purchase._id,
  sessionId: purchase.sessionId ?? refuse('purchase.expired'),
  ...pageOf(purchase, publishableKey),
  credits: purchase.credits,
  priceCents: purchase.priceCents,
  currency: purchase.currency,
});

const pageOf = ({ checkoutUrl, checkoutSecret }: Purchase, publishableKey: string) =>
  checkoutSecret === undefined
    ? { checkoutUrl: checkoutUrl ?? refuse('purchase.expired'), checkoutSecret: null, stripeKey: null }
    : { checkoutUrl: null, checkoutSecret, stripeKey: publishableKey };

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
