const bytesOf = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

/** First bytes of programs for any system. */
const programs = [bytesOf('MZ'), bytesOf('#!'), [0x7f, 0x45, 0x4c, 0x46], [0xca, 0xfe, 0xba, 0xbe], [0xcf, 0xfa, 0xed, 0xfe]];

/** First bytes of files that are no text, whatever their names. */
const binaries = [
  ...programs,
  bytesOf('%PDF'),
  bytesOf('PK'),
  bytesOf('Rar!'),
  bytesOf('7z'),
  bytesOf('{\\rtf'),
  bytesOf('GIF8'),
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
  /^[\s\xef\xbb\xbf]*(<!--((?!-->)[\s\S])*-->\s*)*<(!doctype|html|head|body|script|svg|iframe|object|embed|style|meta|link|img|base|form|\?(xml|php)|%)/i;

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean => start.every((byte, at) => bytes[at] === byte);

/** Tells whether a content begins like text, not like something to run, show or unpack. */
export const startsAsText = (head: Uint8Array): boolean =>
  !binaries.some((start) => startsWith(head, start)) && !page.test(new TextDecoder('latin1').decode(head));

/** Tells whether bytes are plain text: line ends and tabs, but no other invisible character. */
export const areVisible = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => (byte >= 0x20 ? byte !== 0x7f : byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d));

export const startsAsPdf = (head: Uint8Array): boolean =>
  /^%PDF-[12]\.\d/.test(new TextDecoder('latin1').decode(head.subarray(0, 8))) &&
  !/<(script|html|svg|!doctype)/i.test(new TextDecoder('latin1').decode(head));

/** Tells whether a PDF ends with its mark. Other readers would read anything behind it. */
export const endsAsPdf = (tail: Uint8Array): boolean => /%%EOF[\s\0]{0,16}$/.test(new TextDecoder('latin1').decode(tail));

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

/** Tells whether a part of an archive is a program, whatever its name. */
export const startsAsProgram = (head: Uint8Array): boolean => programs.some((start) => startsWith(head, start));
