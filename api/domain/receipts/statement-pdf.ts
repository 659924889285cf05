import { decimalOf, formatMoney } from '../../rules/money.ts';
import { type PdfLine, wrapText, writePdf } from './pdf.ts';
import { formatDay } from './receipts.ts';
import type { StatementFile, StatementRow } from './statement-file.ts';

/** The language of all documents. */
const LANGUAGE = 'en';
/** Points from the left: of the day, of the name, and of the ends of money and credits. */
const [DAY, NAME, MONEY, CREDITS] = [56, 124, 455, 539];
/** Points from the top of a page on A4: of its first line, of the end of its last one, and of its number. */
const [TOP, BOTTOM, FOOT] = [64, 778, 806];
/** How wide a name may be beside the figures, in points. */
const NAME_WIDTH = 270;
const LINE = 14;
const SIZE = 9;

/** Lays out a statement: the seller, the client and the time on top, then a row for each thing between the two balances. */
export async function writeStatementPdf(statement: StatementFile): Promise<Buffer> {
  const { seller, rows, closingMillis, seq, hash, isTest } = statement;
  const pages = new Pages();
  await writeHead(pages, statement);
  for (const row of rows) await writeRow(pages, row);
  pages.room(4 * LINE);
  pages.write('Closing balance', { x: NAME, bold: true });
  pages.write(formatCredits(closingMillis), { x: CREDITS, bold: true, isFigure: true });
  pages.next(2 * LINE);
  if (hash !== undefined) pages.write(`Entry ${seq} of the account closes this time. Its hash is ${hash}.`, { size: 7 });
  pages.next(LINE);
  if (isTest) pages.write('Test mode: no money moved.');
  return writePdf(`Statement of ${seller.name}`, pages.numbered(seller.name));
}

async function writeHead(pages: Pages, { seller, client, from, to, writtenAt, openingMillis }: StatementFile): Promise<void> {
  pages.write('Statement', { size: 22, bold: true });
  pages.next(34);
  await pages.below([seller.name], { bold: true });
  await pages.below([...(seller.address?.split('\n') ?? []), ...(seller.vatId === null ? [] : [`VAT ID: ${seller.vatId}`])]);
  pages.next(LINE);
  await pages.below(client);
  pages.next(LINE);
  const last = formatDay(to === undefined ? writtenAt : new Date(to));
  pages.write(from === undefined ? `Up to ${last}. Days are in UTC.` : `From ${formatDay(new Date(from))} to ${last}. Days are in UTC.`);
  pages.next(LINE * 2);
  pages.write('Day', { bold: true });
  pages.write('What', { x: NAME, bold: true });
  pages.write('Paid', { x: MONEY, bold: true, isFigure: true });
  pages.write('Credits', { x: CREDITS, bold: true, isFigure: true });
  pages.next(LINE * 1.5);
  pages.write('Opening balance', { x: NAME, bold: true });
  pages.write(formatCredits(openingMillis), { x: CREDITS, bold: true, isFigure: true });
  pages.next(LINE * 1.5);
}

const marks: Partial<Record<string, string>> = {
  pending: 'pending',
  part_refunded: 'partly refunded',
  refunded: 'refunded',
  disputed: 'disputed',
  charged_back: 'charged back',
};

// Each is made once, because that takes longer than a hundred days or amounts.
const { format: shortDay } = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeZone: 'UTC' });
const credits = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 3 });
const formatCredits = (millis: number): string => credits.format(decimalOf(millis, 3));

async function writeRow(pages: Pages, { at, began, name, amountMillis, money, state }: StatementRow): Promise<void> {
  const notes = [marks[state], began && `begun on ${shortDay(began)}`].filter(Boolean).join(', ');
  const lines = await wrapText(notes === '' ? name : `${name} (${notes})`, { width: NAME_WIDTH, size: SIZE });
  pages.room(lines.length * LINE);
  pages.write(shortDay(at));
  if (money) pages.write(formatMoney(money.priceCents, money.currency, LANGUAGE), { x: MONEY, isFigure: true });
  pages.write(`${amountMillis > 0 ? '+' : ''}${formatCredits(amountMillis)}`, { x: CREDITS, isFigure: true });
  for (const text of lines) {
    pages.write(text, { x: NAME });
    pages.next(LINE);
  }
}

/** Lines on pages, from the top down; a full page is followed by another. */
class Pages {
  readonly #pages: PdfLine[][] = [[]];
  #y = TOP;

  /** Begins another page if the present one has fewer points left. */
  room(points: number): void {
    if (this.#y + points <= BOTTOM) return;
    this.#pages.push([]);
    this.#y = TOP;
  }

  /** Writes beside what stands at the present height. */
  write(text: string, { size = SIZE, x = DAY, ...more }: Partial<PdfLine> = {}): void {
    this.#pages.at(-1)?.push({ text, x, y: this.#y, size, ...more });
  }

  next(points: number): void {
    this.#y += points;
  }

  /** Writes texts below each other, over the width of the page. */
  async below(texts: readonly string[], more: Partial<PdfLine> = {}): Promise<void> {
    for (const text of texts)
      for (const line of await wrapText(text, { width: CREDITS - DAY, size: SIZE, ...more })) {
        this.write(line, more);
        this.next(LINE);
      }
  }

  /** Returns the pages, each with its number below. */
  numbered(name: string): PdfLine[][] {
    const count = this.#pages.length;
    return this.#pages.map((lines, index) => [
      ...lines,
      { text: `${name} · Statement · Page ${index + 1} of ${count}`, x: DAY, y: FOOT, size: 8 },
    ]);
  }
}
