import fc from 'fast-check';

// Of a random history that failed, every reporter tells why, also those that leave out the cause of an error.
fc.configureGlobal({ includeErrorInReport: true });

/** How many times as much chance as by default: `RUNS=5 npm test`. */
const FACTOR = Number(process.env.RUNS ?? 1);

/** Returns how often to draw what is drawn at random: `count` times, or `RUNS` times as often. */
export const runs = (count: number): number => Math.ceil(count * FACTOR);

/**
 * Draws rows of a table that is too long to be tried as a whole each time: `count` of them, or `RUNS` times as many, and one of each kind at
 * least. Each run draws others.
 * @param kindOf tells rows apart that may come out differently
 */
export function draw<Row>(rows: readonly Row[], count: number, kindOf: (row: Row) => unknown = () => undefined): Row[] {
  const shuffled = rows
    .map((row) => ({ row, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row);
  const ofEachKind = [...new Map(shuffled.map((row) => [kindOf(row), row])).values()];
  return [...new Set([...ofEachKind, ...shuffled])].slice(0, Math.max(ofEachKind.length, runs(count)));
}
