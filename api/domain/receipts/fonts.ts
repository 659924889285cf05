import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Font } from 'fontkit';

/** The two cuts of the one typeface. They have the same letters: all European scripts, Vietnamese, Arabic and Hebrew. */
export interface Fonts {
  regular: Font;
  bold: Font;
}

let loaded: Promise<Fonts> | undefined;

/**
 * Reads the fonts when the first document needs them, and keeps them: that takes a tenth of a second and 10 MB, and many processes never
 * write a document.
 */
export function loadFonts(): Promise<Fonts> {
  loaded ??= readFonts();
  return loaded;
}

async function readFonts(): Promise<Fonts> {
  const { create } = await import('fontkit');
  const { resolve } = createRequire(import.meta.url);
  const read = (name: string): Font => {
    const font = create(readFileSync(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)));
    if (!('layout' in font)) throw new Error(`${name} is a collection of fonts`);
    // The library keeps the letter by which it met a shape first. Met as a part of another one, as the i of ị, a shape would be copied as nothing.
    // Joined letters, as of Arabic or as ffi, stay out: they are met as the letters that they are.
    for (const code of font.characterSet) if (code < JOINED_FORMS) font.glyphForCodePoint(code);
    return font;
  };
  return { regular: read('DejaVuSansCondensed'), bold: read('DejaVuSansCondensed-Bold') };
}

/** The first sign of Unicode that stands for the joined form of letters. */
const JOINED_FORMS = 0xfb00;
/** Stands for a letter that the fonts have not. */
const BOX = '□';

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Splits a text into what a reader takes for one letter: a base with its marks, an emoji with its modifiers. */
export const lettersOf = (text: string): string[] => Array.from(letters.segment(text), ({ segment }) => segment);

/**
 * Returns a text with a box in place of each letter that a font has not, such as Chinese ones and most emoji, so that nobody takes another
 * letter for it. It has no invisible signs that would turn the order of amounts.
 */
export function drawableText(text: string, { regular }: Fonts): string {
  const plain = text
    .normalize('NFC')
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '');
  const isDrawn = (part: string) => Array.from(part).every((sign) => regular.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0));
  if (isDrawn(plain)) return plain;
  const drawn = lettersOf(plain).map((letter) => (isDrawn(letter) ? letter : BOX));
  return drawn.join('');
}

/** Widths of words in units of their font. The words of a statement are few, and laying one out takes a tenth of a millisecond. */
const widths = new Map<string, number>();
const WIDTHS_MAX = 10_000;

/** Measures a text on one line, in points: its words, and the blanks between them. */
export function widthOf(text: string, fonts: Fonts, { bold, size }: { bold?: boolean | undefined; size: number }): number {
  const cut = bold ? 'bold' : 'regular';
  const font = fonts[cut];
  const measure = (word: string): number => {
    const known = widths.get(`${cut} ${word}`);
    if (known !== undefined) return known;
    if (widths.size >= WIDTHS_MAX) widths.clear();
    const { advanceWidth } = font.layout(word);
    widths.set(`${cut} ${word}`, advanceWidth);
    return advanceWidth;
  };
  const words = text.split(' ');
  const units = words.reduce((sum, word) => sum + measure(word), (words.length - 1) * measure(' '));
  return (units / font.unitsPerEm) * size;
}
