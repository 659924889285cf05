import type { ErrorCode } from '../contract/index.ts';
import type { Order, OrderKind } from '../models/order.ts';
import { knowledgeFulfilment } from './knowledge-fulfil.ts';
import { numberFulfilment } from './numbers-fulfil.ts';
import { rentFulfilment } from './numbers-month.ts';
import { planFulfilment } from './plans-fulfil.ts';
import type { Deps } from './ports.ts';

/** How one kind of order is brought about. Credits are set aside in either case; what may be delivered first is only authorised money. */
export type Fulfilment = Bringing & (AfterPayment | BeforePayment);

interface Bringing {
  /**
   * Brings about what was ordered, or finds that it is there already: it is called again after a crash until it says how it ended.
   * Throws while the outcome is unknown: it is then asked again, later. One process at a time asks for one order.
   */
  fulfil(order: Order, deps: Deps): Promise<{ delivered: true } | { delivered: false; code: ErrorCode }>;
  /** The order is over without being delivered or paid: undoes what `fulfil` did, however far it came, and frees what was kept. Repeatable. */
  release(order: Order, deps: Deps): Promise<void>;
  /** The money that paid for it went back after it was delivered: takes back what can be taken back. Repeatable. Of kinds paid with money. */
  takeBack?(order: Order, deps: Pick<Deps, 'now'>): Promise<void>;
  /** How long after it was ordered it is tried, in milliseconds; then it is undone. Left out where somebody else ends it. */
  patienceMs?: number;
}

/** It costs the agency nothing to bring about, and nobody outside: the money is taken first. */
interface AfterPayment {
  delivered: 'after payment';
  /** Why it could not be delivered as things stand. It is asked before any money is taken. */
  prevented(order: Order, deps: Deps): Promise<ErrorCode | undefined>;
}

/** Only the provider can tell whether it comes: nobody is charged for what does not. */
interface BeforePayment {
  delivered: 'before payment';
}

/** Who delivers each kind. */
export const fulfilments: Record<OrderKind, Fulfilment> = {
  knowledge: knowledgeFulfilment,
  number: numberFulfilment,
  plan: planFulfilment,
  rent: rentFulfilment,
};
