import type { Deps } from '../domain/ports.ts';
import { settleLeftOpen } from '../domain/purchases-janitor.ts';
import { startCare } from './care.ts';

/** Looks after purchases that were left open. @returns `stop`, which waits for the purchase that is being looked after */
export const startJanitor = (deps: Deps): { stop(): Promise<void> } =>
  startCare(deps, {
    round: (most) => settleLeftOpen(deps, most),
    most: 100,
    restMs: 5_000,
    failed: 'open purchases could not be looked after; they are tried again',
  });
