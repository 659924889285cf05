import { setImmediate as nextTurn } from 'node:timers/promises';

/** A flood of names that nobody has makes the queries larger, not more. */
const AT_ONCE_MAX = 4;

/**
 * Finds by name what many ask for at a time: those of one turn of the event loop go in one query. Nobody waits for a query that is under way,
 * unless there are many, and none gets what was read before it asked.
 * @param find those of these names that there are, in any order
 * @param namesOf all names that one is found by
 */
export function together<Found>(
  find: (names: readonly string[]) => Promise<Found[]>,
  namesOf: (found: Found) => readonly string[],
): (name: string) => Promise<Found | null> {
  let next: { names: Set<string>; found: Promise<Found[]> } | undefined;
  let underWay = 0;
  let onEnd: (() => void) | undefined;

  async function findSoon(names: ReadonlySet<string>): Promise<Found[]> {
    await nextTurn();
    if (underWay >= AT_ONCE_MAX) {
      await new Promise<void>((resolve) => {
        onEnd = resolve;
      });
    }
    next = undefined;
    underWay += 1;
    try {
      return await find([...names]);
    } finally {
      underWay -= 1;
      onEnd?.();
      onEnd = undefined;
    }
  }

  function begin() {
    const names = new Set<string>();
    return { names, found: findSoon(names) };
  }

  return async (name) => {
    next ??= begin();
    next.names.add(name);
    const found = await next.found;
    return found.find((each) => namesOf(each).includes(name)) ?? null;
  };
}
