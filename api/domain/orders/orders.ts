import assert from 'node:assert/strict';
import type { ErrorCode, Output } from '../../contract/index.ts';
import { Refusal, refuse, sentence } from '../../contract/refusal.ts';
import { readStanding } from '../../ledger/standing.ts';
import { refundOrderHold, spendableIn } from '../../ledger/transfers/orders.ts';
import { claimDueOrder, claimOrder, insertOrder, letGo, moveOrder, type Order, type OrderKind, readOrder } from '../../models/order.ts';
import type { Purchase } from '../../models/purchase.ts';
import { describeCause } from '../../ports/causes.ts';
import type { AgencyAccess, AgencyScope, ClientScope, Deps } from '../../ports/index.ts';
import { type Currency, priceOf } from '../../rules/money.ts';
import { later } from '../../rules/time.ts';
import { requireClient } from '../accounts/clients.ts';
import { planOf } from '../directory/plan.ts';
import { backOff, type DueWork, workThrough } from '../due/due.ts';
import { alertOfProvider } from '../journal/alerts.ts';
import { requireAsShown } from '../payments/shown-price.ts';
import { sealedOrder } from '../seals/documents.ts';
import { closeOrderPage, openOrderPage, requirePayable } from './money.ts';
import { steps } from './steps.ts';

/** What is for sale, at the price of this moment, in milli-credits. */
export interface Ware {
  kind: OrderKind;
  /** In words for people. */
  name: string;
  /** What is needed to bring it about. Never a secret. */
  item: Record<string, unknown>;
  /** The number, source or plan that it is about. */
  subjectId: string;
  priceMillis: number;
  /** The same in money, where that was fixed before; otherwise it is what credits cost in the client's plan now. */
  money?: Pick<Order, 'priceCents' | 'currency'> | undefined;
}

export interface Placement {
  /** `ord_` and the attempt's seed: the same attempt finds the same order. */
  orderId: string;
  memberId: string;
  ware: Ware;
  pay: 'credits' | 'money';
  /** The price that the client was shown, where it could be another one by now. */
  shown?: { priceMillis: number; priceCents?: number | undefined; currency?: Currency | undefined };
  /** How the page to pay on is shown. */
  ui?: 'hosted' | 'embedded' | undefined;
  /** Needed where money is paid; an address of a page of the agency. */
  returnUrl?: string | undefined;
  /** Ends with whoever asked: no page to pay on is opened for somebody who is gone. */
  signal?: AbortSignal | undefined;
  /** A reason not to begin; an attempt that was begun before goes on. */
  refusedUnlessBegun?: ErrorCode | undefined;
}

/** Longer than all providers together may be silent, so that nobody works on an order on which somebody works. */
const LEASE_MS = 120_000;
const BACKOFF_MS = 10_000;
const BACKOFF_MAX_MS = 600_000;

/**
 * Orders something and goes as far as it can at once. Refuses with `credits.insufficient` (or `order.too_many`, `quote.changed`,
 * `payments.not_configured`, `return_url.refused`) before anything is asked of a provider. What a provider did not deliver is an order that is `undone`, with its reason.
 */
export async function placeOrder(access: AgencyAccess, scope: ClientScope, placement: Placement, deps: Deps): Promise<Order> {
  const begun = await readOrder(scope, placement.orderId);
  const order = begun ?? (await begin(access, scope, placement, deps));
  deps.reached('order.after_insert');
  const placed = await advanceOrder(await withPage(scope, order, placement, deps), deps);
  const { state, code } = placed;
  return state === 'undone' && (code === 'credits.insufficient' || code === 'order.too_many') ? refuse(code) : placed;
}

/** An order that is paid with money gets the page to pay on, unless it has one. */
async function withPage(scope: ClientScope, order: Order, { returnUrl, ui = 'hosted', signal }: Placement, deps: Deps): Promise<Order> {
  const isUnopened = order.pay === 'money' && order.priceMillis > 0 && order.step === 'placed' && order.purchaseId === undefined;
  if (!isUnopened || returnUrl === undefined) return order;
  return moveOrder(order, order._id, 'placed', await openOrderPage(scope, order, { returnUrl, ui, signal }, deps));
}

async function begin(access: AgencyAccess, scope: ClientScope, placement: Placement, deps: Deps): Promise<Order> {
  if (placement.refusedUnlessBegun) refuse(placement.refusedUnlessBegun);
  const order = await newOrder(access, scope, placement, { now: deps.now(), restMs: LEASE_MS });
  requireShown(order, placement);
  if (order.priceMillis > 0) {
    if (order.pay === 'credits') await requireFunds(scope, order);
    else requirePayable(access, { ...order, returnUrl: placement.returnUrl }, deps);
  }
  return (await insertOrder(sealedOrder(order))).order;
}

/** Goes on with an order as far as it can, if nobody else is at it. However often it is called, each step is done once. */
export async function advanceOrder(order: Order, deps: Deps): Promise<Order> {
  const now = deps.now();
  const claimed = await claimOrder(order, now, later(now, LEASE_MS));
  if (!claimed) return (await readOrder(order, order._id)) ?? order;
  try {
    const { order: now, refusal } = await work(claimed, deps);
    const { _id: orderId, agencyId, step } = now;
    if (refusal) deps.log.info({ orderId, agencyId, step, code: refusal.code, cause: describeCause(refusal.cause) }, 'order.waits');
    await alertOfProvider(now, refusal, deps);
    return now;
  } finally {
    await letGo(claimed, later(deps.now(), restMs(claimed)));
  }
}

const restMs = ({ checks }: Order): number => backOff(checks, BACKOFF_MS, BACKOFF_MAX_MS);

/** Goes on with an order that is claimed. Where a provider does not say how it ended, it stays as it is, with the refusal. */
async function work(claimed: Order, deps: Deps): Promise<{ order: Order; refusal?: Refusal }> {
  let order = claimed;
  try {
    for (let step: Order['step'] | undefined; step !== order.step; ) {
      step = order.step;
      order = await steps[step](order, deps);
    }
    return { order };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { order, refusal: error };
  }
}

/** Finishes or undoes orders that were left open. */
export const openOrders = (deps: Deps): DueWork<Order> => ({
  name: 'order',
  claim: claimDueOrder,
  leaseMs: LEASE_MS,
  async lookAfter(order) {
    const { refusal } = await work(order, deps);
    if (refusal) throw refusal;
  },
  putOff: letGo,
  restMs,
  about: ({ _id: orderId, step }) => ({ orderId, step }),
});

/** Goes on with all orders that are due, of all agencies. @returns how many were looked at */
export const advanceDueOrders = (deps: Deps, most?: number): Promise<number> => workThrough(openOrders(deps), deps, most);

/** Goes on with the order that a purchase pays for, where it pays for one. */
export async function advancePaidOrder({ orderId, ...purchase }: Purchase, deps: Deps): Promise<void> {
  const order = orderId === undefined ? null : await readOrder(purchase, orderId);
  if (order) await advanceOrder(order, deps);
}

/**
 * Gives back what a delivered order took that was paid with credits, to the lots that it came from, once. What was never charged stays as it is.
 * Refuses with `order.not_found`, and with `order.not_done` while it is under way.
 */
export async function refundOrder(
  scope: AgencyScope | ClientScope,
  orderId: string,
  { code, at }: { code: ErrorCode; at: Date },
  deps: Deps,
): Promise<Order> {
  const found = (await readOrder(scope, orderId)) ?? refuse('order.not_found');
  const order = found.state === 'open' || found.state === 'working' ? await advanceOrder(found, deps) : found;
  if (order.state === 'undone' || order.state === 'refunded') return order;
  if (order.state !== 'done') return refuse('order.not_done');
  assert(order.pay === 'credits', 'money goes back where it came from, and the credits with it');
  if (order.priceMillis > 0) await refundOrderHold(order, { key: order._id, actor: 'refund', at });
  return moveOrder(order, orderId, 'settled', { state: 'refunded', code });
}

/** An order of the caller's own, brought as far as it can go. */
export const readOrderOf = async (scope: AgencyScope | ClientScope, orderId: string, deps: Deps): Promise<Order> =>
  advanceOrder((await readOrder(scope, orderId)) ?? refuse('order.not_found'), deps);

/**
 * Gives up an order that is not paid: nobody can pay on its page any more, and what was kept for it is free. What was paid by then goes on.
 * Refuses with `order.not_found`, and with `payments.provider_unavailable` as long as money could still come.
 */
export async function cancelOrder(scope: ClientScope, orderId: string, deps: Deps): Promise<Order> {
  const order = (await readOrder(scope, orderId)) ?? refuse('order.not_found');
  if (order.state === 'open') await closeOrderPage(order, deps);
  return advanceOrder(order, deps);
}

/** An order as its client sees it. */
export function orderView(order: Order): Output<'orders.read'> {
  const isOpen = order.state === 'open';
  return {
    orderId: order._id,
    kind: order.kind,
    name: order.name,
    state: order.state,
    priceMillis: order.priceMillis,
    priceCents: order.priceCents,
    currency: order.currency,
    paidWith: order.pay,
    checkoutUrl: isOpen ? (order.checkoutUrl ?? null) : null,
    checkoutSecret: isOpen ? (order.checkoutSecret ?? null) : null,
    stripeKey: isOpen ? (order.stripeKey ?? null) : null,
    subjectId: order.subjectId,
    reason: order.code ? { code: order.code, message: sentence(order.code) } : null,
  };
}

/** An order before it is stored, at the price of this moment in the client's plan. Nobody looks after it for `restMs`: whoever makes it does. */
export async function newOrder(
  { agency }: AgencyAccess,
  scope: ClientScope,
  { orderId, memberId, ware, pay }: Placement,
  { now, restMs }: { now: Date; restMs: number },
): Promise<Order> {
  const { agencyId, world, clientId, subject } = scope;
  const { money, ...sold } = ware;
  const plan = planOf(agency, await requireClient(scope, clientId));
  const isPaidOutside = pay === 'money' && ware.priceMillis > 0;
  return {
    _id: orderId,
    ...{ agencyId, world, clientId, subject, memberId },
    ...sold,
    ...(money ?? { priceCents: priceOf(ware.priceMillis, plan.centsPer100Credits), currency: plan.currency }),
    pay,
    takesFree: plan.freeCreditsBuy === 'everything',
    state: isPaidOutside ? 'open' : 'working',
    step: 'placed',
    checks: 0,
    checkAt: later(now, restMs),
    leaseUntil: new Date(0),
    createdAt: now,
  };
}

/** Refuses with `quote.changed` where an order costs something else than its client was shown; with `input.invalid` where that is not said. */
export function requireShown({ priceMillis, priceCents, currency }: Order, { shown, pay }: Placement): void {
  if (!shown) return;
  requireAsShown({ priceMillis }, shown);
  if (pay === 'credits') return;
  requireAsShown({ priceCents, currency }, shown);
  if (shown.priceCents === undefined)
    refuse('input.invalid', { param: 'priceCents', values: { sentence: 'Name the price in money that was shown.' } });
}

/** Refuses with `credits.insufficient` before anything is stored. What decides is the hold; this spares everybody an order that would end there. */
export async function requireFunds(scope: ClientScope, { priceMillis, takesFree }: Order): Promise<void> {
  const { state } = await readStanding(scope);
  if (spendableIn(state, takesFree) < priceMillis) refuse('credits.insufficient');
}
