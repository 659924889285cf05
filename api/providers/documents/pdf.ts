import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { constants, createInflate, type Inflate, inflateSync } from 'node:zlib';
import { Refusal, refuse } from '../../contract/refusal.ts';
import type { StoredFile } from '../../ports/index.ts';
import { describesObjects, holdsPdfAction, startsAsObjects } from '../../rules/active-content.ts';
import { windowsOf } from './windows.ts';

/** For a document as a whole: what is unpacked, and for each stream as much as looking at it costs. */
const WORK_BYTES_MAX = 100 * 1024 * 1024;
const STREAM_COST_BYTES = 16 * 1024;
const STREAMS_MAX = 20_000;
/** What is said of a stream stands before it: for nearly all in the first length, for the others in the second. */
const SAID_BYTES = [2 * 1024, 32 * 1024] as const;
/** Packed, and enough to see what is inside. */
const HEAD_BYTES = 128;
const PIECE_BYTES = 8 * 1024;
const PIECE_UNPACKED_MAX = 1024 * 1024;
/** Between a dictionary and its stream stands nothing but a comment. */
const NEAR_BYTES = 4 * 1024;

const streamBegins = /(?<!end)stream[ \t]{0,100}(?:\r?\n|\r)?/g;
const packedAsUsual = /\/Filter\s*(?:\[\s*)?\/FlateDecode\s*(?:\]\s*)?[/>]/;

/**
 * Refuses a PDF that holds a script, a program to launch or another file. All of its bytes are looked at, whatever object they belong to, and
 * packed streams of objects once more when they are unpacked: those that say so, and those that do not and are. What cannot be unpacked,
 * because it is locked, cannot be looked at.
 */
export async function checkPdfContent({ path }: StoredFile): Promise<void> {
  const streams = new Map<number, number>();
  for await (const { text, at } of windowsOf(createReadStream(path))) {
    if (holdsPdfAction(text)) refuse('knowledge.active_refused');
    for (const { index, 0: word } of text.matchAll(streamBegins)) {
      // At the very beginning of a piece the end of a stream looks like one that begins; the piece before has seen what it is.
      if (at === 0 || index >= 'end'.length) streams.set(at + index, at + index + word.length);
    }
    if (streams.size > STREAMS_MAX) refuse('knowledge.active_refused');
  }
  const file = await open(path);
  const work = { left: WORK_BYTES_MAX };
  try {
    for (const [at, start] of streams) await checkStream(file, { path, at, start }, work);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    refuse('knowledge.active_refused', { cause: error });
  } finally {
    await file.close();
  }
}

interface Place {
  path: string;
  /** Where the word stands that begins the stream, and where the stream begins. */
  at: number;
  start: number;
}

async function checkStream(file: FileHandle, { path, at, start }: Place, work: { left: number }): Promise<void> {
  const isSaid = describesObjects(await dictionaryBefore(file, at));
  if (!isSaid && !startsAsObjects(headOf(await bytesAt(file, start, HEAD_BYTES)))) return;
  spend(work, STREAM_COST_BYTES);
  // Nearly all are small, and looked at in one piece.
  const piece = await bytesAt(file, start, PIECE_BYTES);
  const { unpacked, used } = unpackedWhole(piece) ?? {};
  if (unpacked === undefined || used === undefined || used >= piece.length) return checkLong({ path, start }, work);
  spend(work, unpacked.length + used);
  if (holdsPdfAction(unpacked.toString('latin1'))) refuse('knowledge.active_refused');
}

async function checkLong({ path, start }: Pick<Place, 'path' | 'start'>, work: { left: number }): Promise<void> {
  const packed = createReadStream(path, { start });
  const inflate = packed.pipe(createInflate());
  try {
    for await (const { text, bytes } of windowsOf(inflate)) {
      spend(work, bytes);
      if (holdsPdfAction(text)) refuse('knowledge.active_refused');
    }
  } finally {
    packed.destroy();
  }
  spend(work, inflate.bytesWritten);
}

function spend(work: { left: number }, bytes: number): void {
  work.left -= bytes;
  if (work.left < 0) refuse('knowledge.active_refused');
}

/** What is said of a stream, from the word that begins its object on. Refuses what is said at such length that it hides something. */
async function dictionaryBefore(file: FileHandle, at: number): Promise<string> {
  for (const length of SAID_BYTES) {
    const from = Math.max(0, at - length);
    const said = (await bytesAt(file, from, at - from)).toString('latin1');
    const begins = said.lastIndexOf('obj');
    if (begins < 0 && from > 0) continue;
    const dictionary = said.slice(Math.max(0, begins));
    // Packed in another way than everybody does it, it hides something.
    if (describesObjects(dictionary) && (!packedAsUsual.test(dictionary) || /\/Predictor|#/.test(dictionary)))
      refuse('knowledge.active_refused');
    return dictionary;
  }
  const near = (await bytesAt(file, at - NEAR_BYTES, NEAR_BYTES)).toString('latin1');
  if (near.includes('>>')) refuse('knowledge.active_refused');
  return ''; // a word like any other
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** @returns what a piece unpacks to, and how much of the piece that took; undefined where it is no packed one, or unpacks to more */
function unpackedWhole(piece: Buffer): { unpacked: Buffer; used: number } | undefined {
  try {
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: PIECE_UNPACKED_MAX, info: true };
    const { buffer, engine } = inflateSync(piece, options) as unknown as { buffer: Buffer; engine: Inflate }; // what `info` asks for has no type
    return { unpacked: buffer, used: engine.bytesWritten };
  } catch {
    return undefined;
  }
}

/** Empty where nothing is packed there. */
const headOf = (packed: Buffer): string => unpackedWhole(packed)?.unpacked.toString('latin1') ?? '';
