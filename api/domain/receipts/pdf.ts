import { setImmediate } from 'node:timers/promises';
import { splitByDirection } from './direction.ts';
import { drawableText, type Fonts, lettersOf, loadFonts, widthOf } from './fonts.ts';

/** One line of a page: its text and where it stands, in points from the left and from the top. */
export interface PdfLine {
  text: string;
  x: number;
  y: number;
  size: number;
  bold?: true;
  /** True for a text that ends at `x`, such as an amount in its column. */
  isFigure?: true;
}

/**
 * Writes pages of text as a PDF document on A4, with the letters that it needs of the fonts.
 * @param title as readers show it above the page
 */
export async function writePdf(title: string, pages: readonly (readonly PdfLine[])[]): Promise<Buffer> {
  const [{ default: Document }, fonts] = await Promise.all([import('pdfkit'), loadFonts()]);
  const paper = { size: 'A4', margin: 0, font: '', autoFirstPage: false };
  const pdf = new Document({ ...paper, pdfVersion: '1.7', lang: 'en', displayTitle: true, info: { Title: title } });
  // The types do not know yet that a font may come parsed.
  for (const [name, font] of Object.entries(fonts)) pdf.registerFont(name, font as unknown as Buffer);
  for (const lines of pages) {
    pdf.addPage();
    for (const line of lines) {
      await letOthersRun();
      writeLine(pdf, line, fonts);
    }
  }
  pdf.end();
  return pdf.read();
}

function writeLine(pdf: PDFKit.PDFDocument, { text, x, y, size, bold, isFigure }: PdfLine, fonts: Fonts): void {
  pdf.font(bold ? 'bold' : 'regular').fontSize(size);
  const pieces = splitByDirection(drawableText(text, fonts)).map(({ text: piece, isTurned }) => {
    // Naming features, even none, keeps the library from laying out word by word, which turns the words of Arabic.
    const options = isTurned ? { features: [] } : {};
    return { piece, options, width: pdf.widthOfString(piece, options) };
  });
  let left = isFigure ? x - pieces.reduce((sum, { width }) => sum + width, 0) : x;
  for (const { piece, options, width } of pieces) {
    pdf.text(piece, left, y, { lineBreak: false, baseline: 'alphabetic', ...options });
    left += width;
  }
}

/**
 * Breaks a text into lines of at most a width in points, at blanks where it has some. An empty text is one empty line. Each word is measured
 * once, and each letter of a word that is wider than a line: people choose these texts, and measuring every beginning of a line takes
 * seconds for a document of them. A letter by itself is no narrower than joined to its neighbours.
 */
export async function wrapText(text: string, { width, size, bold }: Pick<PdfLine, 'size' | 'bold'> & { width: number }): Promise<string[]> {
  const fonts = await loadFonts();
  await letOthersRun();
  const measure = (part: string) => widthOf(part, fonts, { bold, size });
  const blank = measure(' ');
  const lines = [{ text: '', width: 0 }];
  const add = (part: string, partWidth: number, startsWord: boolean) => {
    const last = lines.at(-1) ?? { text: '', width: 0 };
    const separator = startsWord && last.text !== '' ? ' ' : '';
    const longer = last.width + (separator === '' ? 0 : blank) + partWidth;
    if (last.text === '' || longer <= width) lines[lines.length - 1] = { text: `${last.text}${separator}${part}`, width: longer };
    else lines.push({ text: part, width: partWidth });
  };
  for (const word of drawableText(text, fonts).trim().split(/\s+/u)) {
    const wordWidth = measure(word);
    if (wordWidth <= width) add(word, wordWidth, true);
    else for (const [index, letter] of lettersOf(word).entries()) add(letter, measure(letter), index === 0);
  }
  return lines.map((line) => line.text);
}

let lastPause = 0;

/** Answers other requests first, where a document has kept the process for 10 ms. */
async function letOthersRun(): Promise<void> {
  if (performance.now() - lastPause < 10) return;
  await setImmediate();
  lastPause = performance.now();
}
