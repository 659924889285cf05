import { expireHolds } from '../domain/holds.ts';
import type { Deps } from '../domain/ports.ts';
import { startCare } from './care.ts';

/** Gives back what was held for calls of which nobody said how they ended. @returns `stop`, which waits for the round under way */
export const startExpiring = (deps: Deps): { stop(): Promise<void> } =>
  startCare(deps, {
    round: async () => {
      const count = await expireHolds(deps.now());
      if (count > 0) deps.log.info({ count }, 'credits came back that were held for calls nobody ended');
      return count;
    },
    most: Number.POSITIVE_INFINITY,
    restMs: 10_000,
    failed: 'held credits could not be given back; it is tried again',
  });
