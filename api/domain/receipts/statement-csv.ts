import { decimalOf } from '../../rules/money.ts';
import type { StatementFile, StatementRow } from './statement-file.ts';

type Cell = string | { number: `${number}` } | null;

const columns: Record<string, (row: StatementRow) => Cell> = {
  date: ({ at }) => at.toISOString(),
  kind: ({ kind }) => kind,
  name: ({ name }) => name,
  credits: ({ amountMillis }) => ({ number: decimalOf(amountMillis, 3) }),
  balance: () => null,
  price: ({ money }) => money && { number: decimalOf(money.priceCents, 2) },
  currency: ({ money }) => money?.currency ?? null,
  state: ({ state }) => state,
  began: ({ began }) => began?.toISOString() ?? null,
  purchase: ({ purchaseId }) => purchaseId,
  order: ({ orderId }) => orderId,
  call: ({ callId }) => callId,
  number: ({ call }) => call?.number ?? null,
  agent: ({ call }) => call?.agentName ?? null,
  seconds: ({ call }) => (typeof call?.seconds === 'number' ? { number: `${call.seconds}` } : null),
};

/** Tells spreadsheets that the text is UTF-8. */
const BYTE_ORDER_MARK = '\u{feff}';

/**
 * Writes a statement as CSV (RFC 4180). The first and last row have balances and no credits, so the column of credits adds up to the
 * difference between them.
 */
export async function writeStatementCsv({ rows, openingMillis, closingMillis, from, to, writtenAt }: StatementFile): Promise<Buffer> {
  const balance = (kind: string, name: string, millis: number, day: string | null) =>
    Object.keys(columns).map((column): Cell => {
      if (column === 'balance') return { number: decimalOf(millis, 3) };
      return { date: day, kind, name }[column] ?? null;
    });
  const lines = [
    Object.keys(columns),
    balance('opening', 'Opening balance', openingMillis, from ?? null),
    ...rows.map((row) => Object.values(columns).map((cellOf) => cellOf(row))),
    balance('closing', 'Closing balance', closingMillis, to ?? writtenAt.toISOString()),
  ];
  return Buffer.from(`${BYTE_ORDER_MARK}${lines.map((cells) => `${cells.map(written).join(',')}\r\n`).join('')}`);
}

function written(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'string' ? quoted(cell) : cell.number;
}

/** A spreadsheet would run these as formulas, also behind blanks and in their wide forms. */
const formula = /^[\s\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** Writes a text in quotes. One that begins like a formula gets an apostrophe, by which spreadsheets take it for text. */
const quoted = (text: string): string => `"${formula.test(text) ? "'" : ''}${text.replaceAll('"', '""')}"`;
