import type { Output } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { titleOfSold } from '../../contract/sentences.ts';
import { requireRoomFor } from '../../ledger/transfers/grants.ts';
import { isDeleted } from '../../models/deletion.ts';
import { insertPurchase, movePurchase, noteFailedKey, noteSession, type Purchase, readPurchase } from '../../models/purchase.ts';
import type { AgencyScope, ClientScope } from '../../models/scope.ts';
import { describeCause } from '../../ports/causes.ts';
import { type CheckoutSession, type Deps, ProviderError } from '../../ports/index.ts';
import type { Currency } from '../../rules/money.ts';
import { alertOfProvider } from '../journal/alerts.ts';
import { closesAt, firstCheckAt, isTooOld, lookUpSession } from './janitor.ts';
import { checkoutItem, type Offer, type PaymentSettings, type Sale } from './prices.ts';
import { isSettled, settlePurchase } from './settle.ts';
import { requireAsShown } from './shown-price.ts';

/** A client's choice: one of the agency's packages, or an amount in milli-credits. */
export interface Choice extends Buyer, PurchaseAttempt {
  packageId?: string | undefined;
  amountMillis?: number | undefined;
  /** The price that the page showed, if it says so. */
  priceCents?: number | undefined;
  centsPer100Credits?: number | undefined;
  currency?: Currency | undefined;
  creditsMillis?: number | undefined;
}

export interface PurchaseAttempt {
  /** Id of the attempt. */
  id: string;
  /** The purchase that an earlier run of the same attempt stored. */
  begun: Purchase | null;
}

/** The buyer and the page to return to. */
export interface Buyer {
  memberId: string;
  email: string;
  /** A page of the agency, already checked. */
  returnUrl: string;
  /** How the checkout page is shown. */
  ui: 'hosted' | 'embedded';
}

/** The agency's offer and its payment settings; undefined until they are set up. */
export interface Shop extends Offer {
  settings: PaymentSettings | undefined;
}

type PurchaseDeps = Pick<Deps, 'now' | 'payments' | 'log' | 'reached'>;

/**
 * Opens a checkout page. The purchase is stored first, and Stripe gets a key derived from it. After a crash anywhere, the same attempt
 * finds the same purchase and page.
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
 * Opens a purchase whose price another feature sets. If the answer has no checkout page, the attempt is over.
 * @param wanted `sold` is called once, so that a repetition keeps the first offer
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
  if (purchase.state !== 'open') refuse('purchase.expired'); // it was canceled before it had a page
  // A purchase that a former account began is not sold any more.
  if (purchase.stripeAccount !== undefined && purchase.stripeAccount !== stripeAccount) refuse('purchase.expired');
  if (isTooOld(purchase, deps)) return lookUpSession(purchase, settings, deps);
  // After the purchase is stored, so that either this sees the deletion, or the deletion sees the purchase.
  if (await isDeleted(scope)) {
    await movePurchase(purchase, purchase._id, 'expired');
    refuse('client.deleted');
  }
  const opened = await openPage(purchase, buyer, settings, deps);
  if (opened.state !== 'expired') return opened;
  // It was canceled before it had a page, or its client was deleted.
  await deps.payments.expireCheckout(settings, opened.sessionId ?? '');
  return refuse('purchase.expired');
}

/** Idempotency keys to try at once. */
const KEYS_MAX = 3;

/** Asks for the page under one key after the other, because Stripe keeps a failure under each. */
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
      'checkout.failure_kept: Stripe keeps a failure under a key; the next one is tried',
    );
    // The failed call may have created a page. A second page for the same purchase could be paid as well.
    const found = await lookUpSession(purchase, settings, deps);
    if (found.sessionId !== undefined) return found;
    purchase = await noteFailedKey(purchase, purchase);
    if (purchase.sessionId !== undefined) return purchase;
  }
  return refuse('payments.provider_unavailable', { cause: failure });
}

/** Marks calls that only look: paying clients go first at Stripe, and nothing is asked after the caller has left. */
export const lookingAt = <D extends Pick<Deps, 'payments'>>(scope: AgencyScope | ClientScope, signal: AbortSignal, deps: D): D => ({
  ...deps,
  payments: deps.payments.for({ who: 'clientId' in scope ? scope.clientId : '', purpose: 'look', signal }),
});

/**
 * Shows a purchase. An unsettled one is read back from Stripe first; if Stripe does not answer, the stored state is shown.
 * @param settingsOf returns the account that offered a purchase, undefined if it is no longer known
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
    deps.log.info({ purchaseId: id, cause: describeCause(error) }, 'purchase.read_failed: a purchase could not be read back');
    await alertOfProvider(stored, error, deps);
    return shown(stored);
  }
}

/**
 * Gives up an unpaid purchase: its page closes at Stripe, so that it cannot be paid after another one was begun. A payment made by then
 * stays, and its credits come. Refuses with `purchase.not_found`, and with `payments.provider_unavailable` while the page may be open.
 */
export async function cancelPurchase(
  scope: ClientScope,
  id: string,
  settingsOf: (purchase: Purchase) => PaymentSettings | undefined,
  deps: PurchaseDeps,
): Promise<Output<'purchases.read'>> {
  const stored = (await readPurchase(scope, id)) ?? refuse('purchase.not_found');
  if (isSettled(stored)) return shown(stored);
  return shown(await closePurchase(stored, settingsOf(stored) ?? refuse('payments.not_configured'), deps));
}

/** Closes the page of an unsettled purchase. Refuses with `payments.provider_unavailable` while it may be open. */
export async function closePurchase(stored: Purchase, settings: PaymentSettings, deps: PurchaseDeps): Promise<Purchase> {
  const known = await lookUpSession(stored, settings, deps);
  // Without a page nothing can be paid, and the attempt opens none any more.
  if (known.sessionId === undefined) return (await movePurchase(known, known._id, 'expired')) ?? known;
  await deps.payments.expireCheckout(settings, known.sessionId);
  deps.reached('checkout.after_expire');
  const now = await settlePurchase(known, settings, deps);
  return now.state === 'open' ? refuse('payments.provider_unavailable') : now;
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
  const { _id: purchaseId, agencyId, world, item, currency, orderId, failedKeys = 0 } = purchase;
  const request = {
    idempotencyKey: failedKeys === 0 ? `${purchaseId}.checkout` : `${purchaseId}.checkout.${failedKeys}`,
    purchaseId,
    item,
    title: titleOfSold(purchase),
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
      'checkout.amount_differs: Stripe would ask for another amount than the package costs; nothing was offered',
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

/** Returns the checkout page. Without one the attempt is over: its session is gone, or was never created. */
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
