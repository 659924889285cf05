import type { Deps } from '../domain/ports.ts';
import { reconcileDue } from '../domain/reconcile.ts';
import { startRounds } from './rounds.ts';

/** How often it is looked whether an agency's hour is over. */
const ROUND_MS = 60_000;

/** Compares every agency's Stripe account with the ledger, at the start and every hour. @returns `stop`, which waits for what is under way */
export function startReconciling(deps: Deps): { stop(): Promise<void> } {
  const rounds = startRounds(async () => {
    await reconcileDue(deps).catch((error: unknown) =>
      deps.log.error({ err: error }, 'Stripe could not be compared with the ledger; it is tried again'),
    );
    return ROUND_MS;
  });
  const forgetClock = deps.onClockMoved?.(rounds.wake);
  return {
    stop() {
      forgetClock?.();
      return rounds.stop();
    },
  };
}
