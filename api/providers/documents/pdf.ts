import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { constants, createInflate, type Inflate, inflateSync } from 'node:zlib';
import { Refusal, refuse } from '../../contract/refusal.ts';
import type { StoredFile } from '../../ports/index.ts';
import { activeInPdf, describesObjects, startsAsObjects } from '../../rules/active-content.ts';
import { holdsPdfLock } from '../../rules/file-type.ts';
import { windowsOf } from './windows.ts';

/** Limits for a whole document: unpacked bytes plus the cost of each stream. */
const WORK_BYTES_MAX = 100 * 1024 * 1024;
const STREAM_COST_BYTES = 16 * 1024;
const STREAMS_MAX = 20_000;
/** A stream's dictionary precedes it: for nearly all within the first length, for others within the second. */
const SAID_BYTES = [2 * 1024, 32 * 1024] as const;
/** Compressed bytes that suffice to recognize the content. */
const HEAD_BYTES = 128;
const PIECE_BYTES = 8 * 1024;
const PIECE_UNPACKED_MAX = 1024 * 1024;
/** Only a comment may stand between a dictionary and its stream. */
const NEAR_BYTES = 4 * 1024;

const streamBegins = /(?<!end)stream[ \t]{0,100}(?:\r?\n|\r)?/g;
const packedAsUsual = /\/Filter\s*(?:\[\s*)?\/FlateDecode\s*(?:\]\s*)?[/>]/;

/**
 * Refuses a PDF with a script, a program to launch or an embedded file, each by a code of its own. Checks all bytes, whatever object they
 * belong to, and unpacked streams of objects, declared or not. Refuses a locked document, because it cannot be unpacked.
 */
export async function checkPdfContent({ path }: StoredFile): Promise<void> {
  const streams = new Map<number, number>();
  for await (const { text, at } of windowsOf(createReadStream(path))) {
    if (holdsPdfLock(text)) refuse('knowledge.locked');
    refuseActive(text);
    for (const { index, 0: word } of text.matchAll(streamBegins)) {
      // At the start of a piece the end of a stream looks like a beginning; the previous piece knows which it is.
      if (at === 0 || index >= 'end'.length) streams.set(at + index, at + index + word.length);
    }
    if (streams.size > STREAMS_MAX) refuse('knowledge.pdf_unreadable');
  }
  const file = await open(path);
  const work = { left: WORK_BYTES_MAX };
  try {
    for (const [at, start] of streams) await checkStream(file, { path, at, start }, work);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    refuse('knowledge.pdf_unreadable', { cause: error });
  } finally {
    await file.close();
  }
}

function refuseActive(part: string): void {
  const found = activeInPdf(part);
  if (found) refuse(found === 'attachment' ? 'knowledge.attachment_refused' : 'knowledge.active_refused');
}

interface Place {
  path: string;
  /** Position of the keyword that begins the stream, and of the stream itself. */
  at: number;
  start: number;
}

async function checkStream(file: FileHandle, { path, at, start }: Place, work: { left: number }): Promise<void> {
  const isSaid = describesObjects(await dictionaryBefore(file, at));
  if (!isSaid && !startsAsObjects(headOf(await bytesAt(file, start, HEAD_BYTES)))) return;
  spend(work, STREAM_COST_BYTES);
  // Nearly all streams are small and fit one piece.
  const piece = await bytesAt(file, start, PIECE_BYTES);
  const { unpacked, used } = unpackedWhole(piece) ?? {};
  if (unpacked === undefined || used === undefined || used >= piece.length) return checkLong({ path, start }, work);
  spend(work, unpacked.length + used);
  refuseActive(unpacked.toString('latin1'));
}

async function checkLong({ path, start }: Pick<Place, 'path' | 'start'>, work: { left: number }): Promise<void> {
  const packed = createReadStream(path, { start });
  const inflate = packed.pipe(createInflate());
  try {
    for await (const { text, bytes } of windowsOf(inflate)) {
      spend(work, bytes);
      refuseActive(text);
    }
  } finally {
    packed.destroy();
  }
  spend(work, inflate.bytesWritten);
}

function spend(work: { left: number }, bytes: number): void {
  work.left -= bytes;
  if (work.left < 0) refuse('knowledge.pdf_unreadable');
}

/** Returns a stream's dictionary, from the keyword that begins its object. Refuses one so long that it hides something. */
async function dictionaryBefore(file: FileHandle, at: number): Promise<string> {
  for (const length of SAID_BYTES) {
    const from = Math.max(0, at - length);
    const said = (await bytesAt(file, from, at - from)).toString('latin1');
    const begins = said.lastIndexOf('obj');
    if (begins < 0 && from > 0) continue;
    const dictionary = said.slice(Math.max(0, begins));
    // Unusual compression hides something.
    if (describesObjects(dictionary) && (!packedAsUsual.test(dictionary) || /\/Predictor|#/.test(dictionary)))
      refuse('knowledge.pdf_unreadable');
    return dictionary;
  }
  const near = (await bytesAt(file, at - NEAR_BYTES, NEAR_BYTES)).toString('latin1');
  if (near.includes('>>')) refuse('knowledge.pdf_unreadable');
  return ''; // an ordinary word
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** @returns the unpacked piece and the number of bytes used; undefined if it is not compressed or unpacks to more */
function unpackedWhole(piece: Buffer): { unpacked: Buffer; used: number } | undefined {
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: PIECE_UNPACKED_MAX, info: true };
    // the result with `info` has no type
    const { buffer, engine } = inflateSync(piece, options) as unknown as { buffer: Buffer; engine: Inflate };
    return { unpacked: buffer, used: engine.bytesWritten };
  } catch {
    return undefined;
  }
}

/** Returns '' if nothing is compressed there. */
const headOf = (packed: Buffer): string => unpackedWhole(packed)?.unpacked.toString('latin1') ?? '';
