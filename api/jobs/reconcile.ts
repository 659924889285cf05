import type { Deps } from '../domain/ports.ts';
import { reconcileDue } from '../domain/reconcile.ts';
import { startCare } from './care.ts';

/** Compares every agency's Stripe account with the ledger, at the start and every hour. @returns `stop`, which waits for what is under way */
export const startReconciling = (deps: Deps): { stop(): Promise<void> } =>
  startCare(deps, {
    round: async () => {
      await reconcileDue(deps);
      return 0; // all that were due
    },
    most: Number.POSITIVE_INFINITY,
    // It is looked whether an agency's hour is over.
    restMs: 60_000,
    failed: 'Stripe could not be compared with the ledger; it is tried again',
  });
