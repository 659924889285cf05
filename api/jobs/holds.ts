import { expireHolds } from '../domain/holds.ts';
import type { Deps } from '../domain/ports.ts';
import { startRounds } from './rounds.ts';

const ROUND_MS = 10_000;

/** Gives back what was held for calls of which nobody said how they ended. @returns `stop`, which waits for the round under way */
export function startExpiring({ now, log, onClockMoved }: Deps): { stop(): Promise<void> } {
  const rounds = startRounds(async () => {
    try {
      const count = await expireHolds(now());
      if (count > 0) log.info({ count }, 'credits came back that were held for calls nobody ended');
    } catch (error) {
      log.error({ err: error }, 'held credits could not be given back; it is tried again');
    }
    return ROUND_MS;
  });
  const forgetClock = onClockMoved?.(rounds.wake);
  return {
    stop() {
      forgetClock?.();
      return rounds.stop();
    },
  };
}
