import { advanceDueOrders } from '../domain/orders.ts';
import type { Deps } from '../domain/ports.ts';
import { startCare } from './care.ts';

/** Finishes or undoes orders that were left open. @returns `stop`, which waits for the order that is being worked on */
export const startOrders = (deps: Deps): { stop(): Promise<void> } =>
  startCare(deps, {
    round: (most) => advanceDueOrders(deps, most),
    most: 100,
    restMs: 5_000,
    failed: 'open orders could not be looked after; they are tried again',
  });
