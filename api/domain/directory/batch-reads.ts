import { setImmediate as nextTurn } from 'node:timers/promises';

/** Queries at once. A flood of unknown names makes them larger, not more. */
const AT_ONCE_MAX = 4;

/**
 * Combines look-ups by name: those of one turn of the event loop share a query. No look-up waits for a running query, unless there are
 * many, or gets data read before it asked.
 * @param find returns the existing ones of these names, in any order
 * @param namesOf all names that find an item
 */
export function batchReads<Found>(
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
