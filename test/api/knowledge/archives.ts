import { crc32, deflateRawSync } from 'node:zlib';

/** One part of an archive. Its declared figures may be false. */
export interface Part {
  name: string;
  content?: Buffer | string;
  /** The compressed content, with its declared size in bytes when unpacked. */
  packed?: Buffer;
  declaredBytes?: number;
  declaredCrc?: number;
  method?: number;
  flags?: number;
  externalAttributes?: number;
  extra?: Buffer;
  /** The name in the local header; that of the central directory unless given. */
  localName?: string;
  /** The declared offset of its content; the real one unless given. */
  offset?: number;
}

const table = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const checksum = (bytes: Buffer): number =>
  typeof crc32 === 'function'
    ? crc32(bytes)
    : (bytes.reduce((crc, byte) => (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

/** Makes a zip file, valid or crafted. */
export function zip(parts: readonly Part[], { comment = '', before = Buffer.alloc(0), after = Buffer.alloc(0) } = {}): Buffer {
  const locals: Buffer[] = [before];
  const central: Buffer[] = [];
  let at = before.length;
  for (const part of parts) {
    const content = Buffer.from(part.content ?? '');
    const packed = part.packed ?? deflateRawSync(content);
    const name = Buffer.from(part.name);
    const extra = part.extra ?? Buffer.alloc(0);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(part.flags ?? 0, 2);
    fields.writeUInt16LE(part.method ?? 8, 4);
    fields.writeUInt32LE(part.declaredCrc ?? checksum(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(part.declaredBytes ?? content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    fields.writeUInt16LE(extra.length, 24);
    const local = Buffer.from(part.localName ?? part.name);
    const localFields = Buffer.from(fields);
    localFields.writeUInt16LE(local.length, 22);
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), localFields, local, extra, packed);
    const end = Buffer.alloc(14);
    end.writeUInt32LE((part.externalAttributes ?? 0) >>> 0, 6);
    end.writeUInt32LE(part.offset ?? at, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), fields, end, name, extra);
    at += 30 + local.length + extra.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(at, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06', 'latin1'), end, Buffer.from(comment), after]);
}

/** The parts of every Word document. */
export const wordParts: readonly Part[] = [
  { name: '[Content_Types].xml', content: '<Types/>' },
  { name: '_rels/.rels', content: '<Relationships/>' },
  { name: 'word/document.xml', content: '<w:document>Hello</w:document>' },
];
export const docx = (more: readonly Part[] = [], options = {}) => zip([...wordParts, ...more], options);

export const pdf = (text = 'Hello'): Buffer =>
  Buffer.from(`%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n% ${text}\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n`);
