/** These let other processes do the work, in which no mutant lives. */
const byProcesses = /\/(kills|processes)\.test\.ts$/;
/** Views are for eyes. */
const isView = (source: string): boolean => /^widgets\/.*-view\.ts$/.test(source);

/**
 * Finds the tests that are to notice a mistake in a file: those of its room, or of its part of the room where this has tests of its own.
 * Others may notice it as well, but later and less clearly.
 * @param source from the project's folder, e.g. `api/domain/orders/steps.ts`
 * @param tests every test file
 * @returns none for a file without a room of its own, and for views
 */
export function nearestTests(source: string, tests: readonly string[]): string[] {
  const [, floor, room, part] = /^(api\/domain|api|widgets)\/([^/]+)\/([^/]+\/)?/.exec(source) ?? [];
  if (room === undefined || isView(source)) return [];
  const folder = floor === 'api' ? `test/${room}/` : `test/${floor === 'widgets' ? floor : 'api'}/${room}/`;
  const below = (start: string) => tests.filter((path) => path.startsWith(start) && !byProcesses.test(path));
  const own = part === undefined ? [] : below(folder + part);
  return own.length > 0 ? own : below(folder);
}
