import { advanceDueOrders } from '../domain/orders.ts';
import type { Deps } from '../domain/ports.ts';
import { startRounds } from './rounds.ts';

const ROUND_MS = 5_000;
/** So that one round leaves time for others; a full one is followed by the next at once. */
const MOST_PER_ROUND = 100;

/** Finishes or undoes orders that were left open. @returns `stop`, which waits for the order that is being worked on */
export function startOrders(deps: Deps): { stop(): Promise<void> } {
  const rounds = startRounds(async () => {
    try {
      return (await advanceDueOrders(deps, MOST_PER_ROUND)) === MOST_PER_ROUND ? 0 : ROUND_MS;
    } catch (error) {
      deps.log.error({ err: error }, 'open orders could not be looked after; they are tried again');
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
