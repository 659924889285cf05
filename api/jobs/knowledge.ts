import { careForSources } from '../domain/knowledge-care.ts';
import { cleanKnowledge } from '../domain/knowledge-leftovers.ts';
import { onSourceDue } from '../domain/knowledge-wake.ts';
import type { Deps } from '../domain/ports.ts';
import { startRounds } from './rounds.ts';

const ROUND_MS = 1_000;
const CLEANING_MS = 60_000;
/** So that one round leaves time for others; a full one is followed by the next at once. */
const MOST_PER_ROUND = 50;

/** Looks after sources, and cleans up behind them. @returns `stop`, which waits for what is under way */
export function startKnowledge(deps: Deps): { stop(): Promise<void> } {
  const rounds = startRounds(async () => {
    try {
      return (await careForSources(deps, MOST_PER_ROUND)) === MOST_PER_ROUND ? 0 : ROUND_MS;
    } catch (error) {
      deps.log.error({ err: error }, 'sources could not be looked after; they are tried again');
      return ROUND_MS;
    }
  });
  const cleaning = startRounds(async () => {
    await cleanKnowledge().catch((error: unknown) => deps.log.error({ err: error }, 'what sources left behind could not be removed'));
    return CLEANING_MS;
  });
  const forget = [onSourceDue(rounds.wake), deps.onClockMoved?.(rounds.wake)];
  return {
    async stop() {
      for (const stopListening of forget) stopListening?.();
      await Promise.all([rounds.stop(), cleaning.stop()]);
    },
  };
}
