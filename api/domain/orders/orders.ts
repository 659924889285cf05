import assert from 'node:assert/strict';
import type { Output, PlainCode } from '../../contract/index.ts';
import { Refusal, refuse, tell } from '../../contract/refusal.ts';
import { nameOfSold, type Sold } from '../../contract/sentences.ts';
import { refundOrderHold } from '../../ledger/transfers/orders.ts';
import {
  claimDueOrder,
  claimOrder,
  insertOrder,
  moveOrder,
  type Order,
  type OrderKind,
  readOrder,
  releaseClaim,
} from '../../models/order.ts';
import type { Purchase } from '../../models/purchase.ts';
import { describeCause } from '../../ports/causes.ts';
import type { AgencyAccess, AgencyScope, ClientScope, Deps } from '../../ports/index.ts';
import type { FundKind } from '../../rules/funds.ts';
import { type Currency, priceOf } from '../../rules/money.ts';
import { later } from '../../rules/time.ts';
import { requireClient } from '../accounts/clients.ts';
import { planOf } from '../directory/plan.ts';
import { backOff, type DueWork, workThrough } from '../due/due.ts';
import { readFunds } from '../funds/funds.ts';
import { alertOfProvider } from '../journal/alerts.ts';
import { lookingAt } from '../payments/checkout.ts';
import { requireAsShown } from '../payments/shown-price.ts';
import { sealedOrder } from '../seals/documents.ts';
import { closeOrderPage, openOrderPage, requirePayable } from './money.ts';
import { steps } from './steps.ts';

/** An item for sale, at its present price in milli-credits. */
export interface Ware extends Sold {
  kind: OrderKind;
  /** The fulfilment's input. Never a secret. */
  item: Record<string, unknown>;
  /** The number, source or plan. */
  subjectId: string;
  priceMillis: number;
  /** The price in money if it was fixed before; otherwise it follows from the client's plan. */
  money?: Pick<Order, 'priceCents' | 'currency'> | undefined;
}

export interface Placement {
  /** `ord_` and the attempt's seed, so that the same attempt finds the same order. */
  orderId: string;
  memberId: string;
  ware: Ware;
  pay: 'credits' | 'money';
  /** The price that the client saw, if it may have changed. */
  shown?: { priceMillis: number; priceCents?: number | undefined; currency?: Currency | undefined };
  /** How the checkout page is shown. */
  ui?: 'hosted' | 'embedded' | undefined;
  /** Required for a payment with money: a page of the agency. */
  returnUrl?: string | undefined;
  /** Aborts when the caller leaves, so that no checkout page is opened for nobody. */
  signal?: AbortSignal | undefined;
  /** A reason not to begin. An attempt that began before continues. */
  refusedUnlessBegun?: PlainCode | undefined;
}

/** Longer than all providers together may be silent, so that two processes never work on one order. */
const LEASE_MS = 120_000;
const BACKOFF_MS = 10_000;
const BACKOFF_MAX_MS = 600_000;

/**
 * Places an order and advances it as far as possible at once. Refuses with `credits.insufficient` (or `order.too_many`, `quote.changed`,
 * `payments.not_configured`, `return_url.refused`) before any provider is asked. If a provider did not deliver, the returned order is
 * `undone` with its reason.
 */
export async function placeOrder(access: AgencyAccess, scope: ClientScope, placement: Placement, deps: Deps): Promise<Order> {
  const begun = await readOrder(scope, placement.orderId);
  const order = begun ?? (await begin(access, scope, placement, deps));
  deps.reached('order.after_insert');
  const placed = await advanceOrder(await withPage(scope, order, placement, deps), deps);
  const { state, code } = placed;
  if (state === 'undone' && code === 'credits.insufficient') await refuseFunds(scope, placed);
  return state === 'undone' && code === 'order.too_many' ? refuse(code) : placed;
}

/** Opens the checkout page of an order that is paid with money, unless it has one. */
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

/** Advances an order as far as possible, unless another process has it. Each step happens once, however often this is called. */
export async function advanceOrder(order: Order, deps: Deps): Promise<Order> {
  const now = deps.now();
  const claimed = await claimOrder(order, now, later(now, LEASE_MS));
  if (!claimed) return (await readOrder(order, order._id)) ?? order;
  try {
    const { order: now, refusal } = await work(claimed, deps);
    const { _id: orderId, agencyId, step } = now;
    if (refusal)
      deps.log.info(
        { orderId, agencyId, step, code: refusal.code, cause: describeCause(refusal.cause) },
        'order.waits: it is tried again later',
      );
    await alertOfProvider(now, refusal, deps);
    return now;
  } finally {
    await releaseClaim(claimed, later(deps.now(), restMs(claimed)));
  }
}

const restMs = ({ checks }: Order): number => backOff(checks, BACKOFF_MS, BACKOFF_MAX_MS);

/** Advances a claimed order. If a provider's outcome is unknown, the order stays, and the refusal is returned. */
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

/** The due work of finishing or undoing open orders. */
export const openOrders = (deps: Deps): DueWork<Order> => ({
  name: 'order',
  claim: claimDueOrder,
  leaseMs: LEASE_MS,
  async lookAfter(order) {
    const { refusal } = await work(order, deps);
    if (refusal) throw refusal;
  },
  putOff: releaseClaim,
  restMs,
  about: ({ _id: orderId, step }) => ({ orderId, step }),
});

/**
 * Advances all due orders of all agencies.
 * @returns the number of orders handled
 */
export const advanceDueOrders = (deps: Deps, most?: number): Promise<number> => workThrough(openOrders(deps), deps, most);

/** Advances the order that a purchase pays for, if there is one. */
export async function advancePaidOrder({ orderId, ...purchase }: Purchase, deps: Deps): Promise<void> {
  const order = orderId === undefined ? null : await readOrder(purchase, orderId);
  if (order) await advanceOrder(order, deps);
}

/**
 * Returns the credits of a delivered order to the lots they came from, once. An order that was never charged stays. Refuses with
 * `order.not_found`, and with `order.not_done` while it is in progress.
 */
export async function refundOrder(
  scope: AgencyScope | ClientScope,
  orderId: string,
  { code, at }: { code: PlainCode; at: Date },
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

/** Shows an order after taking it as far as it goes. Refuses with `order.not_found`. */
export async function showOrder(
  scope: AgencyScope | ClientScope,
  orderId: string,
  { signal, deps }: { signal: AbortSignal; deps: Deps },
): Promise<Output<'orders.read'>> {
  const order = (await readOrder(scope, orderId)) ?? refuse('order.not_found');
  return orderView(await advanceOrder(order, lookingAt(scope, signal, deps)));
}

/**
 * Cancels an unpaid order: its page closes, and its reservations are freed. An order paid by then continues. Refuses with
 * `order.not_found`, and with `payments.provider_unavailable` while money could still come.
 */
export async function cancelOrder(scope: ClientScope, orderId: string, deps: Deps): Promise<Order> {
  const order = (await readOrder(scope, orderId)) ?? refuse('order.not_found');
  if (order.state === 'open') await closeOrderPage(order, deps);
  return advanceOrder(order, deps);
}

/** Shows an order to its client. */
export function orderView(order: Order): Output<'orders.read'> {
  const isOpen = order.state === 'open';
  return {
    orderId: order._id,
    kind: order.kind,
    name: nameOfSold(order),
    named: order.named ?? null,
    state: order.state,
    priceMillis: order.priceMillis,
    priceCents: order.priceCents,
    currency: order.currency,
    paidWith: order.pay,
    checkoutUrl: isOpen ? (order.checkoutUrl ?? null) : null,
    checkoutSecret: isOpen ? (order.checkoutSecret ?? null) : null,
    stripeKey: isOpen ? (order.stripeKey ?? null) : null,
    subjectId: order.subjectId,
    reason: order.code ? tell(order.code) : null,
  };
}

/** Builds an order at its present price in the client's plan. The due loop leaves it alone for `restMs`, since its creator advances it. */
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

/** Refuses with `quote.changed` if the price differs from the one shown, and with `input.invalid` if no price was shown. */
export function requireShown({ priceMillis, priceCents, currency }: Order, { shown, pay }: Placement): void {
  if (!shown) return;
  requireAsShown({ priceMillis }, shown);
  if (pay === 'credits') return;
  requireAsShown({ priceCents, currency }, shown);
  if (shown.priceCents === undefined) refuse('input.invalid', { param: 'priceCents', values: { reason: 'price_unnamed' } });
}

/** Refuses with `credits.insufficient` before anything is stored. The hold decides; this only avoids an order that would end there. */
export async function requireFunds(scope: ClientScope, order: Order): Promise<void> {
  const funds = await fundsOfOrder(scope, order);
  if (funds.missingMillis > 0) refuse('credits.insufficient', { funds });
}

const refuseFunds = async (scope: ClientScope, order: Order): Promise<never> =>
  refuse('credits.insufficient', { funds: await fundsOfOrder(scope, order) });

const fundsOfOrder = (scope: ClientScope, { kind, priceMillis, takesFree }: Order) =>
  readFunds(scope, { kind: fundKindOf[kind], priceMillis }, { freeCreditsBuy: takesFree ? 'everything' : 'calls' });

const fundKindOf: Record<OrderKind, FundKind> = { number: 'numbers', rent: 'numbers', knowledge: 'knowledge', plan: 'plan' };
