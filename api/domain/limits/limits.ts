import type { Limit } from '../../contract/operation.ts';
import { refuse } from '../../contract/refusal.ts';
import { countHere, countTogether } from '../../models/limit.ts';
import { fingerprint } from '../../security/digest.ts';

/** The state of a limit. */
export interface Left {
  limit: number;
  remaining: number;
  /** Seconds until the window restarts. */
  resetSeconds: number;
  isOver: boolean;
}

type Counter = ReturnType<typeof countHere>;

export interface Limits {
  /**
   * Counts one call by each limit, in order. Stops at the first exceeded one and takes back the counts before it.
   * @returns the limit closest to its end; undefined if there is none
   */
  count(name: string, limits: readonly Limit[], who: Who): Promise<Left | undefined>;
  /** Takes one count back. */
  giveBack(name: string, limits: readonly Limit[], who: Who): Promise<void>;
}

/** Returns the value of each part of a limit in this call. */
export type Who = (part: Limit['per'][number]) => string;

/** @param factor multiplies the limits of the contract; more than 1 is for tests and load runs */
export function createLimits({ factor }: { factor: number }): Limits {
  const counters = new Map<string, Counter>();

  function counterOf(name: string, { per, count, seconds, shared }: Limit): Counter {
    const id = `${name}/${per.join('+')}/${seconds}`;
    const known = counters.get(id);
    if (known) return known;
    const made = (shared ? countTogether : countHere)({ name: id, count: count * factor, seconds });
    counters.set(id, made);
    return made;
  }

  // Hashed, because shared counts are stored and an address is personal.
  const keyOf = (limit: Limit, who: Who) => {
    const parts = JSON.stringify(limit.per.map(who));
    return limit.shared ? fingerprint(parts) : parts;
  };

  async function giveBack(name: string, limits: readonly Limit[], who: Who): Promise<void> {
    await Promise.all(limits.map((limit) => counterOf(name, limit).reward(keyOf(limit, who))));
  }

  return {
    async count(name, limits, who) {
      let nearest: Left | undefined;
      for (const [index, limit] of limits.entries()) {
        const counted = left(await consume(counterOf(name, limit), keyOf(limit, who)), limit.count * factor);
        if (counted.isOver) {
          await giveBack(name, limits.slice(0, index), who);
          return counted;
        }
        if (!nearest || counted.remaining < nearest.remaining) nearest = counted;
      }
      return nearest;
    },
    giveBack,
  };
}

interface Counted {
  consumedPoints: number;
  msBeforeNext: number;
}

/** Counts one call. The library throws its result if the limit is exceeded, and an error if counting failed. */
const consume = (counter: Counter, key: string): Promise<Counted> =>
  counter.consume(key).catch((result: unknown) => {
    if (result instanceof Error) throw result;
    return result as Counted;
  });

function left({ consumedPoints, msBeforeNext }: Counted, limit: number): Left {
  // While the library remembers an exceeded limit in this process, it counts nothing and reports 0.
  const isOver = consumedPoints > limit || consumedPoints === 0;
  return {
    limit,
    remaining: isOver ? 0 : limit - consumedPoints,
    resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
    isOver,
  };
}

/** Points in a time window, shared by all processes. Several points may be taken at once. Real time. */
export interface Budget {
  /** Takes points, or none if fewer are left. Refuses with `rate.limited` and the time until there are some again. */
  take(key: string, points: number): Promise<void>;
  /** Takes points that were used already, even if none are left. */
  spend(key: string, points: number): Promise<void>;
}

export function createBudget(window: { name: string; count: number; seconds: number }): Budget {
  let made: Counter | undefined;
  // Created on first use, because counting needs the database, which opens later.
  const counter = () => (made ??= countTogether(window));
  return {
    async take(key, points) {
      const { consumedPoints, msBeforeNext } = await counter().penalty(fingerprint(key), points);
      if (consumedPoints <= window.count && (points > 0 || consumedPoints < window.count)) return;
      await counter().reward(fingerprint(key), points);
      refuse('rate.limited', { values: { seconds: Math.max(1, Math.ceil(msBeforeNext / 1000)) } });
    },
    async spend(key, points) {
      await counter().penalty(fingerprint(key), points);
    },
  };
}
