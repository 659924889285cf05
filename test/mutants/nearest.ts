/** These let other processes do the work, in which no mutant lives. */
const byProcesses = /\/(kills|processes)\.test\.ts$/;
/** Views are for eyes. */
const isView = (source: string): boolean => /^widgets\/.*-view\.ts$/.test(source);

/**
 * Finds the tests that are to notice a mistake in a file: those of its room. Others may notice it as well, but later and less clearly.
 * @param source from the project's folder, e.g. `api/domain/orders/steps.ts`
 * @param tests every test file
 * @returns none for a file without a room of its own, and for views
 */
export function nearestTests(source: string, tests: readonly string[]): string[] {
  const [, part, room] = /^(api\/domain|api|widgets)\/([^/]+)\//.exec(source) ?? [];
  const folder = part === 'api' ? `test/${room}/` : `test/${part === 'widgets' ? part : 'api'}/${room}/`;
  return room === undefined || isView(source) ? [] : tests.filter((path) => path.startsWith(folder) && !byProcesses.test(path));
}
