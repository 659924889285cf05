import { collectRents } from '../domain/numbers-rent.ts';
import type { Deps } from '../domain/ports.ts';
import { startRounds } from './rounds.ts';

const ROUND_MS = 60_000;
/** So that one round leaves time for others; a full one is followed by the next at once. */
const MOST_PER_ROUND = 100;

/** Collects rents that are due. @returns `stop`, which waits for the rent that is being collected */
export function startRents(deps: Deps): { stop(): Promise<void> } {
  const rounds = startRounds(async () => {
    try {
      return (await collectRents(deps, MOST_PER_ROUND)) === MOST_PER_ROUND ? 0 : ROUND_MS;
    } catch (error) {
      deps.log.error({ err: error }, 'rents could not be collected; it is tried again');
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
