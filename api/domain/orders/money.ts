import type { ErrorCode } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { agencyById } from '../../models/agency.ts';
import type { Order } from '../../models/order.ts';
import { isCredited, type Purchase, type PurchaseState, readPurchase } from '../../models/purchase.ts';
import { modeOf } from '../../models/scope.ts';
import type { AgencyAccess, ClientScope, Deps } from '../../ports/index.ts';
import { formatMoney } from '../../rules/money.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import { checkReturnUrl } from '../accounts/accounts.ts';
import { requireClient } from '../accounts/clients.ts';
import { openPurchase } from '../payments/checkout.ts';
import { lookUpSession } from '../payments/janitor.ts';
import { CHARGE_CENTS, type PaymentSettings } from '../payments/prices.ts';
import { settlePurchase } from '../payments/settle.ts';
import { paymentSettings, settingsOfPurchase } from '../payments/stripe.ts';

/** How an order's money stands. open: the page is open · reserved: authorised, not taken · taken: the credits came · gone: neither comes */
export type Money = { stands: 'open' | 'reserved' } | { stands: 'taken'; purchase: Purchase } | { stands: 'gone'; code: ErrorCode };

/** Refuses what cannot be paid with money: without an account at Stripe, from a strange page, or below what Stripe takes. */
export function requirePayable(
  access: AgencyAccess,
  { priceCents, currency, returnUrl }: Pick<Order, 'priceCents' | 'currency'> & { returnUrl: string | undefined },
  deps: Deps,
): void {
  checkReturnUrl(access, returnUrl ?? refuse('return_url.refused', { param: 'returnUrl' }), deps);
  if (access.agency.stripe[access.mode] === undefined) refuse('payments.not_configured');
  const { min, max } = CHARGE_CENTS;
  if (priceCents >= min && priceCents <= max) return;
  const sentence = `A payment is between ${formatMoney(min, currency)} and ${formatMoney(max, currency)}. Pay with credits.`;
  refuse('input.invalid', { param: 'pay', values: { sentence } });
}

/** Opens the page on which an order's money is authorised. The second time it is the same page. */
export async function openOrderPage(
  scope: ClientScope,
  { _id: orderId, memberId, name, priceMillis: credits, priceCents, currency }: Order,
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
      sold: () => ({ item, name, credits, priceCents, currency, orderId }),
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

/** Longer than it takes from storing an order to storing its purchase. Business time. */
const OPENING_MS = MINUTE_MS;

/** How the order's money stands at Stripe, which is asked now. Whoever placed the order a moment ago may be about to open its page. */
export async function readMoney(order: Order, deps: Deps): Promise<Money> {
  const { purchase, settings } = await found(order, deps);
  if (purchase) return moneyOf(await settlePurchase(purchase, settings, deps));
  return later(order.createdAt, OPENING_MS) > deps.now() ? { stands: 'open' } : notOpened;
}

/** How it stood when Stripe was last asked. */
export async function readKnownMoney(order: Order): Promise<Money> {
  const purchase = await readPurchase(order, purchaseOf(order._id));
  return purchase ? moneyOf(purchase) : notOpened;
}

/** Takes what was authorised: the credits come set aside for the order. */
export async function takeMoney(order: Order, asked: Deps): Promise<Money> {
  const deps = decidingOn(order, asked);
  const { purchase, settings } = await found(order, deps);
  if (!purchase) return notOpened;
  if (purchase.state === 'processing' && purchase.paymentId !== undefined) await deps.payments.capturePayment(settings, purchase.paymentId);
  return moneyOf(await settlePurchase(purchase, settings, deps));
}

/** Closes the page to pay on. Where it was paid by then, it stays so. */
export async function closeOrderPage(order: Order, asked: Deps): Promise<void> {
  const deps = decidingOn(order, asked);
  const { purchase, settings } = await found(order, deps);
  if (purchase?.sessionId !== undefined) await deps.payments.expireCheckout(settings, purchase.sessionId);
}

/** Lets go of what was authorised, and closes the page. Refuses with `payments.provider_unavailable` as long as money could still come. */
export async function releaseMoney(order: Order, asked: Deps): Promise<Money> {
  const deps = decidingOn(order, asked);
  const { purchase, settings } = await found(order, deps);
  if (!purchase) return notOpened;
  const { sessionId, paymentId, state } = await settlePurchase(purchase, settings, deps);
  if (state === 'open' && sessionId !== undefined) await deps.payments.expireCheckout(settings, sessionId);
  if ((state === 'processing' || state === 'review') && paymentId !== undefined) await deps.payments.cancelPayment(settings, paymentId);
  const money = moneyOf(await settlePurchase(purchase, settings, deps));
  return money.stands === 'open' || money.stands === 'reserved' ? refuse('payments.provider_unavailable') : money;
}

/** Whoever moves money is asked for first, and by what is so now, also where somebody who only looks is the reason. */
const decidingOn = ({ clientId }: Pick<Order, 'clientId'>, deps: Deps, signal?: AbortSignal): Deps => ({
  ...deps,
  payments: deps.payments.for({ who: clientId, purpose: 'money', signal }),
});

async function found(order: Order, deps: Deps): Promise<{ purchase: Purchase | null; settings: PaymentSettings }> {
  const purchase = await readPurchase(order, purchaseOf(order._id));
  const settings = (await settingsOf(order, purchase, deps)) ?? refuse('payments.not_configured');
  return { purchase: purchase && (await lookUpSession(purchase, settings, deps)), settings };
}

/** The account that a purchase was offered by; of now, where there is none yet. */
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

const whyGone: Partial<Record<PurchaseState, ErrorCode>> = { expired: 'order.payment_expired', review: 'order.payment_differs' };

const notOpened: Money = { stands: 'gone', code: 'order.payment_expired' };

/** An order has one purchase, of a name made from its own. */
const purchaseOf = (orderId: string): string => orderId.replace(/^ord_/, 'pur_');
