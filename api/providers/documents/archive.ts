import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32, createGunzip } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { Refusal, refuse } from '../../contract/refusal.ts';
import type { StoredFile } from '../../ports/index.ts';
import { bringsInMore, createFieldFinder, encodingOf, holdsDocumentType, startsAsXml } from '../../rules/active-content.ts';
import { startsAsArchive, startsAsGzip, startsAsOldWord, startsAsProgram, startsAsZip } from '../../rules/file-type.ts';
import { windowsOf } from './windows.ts';

const ENTRIES_MAX = 1_000;
const RELATIONS_BYTES_MAX = 1024 * 1024;
const UNPACKED_BYTES_MAX = 100 * 1024 * 1024;
const RATIO_MAX = 100;
/** Up to this size a part may be compressed at any ratio. */
const RATIO_FREE_BYTES = 256 * 1024;
/** The end of an archive with the longest comment, and the mark of a large archive before it. */
const END_BYTES = 22 + 65_535 + 20;
const LARGE_ARCHIVE_END = Buffer.from([0x50, 0x4b, 0x06, 0x07]);

/** Parts that every Word document has. */
const needed = ['[Content_Types].xml', 'word/document.xml'];
/** Pictures and fonts, which are no XML. Drawings are XML. */
const binary = /\.(png|jpe?g|gif|bmp|tiff?|emf|wmf|emz|wmz|ico|webp|wdp|jxr|odttf|ttf)$/i;
const nested = /\.(zip|jar|docx|docm|xlsx|xlsm|xls|pptx|odt|rar|7z|gz|tgz|bz2|xz|bin)$/i;
/** Settings of a printer, which Word keeps with the document. Nothing of them runs. */
const settings = /^word\/printerSettings\/printerSettings\d{0,9}\.bin$/i;
/** Pictures of Windows, which are packed by themselves. */
const packedPicture = /\.(emz|wmz)$/i;
/** More than such a picture has when it is unpacked. */
const PICTURE_BYTES_MAX = 20 * 1024 * 1024;
/** The name of the part in which a password locks a whole document, as older Word files write names. */
const LOCKED_PART = Buffer.from('EncryptedPackage', 'utf16le');

/**
 * Refuses a document that is not packed like a plain Word file. Checks its table of contents before unpacking, then unpacks it to nowhere
 * and counts, because declared sizes may be wrong.
 */
export async function checkArchive(file: StoredFile): Promise<void> {
  await checkEnds(file);
  const zip = await yauzl.openPromise(file.path, { strictFileNames: true, autoClose: false }).catch(refuseArchive);
  try {
    if (zip.entryCount > ENTRIES_MAX || zip.comment.length > 0) refuse('knowledge.archive_refused');
    const entries = await listed(zip);
    checkContents(entries, file);
    for (const entry of entries) await unpack(zip, entry);
  } catch (error) {
    refuseArchive(error);
  } finally {
    zip.close();
  }
}

async function checkEnds({ path, bytes }: StoredFile): Promise<void> {
  const file = await open(path);
  try {
    const head = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (startsAsOldWord(head.buffer)) refuse((await file.readFile()).includes(LOCKED_PART) ? 'knowledge.locked' : 'knowledge.old_word');
    if (!startsAsZip(head.buffer)) refuse('knowledge.type_refused');
    const tail = await file.read(Buffer.alloc(END_BYTES), 0, END_BYTES, Math.max(0, bytes - END_BYTES));
    if (tail.buffer.includes(LARGE_ARCHIVE_END)) refuse('knowledge.archive_refused');
  } finally {
    await file.close();
  }
}

async function listed(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    entries.push(entry);
    if (entries.length > ENTRIES_MAX) refuse('knowledge.archive_refused');
  }
  return entries;
}

function checkContents(entries: readonly Entry[], file: StoredFile): void {
  const names = new Set(entries.map(({ fileName }) => fileName));
  if (needed.some((name) => !names.has(name))) refuse('knowledge.type_refused');
  const inner = [...names].filter((name) => nested.test(name) && !settings.test(name));
  if (inner.some((name) => /vba/i.test(name))) refuse('knowledge.macro_refused');
  if (inner.length > 0) refuse('knowledge.embedded_refused');
  const unpacked = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  const packed = entries.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
  const isOverlapping = packed > file.bytes || new Set(entries.map((entry) => entry.relativeOffsetOfLocalHeader)).size < entries.length;
  const isOdd = names.size < entries.length || isOverlapping || entries.some(isOddEntry);
  if (isOdd || unpacked > UNPACKED_BYTES_MAX || isBomb(unpacked, file.bytes)) refuse('knowledge.archive_refused');
}

const isBomb = (unpacked: number, packed: number): boolean => unpacked > RATIO_FREE_BYTES && unpacked > packed * RATIO_MAX;

function isOddEntry(entry: Entry): boolean {
  const isLink = ((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000;
  const isLarge = entry.extraFields.some(({ id }) => id === 1);
  const isReadable = [0, 8].includes(entry.compressionMethod) && !entry.isEncrypted();
  return isLink || isLarge || !isReadable || isBomb(entry.uncompressedSize, entry.compressedSize);
}

/** yauzl ends the stream with an error if it is longer than declared. Nothing else checks the sum. */
async function unpack(zip: ZipFile, entry: Entry): Promise<void> {
  await checkLocalHeader(zip, entry);
  if (entry.fileName.endsWith('/')) return;
  const { fileName } = entry;
  const isPacked = packedPicture.test(fileName);
  const summed = new Summed();
  const parts = summed.of(await zip.openReadStreamPromise(entry), isPacked);
  if (/\.rels$/i.test(fileName)) await checkRelations(parts);
  else await checkPart(isPacked ? unpackedPicture(parts) : parts, binary.test(fileName) || settings.test(fileName));
  if (summed.sum !== entry.crc32) refuse('knowledge.archive_refused');
}

/** Compares both headers of a part, because some programs read the one before it and others the table of contents. */
async function checkLocalHeader(zip: ZipFile, entry: Entry): Promise<void> {
  const local = await zip.readLocalFileHeaderPromise(entry);
  const isSame = local.fileName.equals(entry.fileNameRaw) && local.compressionMethod === entry.compressionMethod;
  if (!isSame || local.generalPurposeBitFlag !== entry.generalPurposeBitFlag) refuse('knowledge.archive_refused');
}

class Summed {
  sum = 0;

  /** @param mayBePacked whether it may be packed by itself */
  async *of(chunks: AsyncIterable<unknown>, mayBePacked: boolean): AsyncGenerator<Buffer> {
    let isFirst = true;
    for await (const chunk of chunks) {
      const isArchive = startsAsArchive(chunk as Buffer) && !(mayBePacked && startsAsGzip(chunk as Buffer));
      if (isFirst && (isArchive || startsAsProgram(chunk as Buffer))) refuse('knowledge.archive_refused');
      isFirst = false;
      this.sum = crc32(chunk as Buffer, this.sum);
      yield chunk as Buffer;
    }
  }
}

/** Unpacks a packed picture to nowhere. The sum counts what was packed. */
async function* unpackedPicture(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  const unpacked = Readable.from(parts).compose(createGunzip()) as AsyncIterable<Buffer>;
  let isFirst = true;
  for await (const chunk of unpacked) {
    bytes += chunk.length;
    if (bytes > PICTURE_BYTES_MAX || (isFirst && (startsAsArchive(chunk) || startsAsProgram(chunk)))) refuse('knowledge.archive_refused');
    isFirst = false;
    yield chunk;
  }
}

/** @param isPicture by its name, which may be wrong: a part that begins like XML is checked as XML */
async function checkPart(parts: AsyncIterable<Buffer>, isPicture: boolean): Promise<void> {
  const holdsField = createFieldFinder();
  let isXml: boolean | undefined;
  for await (const { text, at, bytes } of windowsOf(parts)) {
    isXml ??= !isPicture || startsAsXml(text);
    if (!isXml) continue;
    checkXml(text, at);
    if (holdsField(text.slice(-bytes))) refuse('knowledge.references_refused');
  }
}

/** Refuses XML in an encoding that cannot be checked. */
function checkXml(text: string, at: number): void {
  const encoding = at === 0 ? encodingOf(text) : undefined;
  const isForeign = encoding !== undefined && !/^(utf-8|us-ascii)$/i.test(encoding);
  if (isForeign || text.includes('\0') || holdsDocumentType(text)) refuse('knowledge.archive_refused');
}

async function checkRelations(chunks: AsyncIterable<Buffer>): Promise<void> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk.toString('latin1');
    if (text.length > RELATIONS_BYTES_MAX) refuse('knowledge.archive_refused');
  }
  checkXml(text, 0);
  if (bringsInMore(text)) refuse('knowledge.references_refused');
}

/** Refuses an archive with one code, whatever its fault. */
function refuseArchive(cause: unknown): never {
  if (cause instanceof Refusal) throw cause;
  return refuse('knowledge.archive_refused', { cause });
}
