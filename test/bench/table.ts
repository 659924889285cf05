import { median, ratios, roundsNeeded, three } from './numbers.ts';

export interface Row {
  id: string;
  what: string;
  measured: string;
  /** The floor's own figure from the same run; empty where the bar is absolute. */
  floor: string;
  ratio: string;
  bar: string;
  verdict: Verdict;
  /** A count of bytes or requests: it is the same on every machine, so that a missed bar fails the run. */
  isExact?: boolean;
}

export type Verdict = `met${string}` | `missed${string}` | 'no bar' | `not measured${string}`;

interface Bar {
  /** Ours by the floor's is at most (or at least) this. */
  atMost?: number;
  atLeast?: number;
}

interface Against extends Bar {
  ours: readonly number[];
  floors: readonly number[];
  unit: string;
}

/** A row about a ratio: the median of the rounds', and met where enough rounds keep the bar. */
export function compared(id: string, what: string, { ours, floors, unit, ...bar }: Against): Row {
  const each = ratios(ours, floors);
  const kept = each.filter((ratio) => keeps(ratio, bar)).length;
  const verdict = `${each.length > 0 && kept >= roundsNeeded(each.length) ? 'met' : 'missed'} (${kept} of ${each.length} rounds)` as const;
  return {
    id,
    what,
    measured: `${three(median(ours))} ${unit}`,
    floor: `${three(median(floors))} ${unit}`,
    ratio: median(each).toFixed(2),
    bar: inWords(bar, 'x'),
    verdict: bar.atMost === undefined && bar.atLeast === undefined ? 'no bar' : verdict,
  };
}

interface Absolute extends Bar {
  measured: number;
  unit: string;
  floor?: string;
  isExact?: boolean;
}

/** A row about one figure. */
export function bounded(id: string, what: string, { measured, unit, floor = '', isExact = false, ...bar }: Absolute): Row {
  return {
    id,
    what,
    measured: `${three(measured)} ${unit}`,
    floor,
    ratio: '',
    bar: inWords(bar, ` ${unit}`),
    verdict: keeps(measured, bar) ? 'met' : 'missed',
    isExact,
  };
}

const keeps = (value: number, { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY }: Bar): boolean =>
  value <= atMost && value >= atLeast;

function inWords({ atMost, atLeast }: Bar, unit: string): string {
  if (atMost !== undefined) return `<= ${atMost.toLocaleString('en-US')}${unit}`;
  return atLeast === undefined ? '' : `>= ${atLeast.toLocaleString('en-US')}${unit}`;
}

const columns = ['id', 'what', 'measured', 'floor', 'ratio', 'bar', 'verdict'] as const;

/** The table as text, a line per row, readable as it is and as Markdown. */
export function table(rows: readonly Row[]): string {
  const width = (column: (typeof columns)[number]) => Math.max(column.length, ...rows.map((row) => row[column].length));
  const line = (texts: readonly string[], fill = ' ') =>
    `| ${texts.map((text, at) => text.padEnd(width(columns[at] ?? 'id'), fill)).join(' | ')} |`;
  return [
    line(columns),
    line(
      columns.map(() => ''),
      '-',
    ),
    ...rows.map((row) => line(columns.map((column) => row[column]))),
  ].join('\n');
}
