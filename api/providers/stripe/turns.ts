/** Calls without a distance, so that the calls for one webhook or page do not wait for each other. */
const AT_ONCE = 3;

/** Longest wait for a turn in milliseconds. A caller that would wait longer is refused. */
const WAIT_MAX_MS = 5_000;

export interface Turn {
  /** The caller. All callers of one queue get equally many turns. */
  who: string;
  /** Decisions about money go before looks. */
  isUrgent: boolean;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal | undefined;
  /** A wait shorter than the usual one, in milliseconds. */
  waitMs?: number;
}

/** Why a caller gets no turn: too many are ahead, for too long, or nobody waits for the answer any more. */
export type TurnedAway = 'full' | 'late' | 'gone';

export interface Turns {
  /** Resolves at the caller's turn with undefined, or with the reason why it gets none. */
  take(turn: Turn): Promise<TurnedAway | undefined>;
}

/**
 * Admits a limited number of calls per second: a few at once, the others at even distances. Two are kept in reserve, because a delayed
 * request may arrive together with later ones. Other calls wait in one of two queues, the urgent one first. Within a queue callers take
 * turns, so that one with many calls waits behind one with few.
 */
export function createTurns(perSecond: number): Turns {
  const distanceMillis = 1000 / (perSecond - AT_ONCE - 1);
  /** No queue is longer than the number of calls admitted within the longest wait. */
  const lengthMax = Math.floor(WAIT_MAX_MS / distanceMillis);
  const lines = [createLine(lengthMax), createLine(lengthMax)] as const;
  let next = Number.NEGATIVE_INFINITY;
  let isPlanned = false;

  function letThrough(): void {
    isPlanned = false;
    for (const line of lines) {
      while (line.length() > 0) {
        const now = performance.now();
        const startsIn = next - (AT_ONCE - 1) * distanceMillis - now;
        if (startsIn > 0) {
          plan(startsIn);
          return;
        }
        next = Math.max(now, next) + distanceMillis;
        line.letFirstThrough();
      }
    }
  }

  function plan(millis: number): void {
    isPlanned = true;
    setTimeout(letThrough, Math.ceil(millis));
  }

  return {
    take({ who, isUrgent, signal, waitMs = WAIT_MAX_MS }) {
      const end = lines[isUrgent ? 0 : 1].join(who, waitMs, signal);
      if (!isPlanned) letThrough();
      return end;
    },
  };
}

interface Waiting {
  who: string;
  end(reason?: TurnedAway): void;
}

/** Waiting calls by caller, in the order of their turns. */
function createLine(lengthMax: number) {
  const byName = new Map<string, Waiting[]>();
  let length = 0;

  function add(one: Waiting): void {
    const own = byName.get(one.who);
    if (own) own.push(one);
    else byName.set(one.who, [one]);
    length += 1;
  }

  function remove(one: Waiting): boolean {
    const own = byName.get(one.who) ?? [];
    const at = own.indexOf(one);
    if (at < 0) return false;
    own.splice(at, 1);
    if (own.length === 0) byName.delete(one.who);
    length -= 1;
    return true;
  }

  /** Returns the newest call of the caller with the most waiting ones. */
  function lastOfGreediest(): Waiting | undefined {
    const lists = [...byName.values()];
    return lists.reduce((most, list) => (list.length > most.length ? list : most), lists[0] ?? []).at(-1);
  }

  return {
    length: () => length,
    join(who: string, waitMs: number, signal: AbortSignal | undefined): Promise<TurnedAway | undefined> {
      return new Promise((resolve) => {
        const gone = () => one.end('gone');
        const timer = setTimeout(() => one.end('late'), waitMs);
        const one: Waiting = {
          who,
          end(reason) {
            if (!remove(one)) return;
            clearTimeout(timer);
            signal?.removeEventListener('abort', gone);
            resolve(reason);
          },
        };
        signal?.addEventListener('abort', gone);
        add(one);
        if (signal?.aborted) gone();
        if (length > lengthMax) lastOfGreediest()?.end('full');
      });
    },
    letFirstThrough(): void {
      const [who, own] = byName.entries().next().value ?? [];
      if (who === undefined || !own) return;
      // The caller that had a turn goes to the end.
      byName.delete(who);
      byName.set(who, own);
      own[0]?.end();
    },
  };
}
