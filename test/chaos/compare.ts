/**
 * Compares present names with expected ones, each once.
 * @returns a sentence for each difference
 */
export function compare(what: string, there: readonly string[], expected: readonly string[]): string[] {
  return [
    ...there.filter((one, at) => there.indexOf(one) !== at).map((one) => `${what}: ${one} is there twice`),
    ...there.filter((one) => !expected.includes(one)).map((one) => `${what}: ${one} belongs to nobody`),
    ...expected.filter((one) => !there.includes(one)).map((one) => `${what}: ${one} is not there`),
  ];
}
