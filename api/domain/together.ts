import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Finds by name what many ask for at a time: those of one turn of the event loop go in one query. Nobody waits for a query that is under way,
 * and none gets what was read before it asked.
 * @param find those of these names that there are, in any order
 * @param namesOf all names that one is found by
 */
export function together<Found>(
  find: (names: readonly string[]) => Promise<Found[]>,
  namesOf: (found: Found) => readonly string[],
): (name: string) => Promise<Found | null> {
  let next: { names: Set<string>; found: Promise<Found[]> } | undefined;

  function begin() {
    const names = new Set<string>();
    const found = nextTurn().then(() => {
      next = undefined;
      return find([...names]);
    });
    return { names, found };
  }

  return async (name) => {
    next ??= begin();
    next.names.add(name);
    const found = await next.found;
    return found.find((each) => namesOf(each).includes(name)) ?? null;
  };
}
