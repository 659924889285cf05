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
    return font;
  };
  return { regular: read('DejaVuSansCondensed'), bold: read('DejaVuSansCondensed-Bold') };
}

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

/** Measures a text on one line, in points. */
export const widthOf = (text: string, font: Font, size: number): number => (font.layout(text).advanceWidth / font.unitsPerEm) * size;
