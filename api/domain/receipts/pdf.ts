/** One line of a page: its text and where it stands, in points from the left and from the top. */
export interface PdfLine {
  text: string;
  x: number;
  y: number;
  size: number;
  bold?: true;
}

/** A4 in points. */
const [WIDTH, HEIGHT] = [595, 842];

/** The characters of the standard fonts (WinAnsi) that Latin-1 has not, by their byte. */
const special: Readonly<Record<string, number>> = {
  ...{ '€': 0x80, '‚': 0x82, ƒ: 0x83, '„': 0x84, '…': 0x85, '†': 0x86, '‰': 0x89, Š: 0x8a, '‹': 0x8b, Œ: 0x8c, Ž: 0x8e },
  ...{ '‘': 0x91, '’': 0x92, '“': 0x93, '”': 0x94, '•': 0x95, '–': 0x96, '—': 0x97, '™': 0x99, š: 0x9a, '›': 0x9b, œ: 0x9c },
  ...{ ž: 0x9e, Ÿ: 0x9f, '−': 0x2d, '\u202f': 0x20 },
};

/** Letters that do not fall apart into a plain one and its marks. */
const plain: Readonly<Record<string, string>> = { ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ı: 'i', ħ: 'h', Ħ: 'H', ŧ: 't', Ŧ: 'T' };

/** Returns the byte of a character in the standard fonts; undefined where they have none. */
function byteOf(sign: string): number | undefined {
  const code = sign.charCodeAt(0);
  const isLatin = (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff);
  return special[sign] ?? (sign.length === 1 && isLatin ? code : undefined);
}

/**
 * Encodes text for the standard fonts. A letter with a mark that they lack loses its mark, and any other character becomes a question
 * mark: the standard fonts are those that every reader brings, so that no font travels with each receipt.
 */
export const encodeText = (text: string): number[] =>
  [...text.normalize('NFC')].flatMap((sign) => {
    const whole = byteOf(sign);
    if (whole !== undefined) return whole;
    const base = plain[sign] ?? sign.normalize('NFD').replace(/\p{M}/gu, '');
    return byteOf(base) ?? 0x3f;
  });

const ascii = (text: string): number[] => Array.from(text, (sign) => sign.charCodeAt(0));

/** Writes bytes as a string of the format, in which brackets and backslashes are escaped. */
const asString = (bytes: readonly number[]): number[] => [
  0x28,
  ...bytes.flatMap((byte) => (byte === 0x28 || byte === 0x29 || byte === 0x5c ? [0x5c, byte] : [byte])),
  0x29,
];

const lineOf = ({ text, x, y, size, bold }: PdfLine): number[] => [
  ...ascii(`BT /${bold ? 'B' : 'R'} ${size} Tf ${x} ${HEIGHT - y} Td `),
  ...asString(encodeText(text)),
  ...ascii(' Tj ET\n'),
];

/**
 * Writes a page of text as a PDF 1.4 document. The same lines always give the same bytes.
 * @param title as readers show it above the page
 */
export function writePdf(title: string, lines: readonly PdfLine[]): Buffer {
  const content = lines.flatMap(lineOf);
  const font = (name: string) => ascii(`<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`);
  const objects: number[][] = [
    ascii('<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>'),
    ascii('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    ascii(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Contents 6 0 R /Resources << /Font << /R 4 0 R /B 5 0 R >> >> >>`,
    ),
    font('Helvetica'),
    font('Helvetica-Bold'),
    [...ascii(`<< /Length ${content.length} >>\nstream\n`), ...content, ...ascii('endstream')],
    [...ascii('<< /Title '), ...asString(encodeText(title)), ...ascii(' >>')],
  ];
  const bytes = ascii('%PDF-1.4\n');
  const offsets = objects.map((object, index) => {
    const offset = bytes.length;
    bytes.push(...ascii(`${index + 1} 0 obj\n`), ...object, ...ascii('\nendobj\n'));
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = objects.length + 1;
  const trailer = `trailer\n<< /Size ${count} /Root 1 0 R /Info ${count - 1} 0 R >>\nstartxref\n${bytes.length}\n%%EOF\n`;
  bytes.push(...ascii(`xref\n0 ${count}\n0000000000 65535 f \n${table}${trailer}`));
  return Buffer.from(bytes);
}
