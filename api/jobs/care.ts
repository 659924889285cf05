import { beginDue, type DueWork, UnderWay } from '../domain/due/due.ts';
import type { AgencyScope, Deps } from '../ports/index.ts';
import { startRounds } from './rounds.ts';

export interface Job {
  /** Waits for the running round and starts no other. */
  stop(): Promise<void>;
}

type CareDeps = Pick<Deps, 'now' | 'draining' | 'log' | 'onClockMoved' | 'troubles'>;

/**
 * Runs the same work in rounds, and at once when business time jumps. Logs a round that throws as `<name>.failed` and repeats it. Starts no
 * round while the disk is full.
 * @param restMs pause between rounds, in milliseconds of real time
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
 * Runs due work of all agencies in rounds.
 * @param onDue calls back when something is due before the pause is over; returns a function that stops it
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
