import { inflateSync } from 'node:zlib';

/** A text of a page as a reader of the document would copy it, with the place where it begins, in points from the left and from the top. */
export interface TextInPdf {
  text: string;
  /** From 0. */
  page: number;
  x: number;
  y: number;
}

/**
 * Reads the texts of a document page by page, in the order of its bytes, by the tables that the document has for this. Texts from right to
 * left come as they stand on the page.
 */
export function textsOf(pdf: Buffer): TextInPdf[] {
  const objects = objectsOf(pdf);
  const refer = (head: string | undefined, name: string) =>
    objects.get(Number(new RegExp(`/${name} \\[?(\\d+) 0 R`).exec(head ?? '')?.[1]));
  return [...objects.values()]
    .filter(({ head }) => /\/Type \/Page\b/.test(head))
    .flatMap(({ head }, page) => {
      const fonts = refer(head, 'Resources')?.head ?? '';
      const tables = new Map(
        [...fonts.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => [
          name,
          tableOf(refer(objects.get(Number(id))?.head, 'ToUnicode')?.stream),
        ]),
      );
      const height = Number(/\/MediaBox \[0 0 \S+ ([\d.]+)\]/.exec(head)?.[1]);
      const shown = (refer(head, 'Contents')?.stream ?? '').matchAll(/BT\n1 0 0 1 (\S+) (\S+) Tm\n\/(F\d+) \S+ Tf\n([\s\S]*?)ET/g);
      return [...shown].map(([, x, y, font, codes = '']) => ({
        text: decode(codes, tables.get(font)),
        page,
        x: Number(x),
        y: height - Number(y),
      }));
    });
}

const decode = (codes: string, table: readonly string[] = []): string =>
  [...codes.matchAll(/<([0-9a-f]+)>/g)]
    .flatMap(([, run = '']) => run.match(/.{4}/g) ?? [])
    .map((code) => table[Number.parseInt(code, 16)] ?? '\ufffd')
    .join('');

interface PdfObject {
  /** The dictionary. */
  head: string;
  /** The stream as text; empty without one. */
  stream: string;
}

/** Reads objects at the places that the table at the end names, as readers do. */
function objectsOf(pdf: Buffer): Map<number, PdfObject> {
  const text = pdf.toString('latin1');
  const table = text.slice(Number(/startxref\n(\d+)/.exec(text)?.[1]));
  const offsets = [...table.matchAll(/(\d{10}) 00000 n/g)].map(([, offset]) => Number(offset));
  return new Map(
    offsets.map((offset, index) => {
      const id = index + 1;
      const start = `${id} 0 obj\n`;
      if (!text.startsWith(start, offset)) throw new Error(`object ${id} is not where the table says`);
      const body = text.slice(offset + start.length, text.indexOf('\nendobj', offset));
      const [head = '', stream = ''] = body.split(/\nstream\n/);
      const bytes = Buffer.from(stream.replace(/\nendstream$/, ''), 'latin1');
      return [id, { head, stream: (head.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1') }];
    }),
  );
}

/** Reads the text of each code of a font. */
function tableOf(cmap = ''): string[] {
  const [, entries = ''] = /beginbfrange\n<0000> <[0-9a-f]{4}> \[(.*)\]/.exec(cmap) ?? [];
  return [...entries.matchAll(/<([^>]*)>/g)].map(([, units = '']) =>
    String.fromCharCode(...units.split(' ').map((unit) => Number.parseInt(unit, 16))),
  );
}
