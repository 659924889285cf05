import type { ErrorCode, Output } from '../contract/index.ts';
import { refuse, sentence } from '../contract/refusal.ts';
import { type Order, type OrderKind, readOrder } from '../models/order.ts';
import type { AgencyAccess } from './directory.ts';
import type { AgencyScope, ClientScope, Deps } from './ports.ts';

export type { Fulfilment } from './orders-kinds.ts';

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
}

export interface Placement {
  /** `ord_` and the attempt's seed: the same attempt finds the same order. */
  orderId: string;
  memberId: string;
  ware: Ware;
  pay: 'credits' | 'money';
  /** How the page to pay on is shown. */
  ui?: 'hosted' | 'embedded' | undefined;
  /** Needed where money is paid; an address of a page of the agency. */
  returnUrl?: string | undefined;
  /** A reason not to begin; an attempt that was begun before goes on. */
  refusedUnlessBegun?: ErrorCode | undefined;
}

/**
 * Orders something and goes as far as it can at once. Refuses with `credits.insufficient` (or `order.too_many`, `payments.not_configured`,
 * `return_url.refused`) before anything is asked of a provider. What a provider did not deliver is an order that is `undone`, with its reason.
 */
export async function placeOrder(_access: AgencyAccess, _scope: ClientScope, _placement: Placement, _deps: Deps): Promise<Order> {
  return refuse('server.busy');
}

/** Goes on with an order as far as it can, if nobody else is at it. However often it is called, each step is done once. */
export async function advanceOrder(_order: Order, _deps: Deps): Promise<Order> {
  return refuse('server.busy');
}

/**
 * Gives back what a delivered order took, to the lots that it came from, once. What was never charged stays as it is.
 * Refuses with `order.not_found`, and with `order.not_done` while it is under way.
 */
export async function refundOrder(
  _scope: AgencyScope | ClientScope,
  _orderId: string,
  _why: { code: ErrorCode; at: Date },
  _deps: Deps,
): Promise<Order> {
  return refuse('server.busy');
}

/** An order of the caller's own, brought as far as it can go. */
export const readOrderOf = async (scope: AgencyScope | ClientScope, orderId: string, deps: Deps): Promise<Order> =>
  advanceOrder((await readOrder(scope, orderId)) ?? refuse('order.not_found'), deps);

/** An order as its client sees it. */
export const orderView = (order: Order): Output<'orders.read'> => ({
  orderId: order._id,
  kind: order.kind,
  name: order.name,
  state: order.state,
  priceMillis: order.priceMillis,
  priceCents: order.priceCents,
  currency: order.currency,
  paidWith: order.pay,
  checkoutUrl: order.state === 'open' ? (order.checkoutUrl ?? null) : null,
  checkoutSecret: order.state === 'open' ? (order.checkoutSecret ?? null) : null,
  stripeKey: null,
  subjectId: order.subjectId,
  reason: order.code ? { code: order.code, message: sentence(order.code) } : null,
});
