import { type CareUnderWay, careForSources } from '../domain/knowledge-care.ts';
import { cleanKnowledge } from '../domain/knowledge-leftovers.ts';
import { onSourceDue } from '../domain/knowledge-wake.ts';
import type { Deps } from '../domain/ports.ts';
import { startCare } from './care.ts';
import { startRounds } from './rounds.ts';

const CLEANING_MS = 60_000;

/** Looks after sources, and cleans up behind them. @returns `stop`, which waits for what is under way */
export function startKnowledge(deps: Deps): { stop(): Promise<void> } {
  const underWay: CareUnderWay = new Map();
  const care = startCare(deps, {
    round: (most) => careForSources(deps, underWay, most),
    most: 50,
    restMs: 1_000,
    failed: 'sources could not be looked after; they are tried again',
    onDue: onSourceDue,
  });
  const cleaning = startRounds(async () => {
    await cleanKnowledge().catch((error: unknown) => deps.log.error({ err: error }, 'what sources left behind could not be removed'));
    return CLEANING_MS;
  });
  return {
    async stop() {
      await Promise.all([care.stop(), cleaning.stop()]);
      await Promise.all(underWay.values());
    },
  };
}
