import type { Deps } from '../domain/ports.ts';
import { settleLeftOpen } from '../domain/purchases-janitor.ts';
import { startRounds } from './rounds.ts';

const ROUND_MS = 5_000;
/** So that one round leaves time for others; a full one is followed by the next at once. */
const MOST_PER_ROUND = 100;

/** Looks after purchases that were left open. @returns `stop`, which waits for the purchase that is being looked after */
export function startJanitor(deps: Deps): { stop(): Promise<void> } {
  const rounds = startRounds(async () => {
    try {
      const looked = await settleLeftOpen(deps, MOST_PER_ROUND);
      return looked === MOST_PER_ROUND ? 0 : ROUND_MS;
    } catch (error) {
      deps.log.error({ err: error }, 'open purchases could not be looked after; they are tried again');
      return ROUND_MS;
    }
  });
  const forgetClock = deps.onClockMoved?.(rounds.wake);
  return {
    stop() {
      forgetClock?.();
      return rounds.stop();
    },
  };
}
