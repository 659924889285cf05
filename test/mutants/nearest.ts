/** These let other processes do the work, in which no mutant lives. */
const byProcesses = /\/(kills|processes)\.test\.ts$/;

/**
 * Finds the tests that are to notice a mistake in a file: those of its room. Others may notice it as well, but later and less clearly.
 * @param source from the project's folder, e.g. `api/domain/orders/steps.ts`
 * @param tests every test file
 * @returns none for a file without a room of its own, or whose room is tested in a browser
 */
export function nearestTests(source: string, tests: readonly string[]): string[] {
  const [, domain, room] = /^api\/(domain\/)?([^/]+)\//.exec(source) ?? [];
  const folder = domain ? `test/api/${room}/` : `test/${room}/`;
  return room === undefined ? [] : tests.filter((path) => path.startsWith(folder) && !byProcesses.test(path));
}
