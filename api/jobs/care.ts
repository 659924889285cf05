import type { Deps } from '../domain/ports.ts';
import { startRounds } from './rounds.ts';

/** Something that is looked after in rounds, also as soon as business time jumps. */
export interface Care {
  /** @param most so that one round leaves time for others. @returns how many were looked at; a full round is followed by the next at once */
  round(most: number): Promise<number>;
  most: number;
  /** Rest between rounds, in milliseconds of real time. */
  restMs: number;
  /** What the log says where a round fails. */
  failed: string;
  /** Calls back when there is something to do before the rest is over. @returns a function that ends it */
  onDue?(wake: () => void): () => void;
}

/** @returns `stop`, which waits for what is under way */
export function startCare({ log, onClockMoved }: Pick<Deps, 'log' | 'onClockMoved'>, care: Care): { stop(): Promise<void> } {
  const { round, most, restMs, failed, onDue } = care;
  const rounds = startRounds(async () => {
    try {
      return (await round(most)) === most ? 0 : restMs;
    } catch (error) {
      log.error({ err: error }, failed);
      return restMs;
    }
  });
  const forget = [onClockMoved?.(rounds.wake), onDue?.(rounds.wake)];
  return {
    stop() {
      for (const stopListening of forget) stopListening?.();
      return rounds.stop();
    },
  };
}
