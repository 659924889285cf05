import { formatFigure, median, ratios, roundsNeeded } from './numbers.ts';

export interface Row {
  id: string;
  what: string;
  measured: string;
  /** The floor's figure in the same run; empty if the bar is absolute. */
  floor: string;
  ratio: string;
  bar: string;
  verdict: Verdict;
  /** True for counts of bytes or requests. They are the same on every machine, so a missed bar fails the run. */
  isExact?: boolean;
}

export type Verdict = `met${string}` | `missed${string}` | 'no bar' | `not measured${string}`;

interface Bar {
  /** The limit of our figure divided by the floor's. */
  atMost?: number;
  atLeast?: number;
}

interface Against extends Bar {
  ours: readonly number[];
  floors: readonly number[];
  unit: string;
}

/** Makes a row of a ratio: the median of all rounds, met if enough rounds meet the bar. */
export function compareRow(id: string, what: string, { ours, floors, unit, ...bar }: Against): Row {
  const each = ratios(ours, floors);
  const kept = each.filter((ratio) => keeps(ratio, bar)).length;
  const verdict = `${each.length > 0 && kept >= roundsNeeded(each.length) ? 'met' : 'missed'} (${kept} of ${each.length} rounds)` as const;
  return {
    id,
    what,
    measured: `${formatFigure(median(ours))} ${unit}`,
    floor: `${formatFigure(median(floors))} ${unit}`,
    ratio: median(each).toFixed(2),
    bar: describeBar(bar, 'x'),
    verdict: bar.atMost === undefined && bar.atLeast === undefined ? 'no bar' : verdict,
  };
}

interface Absolute extends Bar {
  measured: number;
  unit: string;
  floor?: string;
  isExact?: boolean;
}

/** Makes a row of one figure. */
export function boundRow(id: string, what: string, { measured, unit, floor = '', isExact = false, ...bar }: Absolute): Row {
  return {
    id,
    what,
    measured: `${formatFigure(measured)} ${unit}`,
    floor,
    ratio: '',
    bar: describeBar(bar, ` ${unit}`),
    verdict: keeps(measured, bar) ? 'met' : 'missed',
    isExact,
  };
}

const keeps = (value: number, { atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY }: Bar): boolean =>
  value <= atMost && value >= atLeast;

function describeBar({ atMost, atLeast }: Bar, unit: string): string {
  if (atMost !== undefined) return `<= ${atMost.toLocaleString('en-US')}${unit}`;
  return atLeast === undefined ? '' : `>= ${atLeast.toLocaleString('en-US')}${unit}`;
}

const columns = ['id', 'what', 'measured', 'floor', 'ratio', 'bar', 'verdict'] as const;

/** Formats the table, a line per row, readable as text and as Markdown. */
export function formatTable(rows: readonly Row[]): string {
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
