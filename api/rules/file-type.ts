const bytesOf = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

/** First bytes of programs for any system. */
const programs = [bytesOf('MZ'), bytesOf('#!'), [0x7f, 0x45, 0x4c, 0x46], [0xca, 0xfe, 0xba, 0xbe], [0xcf, 0xfa, 0xed, 0xfe]];

/**
 * First bytes of files that are no text, whatever their names. A beginning of letters alone may be a word: `MZ Motors` is a text, and a
 * program has bytes that no text has.
 */
const binaries = [
  ...programs.slice(2),
  bytesOf('#!/'),
  bytesOf('%PDF-'),
  bytesOf('PK\x03\x04'),
  bytesOf('PK\x05\x06'),
  bytesOf('Rar!\x1a'),
  [0x37, 0x7a, 0xbc, 0xaf],
  bytesOf('{\\rtf'),
  bytesOf('GIF87a'),
  bytesOf('GIF89a'),
  bytesOf('%!PS'),
  [0x1f, 0x8b],
  [0xd0, 0xcf, 0x11, 0xe0],
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47],
];

/**
 * Matches the beginning of a page or a browser program, after the parts that such readers skip: blanks and the three bytes that mark UTF-8.
 * A comment ends only at its first mark; otherwise a row of comments could be matched in so many ways that trying all would never end.
 */
const page =
  /^[\s\xef\xbb\xbf]*(<!--((?!-->)[\s\S])*-->\s*)*<(!doctype|html|head|body|script|svg|iframe|object|embed|style|meta|link|base|form|\?(xml|php)|%)/i;

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean => start.every((byte, at) => bytes[at] === byte);

/** Tells whether a content begins like text, not like something to run, show or unpack. */
export const startsAsText = (head: Uint8Array): boolean =>
  !binaries.some((start) => startsWith(head, start)) && !page.test(new TextDecoder('latin1').decode(head));

/** Bytes that stand in texts: line ends and tabs, the line break of slides, and the mark that old programs put at the end. */
const inTexts = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a]);

/** Tells whether all bytes of a text can be seen or part its lines. Each byte of a letter of any script is larger. */
export const areVisible = (bytes: Uint8Array): boolean => bytes.every((byte) => (byte >= 0x20 ? byte !== 0x7f : inTexts.has(byte)));

/** Tells whether a content begins as text of two bytes for each letter: with the mark of that, or with letters beside zeros. */
export const startsAsWideText = (head: Uint8Array): boolean =>
  (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff) || isEachOtherZero(head.subarray(0, 64));

function isEachOtherZero(head: Uint8Array): boolean {
  const [even, odd] = [0, 1].map((side) => head.filter((_, at) => at % 2 === side).every((byte) => byte === 0));
  return head.length >= 4 && even !== odd;
}

export const startsAsPdf = (head: Uint8Array): boolean =>
  /^%PDF-[12]\.\d/.test(new TextDecoder('latin1').decode(head.subarray(0, 8))) &&
  !/<(script|html|svg|!doctype)/i.test(new TextDecoder('latin1').decode(head));

/** Matches what writers of PDF put behind its end: blanks, zeros, and comments of plain words. */
const behindPdf = /^(?:[\s\0]|%[ -;=-~]{0,200}(?=[\r\n]|$))*$/;

/** Tells how a PDF ends. Other readers would read anything that stands behind its mark. */
export function endOfPdf(tail: Uint8Array): 'whole' | 'cut off' | 'appended' {
  const text = new TextDecoder('latin1').decode(tail);
  const end = text.lastIndexOf('%%EOF');
  if (end < 0) return 'cut off';
  return behindPdf.test(text.slice(end + '%%EOF'.length)) ? 'whole' : 'appended';
}

/** Tells whether a PDF is locked with a password. Its trailer says so in the clear. */
export const holdsPdfLock = (part: string): boolean => /\/Encrypt(?![A-Za-z\d#])/.test(part);

export const startsAsZip = (head: Uint8Array): boolean => startsWith(head, [0x50, 0x4b, 0x03, 0x04]);

/** Tells whether a part of an archive is itself an archive. */
export const startsAsArchive = (head: Uint8Array): boolean =>
  [
    [0x50, 0x4b, 0x03, 0x04],
    [0x1f, 0x8b],
    bytesOf('Rar!'),
    [0x37, 0x7a, 0xbc, 0xaf],
    [0xfd, 0x37, 0x7a, 0x58],
    bytesOf('BZh'),
    [0xd0, 0xcf, 0x11, 0xe0],
  ].some((start) => startsWith(head, start));

/** Tells whether a content is the container of older Word files, which also holds those that a password locks. */
export const startsAsOldWord = (head: Uint8Array): boolean => startsWith(head, [0xd0, 0xcf, 0x11, 0xe0]);

/** Tells whether a part of an archive is packed by itself, as pictures of some programs are. */
export const startsAsGzip = (head: Uint8Array): boolean => startsWith(head, [0x1f, 0x8b]);

/** Tells whether a part of an archive is a program, whatever its name. */
export const startsAsProgram = (head: Uint8Array): boolean => programs.some((start) => startsWith(head, start));
