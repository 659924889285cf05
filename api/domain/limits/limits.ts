import type { Limit } from '../../contract/operation.ts';
import { refuse } from '../../contract/refusal.ts';
import { countHere, countTogether } from '../../models/limit.ts';
import { fingerprint } from '../../security/random.ts';

/** How much of a limit is left. */
export interface Left {
  limit: number;
  remaining: number;
  /** Until the window begins anew. */
  resetSeconds: number;
  isOver: boolean;
}

type Counter = ReturnType<typeof countHere>;

export interface Limits {
  /**
   * Counts one more by each limit, in their order. At the first that is over it stops, and gives back what it counted before.
   * @returns the one that is nearest to its end; undefined where there is none
   */
  count(name: string, limits: readonly Limit[], who: Who): Promise<Left | undefined>;
  /** Takes one off again. */
  giveBack(name: string, limits: readonly Limit[], who: Who): Promise<void>;
}

/** Who each part of a limit is in this call. */
export type Who = (part: Limit['per'][number]) => string;

/** @param factor how many times what the contract says is allowed; more than 1 is for tests and load runs */
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

  // Hashed, because what is shared is stored and an address is personal.
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

/** The library throws its result where the limit is passed; a failure it throws as an error. */
const consume = (counter: Counter, key: string): Promise<Counted> =>
  counter.consume(key).catch((result: unknown) => {
    if (result instanceof Error) throw result;
    return result as Counted;
  });

function left({ consumedPoints, msBeforeNext }: Counted, limit: number): Left {
  // While somebody over the limit is remembered here, the library counts nothing and says 0.
  const isOver = consumedPoints > limit || consumedPoints === 0;
  return {
    limit,
    remaining: isOver ? 0 : limit - consumedPoints,
    resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
    isOver,
  };
}

/** So many points in a window of time, of all processes together, of which more than one may be taken at a time. Real time. */
export interface Budget {
  /** Takes points, or none where there are not so many left. Refuses with `rate.limited`, and says when there are some again. */
  take(key: string, points: number): Promise<void>;
  /** Takes points that were used already, also where there are none left. */
  spend(key: string, points: number): Promise<void>;
}

export function createBudget(window: { name: string; count: number; seconds: number }): Budget {
  let made: Counter | undefined;
  // Counting needs a database, which is opened later than this file.
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
