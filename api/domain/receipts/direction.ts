import bidiFactory from 'bidi-js';

const bidi = bidiFactory();

/** Part of a line that reads in one direction. */
export interface Piece {
  text: string;
  /** True from right to left. */
  isTurned: boolean;
}

/**
 * Splits a line into pieces that read in one direction, in the order in which they stand on the page from the left: "שלום Ltd. 7" has its
 * number left of the Hebrew word. Fonts turn the letters of a piece by their script, so that Arabic ones can join.
 */
export function splitByDirection(text: string): Piece[] {
  if (!/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(text)) return [{ text, isTurned: false }];
  const embedding = bidi.getEmbeddingLevels(text);
  const { levels } = embedding;
  const mirrored = bidi.getMirroredCharactersMap(text, levels);
  const signs = text.split('').map((sign, at) => mirrored.get(at) ?? sign);
  const pieces: { first: number; last: number; isTurned: boolean }[] = [];
  for (const at of bidi.getReorderedIndices(text, embedding)) {
    const isTurned = (levels[at] ?? 0) % 2 === 1;
    const piece = pieces.at(-1);
    if (piece?.isTurned !== isTurned || at !== (isTurned ? piece.first - 1 : piece.last + 1))
      pieces.push({ first: at, last: at, isTurned });
    else if (isTurned) piece.first = at;
    else piece.last = at;
  }
  return pieces.map(({ first, last, isTurned }) => {
    const piece = signs.slice(first, last + 1).join('');
    // A font cannot tell the direction of a piece without letters, such as the brackets between two numbers of a Hebrew line.
    return { text: isTurned && !/\p{L}/u.test(piece) ? [...piece].reverse().join('') : piece, isTurned };
  });
}
