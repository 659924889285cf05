import type { PlainCode } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { agencyById } from '../../models/agency.ts';
import type { Order } from '../../models/order.ts';
import { isCredited, type Purchase, type PurchaseState, readPurchase } from '../../models/purchase.ts';
import { modeOf } from '../../models/scope.ts';
import type { AgencyAccess, ClientScope, Deps } from '../../ports/index.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import { checkReturnUrl } from '../accounts/accounts.ts';
import { requireClient } from '../accounts/clients.ts';
import { takesPayments } from '../directory/open.ts';
import { closePurchase, openPurchase } from '../payments/checkout.ts';
import { lookUpSession } from '../payments/janitor.ts';
import { CHARGE_CENTS, type PaymentSettings } from '../payments/prices.ts';
import { settlePurchase } from '../payments/settle.ts';
import { paymentSettings, settingsOfPurchase } from '../payments/stripe.ts';

/**
 * State of an order's money.
 * - open: its page is open
 * - reserved: authorised, not taken
 * - taken: the credits came
 * - gone: no money comes
 */
export type Money = { stands: 'open' | 'reserved' } | { stands: 'taken'; purchase: Purchase } | { stands: 'gone'; code: PlainCode };

/** Refuses a payment with money without a Stripe account, from a foreign page, or below Stripe's minimum. */
export function requirePayable(
  access: AgencyAccess,
  { priceCents, currency, returnUrl }: Pick<Order, 'priceCents' | 'currency'> & { returnUrl: string | undefined },
  deps: Deps,
): void {
  checkReturnUrl(access, returnUrl ?? refuse('return_url.refused', { param: 'returnUrl' }), deps);
  if (!takesPayments(access)) refuse('payments.not_configured');
  const { min: minCents, max: maxCents } = CHARGE_CENTS;
  if (priceCents >= minCents && priceCents <= maxCents) return;
  refuse('input.invalid', { param: 'pay', values: { reason: 'order_not_payable', minCents, maxCents, currency } });
}

/** Opens the page that authorises an order's money. Repeating it returns the same page. */
export async function openOrderPage(
  scope: ClientScope,
  { _id: orderId, memberId, kind, name, named, priceMillis: credits, priceCents, currency }: Order,
  { returnUrl, ui, signal }: { returnUrl: string; ui: 'hosted' | 'embedded'; signal: AbortSignal | undefined },
  asked: Deps,
): Promise<Pick<Order, 'purchaseId' | 'checkoutUrl' | 'checkoutSecret' | 'stripeKey'>> {
  const deps = decidingOn(scope, asked, signal);
  const id = purchaseOf(orderId);
  const [client, begun] = await Promise.all([requireClient(scope, scope.clientId), readPurchase(scope, id)]);
  const opened = begun?.sessionId === undefined ? null : begun;
  const settings = (await settingsOf(scope, opened, deps)) ?? refuse('payments.not_configured');
  const email = client.members.find(({ id }) => id === memberId)?.email ?? '';
  const item = { productId: settings.productId, unitCents: priceCents };
  const { _id: purchaseId, ...page } = await openPurchase(
    scope,
    {
      id,
      begun,
      sold: () => ({ item, name, ...soldAs({ kind, name, named }), credits, priceCents, currency, orderId }),
      buyer: { memberId, email, returnUrl, ui },
    },
    settings,
    deps,
  );
  const { checkoutUrl, checkoutSecret } = page;
  if (checkoutUrl === undefined && checkoutSecret === undefined) refuse('purchase.expired');
  return {
    purchaseId,
    ...(checkoutUrl !== undefined && { checkoutUrl }),
    ...(checkoutSecret !== undefined && { checkoutSecret, stripeKey: settings.publishableKey }),
  };
}

/** A plan has the agency's own name, which does not say that it is a plan. */
const soldAs = ({ kind, name, named }: Pick<Order, 'kind' | 'name'> & { named: Order['named'] | undefined }): Pick<Order, 'named'> =>
  kind === 'plan' ? { named: { code: 'plan', values: { plan: name } } } : named ? { named } : {};

/** Longer than the time between storing an order and storing its purchase. Business time. */
const OPENING_MS = MINUTE_MS;
const isOpening = ({ createdAt }: Order, { now }: Pick<Deps, 'now'>): boolean => later(createdAt, OPENING_MS) > now();

/** Asks Stripe for the state of an order's money. A fresh order may be about to open its page. */
export async function readMoney(order: Order, deps: Deps): Promise<Money> {
  const { purchase, settings } = await findPurchase(order, deps);
  if (purchase) return moneyOf(await settlePurchase(purchase, settings, deps));
  return isOpening(order, deps) ? { stands: 'open' } : notOpened;
}

/** Returns the state of an order's money when Stripe was last asked. */
export async function readKnownMoney(order: Order): Promise<Money> {
  const purchase = await readPurchase(order, purchaseOf(order._id));
  return purchase ? moneyOf(purchase) : notOpened;
}

/** Takes authorised money; its credits arrive set aside for the order. */
export async function takeMoney(order: Order, asked: Deps): Promise<Money> {
  const deps = decidingOn(order, asked);
  const { purchase, settings } = await findPurchase(order, deps);
  if (!purchase) return notOpened;
  if (purchase.state === 'processing' && purchase.paymentId !== undefined) await deps.payments.capturePayment(settings, purchase.paymentId);
  return moneyOf(await settlePurchase(purchase, settings, deps));
}

/**
 * Closes the checkout page, also one that is about to open. A payment made by then stays. Refuses with `payments.provider_unavailable` while
 * the page may be open.
 */
export async function closeOrderPage(order: Order, asked: Deps): Promise<void> {
  const deps = decidingOn(order, asked);
  const purchase = await readPurchase(order, purchaseOf(order._id));
  // Its page may be about to open, without anything yet by which it could be stopped.
  if (!purchase && isOpening(order, deps)) refuse('payments.provider_unavailable');
  if (purchase) await closePurchase(purchase, (await settingsOf(order, purchase, deps)) ?? refuse('payments.not_configured'), deps);
}

/** Cancels an authorisation and closes the page. Refuses with `payments.provider_unavailable` while money could still come. */
export async function releaseMoney(order: Order, asked: Deps): Promise<Money> {
  const deps = decidingOn(order, asked);
  const { purchase, settings } = await findPurchase(order, deps);
  if (!purchase) return notOpened;
  const { sessionId, paymentId, state } = await settlePurchase(purchase, settings, deps);
  if (state === 'open' && sessionId !== undefined) await deps.payments.expireCheckout(settings, sessionId);
  if ((state === 'processing' || state === 'review') && paymentId !== undefined) await deps.payments.cancelPayment(settings, paymentId);
  const money = moneyOf(await settlePurchase(purchase, settings, deps));
  return money.stands === 'open' || money.stands === 'reserved' ? refuse('payments.provider_unavailable') : money;
}

/** Asks Stripe with the priority and freshness of a decision about money, even during a mere look. */
const decidingOn = ({ clientId }: Pick<Order, 'clientId'>, deps: Deps, signal?: AbortSignal): Deps => ({
  ...deps,
  payments: deps.payments.for({ who: clientId, purpose: 'money', signal }),
});

async function findPurchase(order: Order, deps: Deps): Promise<{ purchase: Purchase | null; settings: PaymentSettings }> {
  const purchase = await readPurchase(order, purchaseOf(order._id));
  const settings = (await settingsOf(order, purchase, deps)) ?? refuse('payments.not_configured');
  return { purchase: purchase && (await lookUpSession(purchase, settings, deps)), settings };
}

/** Returns the account that offered a purchase, or the present one if there is no purchase yet. */
async function settingsOf(
  { agencyId, world }: Pick<Order, 'agencyId' | 'world'>,
  purchase: Purchase | null,
  deps: Deps,
): Promise<PaymentSettings | undefined> {
  const agency = await agencyById(agencyId);
  if (!agency) return undefined;
  const mode = modeOf(world);
  return purchase ? settingsOfPurchase(agency, mode, purchase, deps) : paymentSettings(agency, mode, deps);
}

function moneyOf(purchase: Purchase): Money {
  if (isCredited(purchase)) return { stands: 'taken', purchase };
  if (purchase.state === 'open') return { stands: 'open' };
  if (purchase.state === 'processing') return { stands: 'reserved' };
  return { stands: 'gone', code: whyGone[purchase.state] ?? 'order.payment_failed' };
}

const whyGone: Partial<Record<PurchaseState, PlainCode>> = { expired: 'order.payment_expired', review: 'order.payment_differs' };

const notOpened: Money = { stands: 'gone', code: 'order.payment_expired' };

/** An order has one purchase, whose id derives from the order's. */
const purchaseOf = (orderId: string): string => orderId.replace(/^ord_/, 'pur_');
