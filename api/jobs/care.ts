import { beginDue, type DueWork, UnderWay } from '../domain/due/due.ts';
import type { AgencyScope, Deps } from '../ports/index.ts';
import { startRounds } from './rounds.ts';

export interface Job {
  /** Waits for what is under way; nothing else begins. */
  stop(): Promise<void>;
}

type CareDeps = Pick<Deps, 'now' | 'draining' | 'log' | 'onClockMoved' | 'troubles'>;

/**
 * Does the same in rounds, also as soon as business time jumps. A round that throws is logged as `<name>.failed` and comes again; none begins
 * while the disk is full.
 * @param restMs between rounds, in milliseconds of real time
 */
export function startCare(
  { log, onClockMoved, troubles }: CareDeps,
  { name, restMs, round }: { name: string; restMs: number; round(): Promise<unknown> },
): Job & { wake(): void } {
  const rounds = startRounds(async () => {
    if (troubles.has('disk.full')) return restMs;
    await round().catch((error: unknown) => log.error({ err: error }, `${name}.failed: it is tried again`));
    return restMs;
  });
  const forget = onClockMoved?.(rounds.wake);
  return {
    wake: rounds.wake,
    stop() {
      forget?.();
      return rounds.stop();
    },
  };
}

/**
 * Looks after what is due, of all agencies.
 * @param onDue calls back when something is due before the rest is over; returns a function that ends it
 */
export function startDue<Item extends AgencyScope>(
  deps: CareDeps,
  work: DueWork<Item>,
  { restMs, onDue }: { restMs: number; onDue?(wake: () => void): () => void },
): Job {
  const underWay = new UnderWay();
  const care = startCare(deps, {
    name: work.name,
    restMs,
    round: () => beginDue(work, { deps, underWay, most: Number.POSITIVE_INFINITY, freed: () => care.wake() }),
  });
  const forget = onDue?.(care.wake);
  return {
    async stop() {
      forget?.();
      await care.stop();
      await underWay.done();
    },
  };
}
