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
    // A page takes up to a tenth of a second, between which other requests are answered.
    await setImmediate();
    pdf.addPage();
    for (const line of lines) writeLine(pdf, line, fonts);
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

/** Breaks a text into lines of at most a width in points, at blanks where it has some. An empty text is one empty line. */
export async function wrapText(text: string, { width, size, bold }: Pick<PdfLine, 'size' | 'bold'> & { width: number }): Promise<string[]> {
  const fonts = await loadFonts();
  const fits = (line: string) => widthOf(drawableText(line, fonts), fonts, { bold, size }) <= width;
  const lines = [''];
  const add = (part: string, separator: string) => {
    const longer = [lines.at(-1), part].filter(Boolean).join(separator);
    if (fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(part);
  };
  for (const word of text.trim().split(/\s+/u)) {
    if (fits(word)) add(word, ' ');
    else for (const [index, letter] of lettersOf(word).entries()) add(letter, index === 0 ? ' ' : '');
  }
  return lines;
}
