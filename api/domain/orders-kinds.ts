import type { ErrorCode } from '../contract/index.ts';
import type { Order, OrderKind } from '../models/order.ts';
import { knowledgeFulfilment } from './knowledge-fulfil.ts';
import { numberFulfilment } from './numbers-fulfil.ts';
import { rentFulfilment } from './numbers-month.ts';
import { planFulfilment } from './plans-fulfil.ts';
import type { Deps } from './ports.ts';

/** How one kind of order is brought about. */
export interface Fulfilment {
  /**
   * Brings about what was ordered, or finds that it is there already: it is called again after a crash until it says how it ended.
   * Throws while the outcome is unknown: it is then asked again, later. One process at a time asks for one order.
   */
  fulfil(order: Order, deps: Deps): Promise<{ delivered: true } | { delivered: false; code: ErrorCode }>;
  /** The order is over without being delivered: what was kept for it is free again. Repeatable. */
  release(order: Order, deps: Deps): Promise<void>;
}

/** Who delivers each kind. */
export const fulfilments: Record<OrderKind, Fulfilment> = {
  knowledge: knowledgeFulfilment,
  number: numberFulfilment,
  plan: planFulfilment,
  rent: rentFulfilment,
};
