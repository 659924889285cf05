/** Requests that need not keep their distance: what is asked for one webhook or one page does not wait for itself. */
const AT_ONCE = 3;

/** How long somebody waits for a turn, in milliseconds. Whoever would wait longer is sent away. */
const WAIT_MAX_MS = 5_000;

export interface Turn {
  /** Whose turn it is. Everybody of one line gets as many turns as everybody else. */
  who: string;
  /** Money goes before looks. */
  isUrgent: boolean;
  /** Aborted when nobody waits any more for what was to be asked. */
  signal?: AbortSignal | undefined;
  /** Less than the usual wait, in milliseconds. */
  waitMs?: number;
}

/** Why somebody gets no turn: too many others before, for too long, or nobody waits for the answer any more. */
export type TurnedAway = 'full' | 'late' | 'gone';

export interface Turns {
  /** Resolves when it is somebody's turn, with nothing, or with the reason why that does not come. */
  take(turn: Turn): Promise<TurnedAway | undefined>;
}

/**
 * Lets at most so many callers through in any second: a few at once, the others at even distances. In a second of these there is room for two
 * more, because on its way a request may be held up while those after it are not. Whoever cannot go at once waits in one of two lines, the
 * urgent one first; in each, everybody's turns come round in a circle, so that who asks for much waits behind who asks for little.
 */
export function createTurns(perSecond: number): Turns {
  const distanceMillis = 1000 / (perSecond - AT_ONCE - 1);
  /** No line is longer than what is let through while somebody waits. */
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

/** Who waits, by name; the names in the order of their turns. */
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

  /** The newest of whoever waits for most. */
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
      // Whoever had a turn is the last to have another one.
      byName.delete(who);
      byName.set(who, own);
      own[0]?.end();
    },
  };
}
