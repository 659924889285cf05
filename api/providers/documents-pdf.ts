import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInflate } from 'node:zlib';
import { Refusal, refuse } from '../contract/refusal.ts';
import type { StoredFile } from '../domain/ports.ts';
import { holdsPdfAction, packedObjectsIn } from '../rules/active-content.ts';
import { windowsOf } from './documents-windows.ts';

const UNPACKED_BYTES_MAX = 100 * 1024 * 1024;
const STREAMS_MAX = 10_000;
/** What is said of a stream stands before it, in less than this. */
const SAID_BYTES_MAX = 2048;

/**
 * Refuses a PDF that holds a script, a program to launch or another file. All of its bytes are looked at, whatever object they belong to, and
 * packed streams of objects once more when they are unpacked. What cannot be unpacked, because it is locked, cannot be looked at.
 */
export async function checkPdfContent({ path }: StoredFile): Promise<void> {
  const packed = new Set<number>();
  for await (const { text, at } of windowsOf(createReadStream(path))) {
    if (holdsPdfAction(text)) refuse('knowledge.active_refused');
    for (const index of packedObjectsIn(text)) packed.add(at + index);
    if (packed.size > STREAMS_MAX) refuse('knowledge.active_refused');
  }
  let left = UNPACKED_BYTES_MAX;
  for (const at of packed) left = await checkObjects(path, at, left);
}

/** @returns how many bytes may still be unpacked */
async function checkObjects(path: string, at: number, left: number): Promise<number> {
  const said = await textAround(path, at);
  const start = /stream\r?\n/.exec(said.after);
  if (!start) return left; // a word like any other
  const dictionary = said.before.slice(Math.max(0, said.before.lastIndexOf('obj'))) + said.after.slice(0, start.index);
  // Packed in another way than everybody does it, it hides something.
  if (!/\/Filter\s*(?:\[\s*)?\/FlateDecode\s*(?:\]\s*)?[/>]/.test(dictionary) || /\/Predictor|#/.test(dictionary))
    refuse('knowledge.active_refused');
  const file = createReadStream(path, { start: at + start.index + start[0].length });
  try {
    for await (const { text, bytes } of windowsOf(file.pipe(createInflate()))) {
      left -= bytes;
      if (left < 0 || holdsPdfAction(text)) refuse('knowledge.active_refused');
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    refuse('knowledge.active_refused', { cause: error });
  } finally {
    file.destroy();
  }
  return left;
}

async function textAround(path: string, at: number): Promise<{ before: string; after: string }> {
  const file = await open(path);
  try {
    const from = Math.max(0, at - SAID_BYTES_MAX);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2 * SAID_BYTES_MAX), 0, 2 * SAID_BYTES_MAX, from);
    const text = buffer.toString('latin1', 0, bytesRead);
    return { before: text.slice(0, at - from), after: text.slice(at - from) };
  } finally {
    await file.close();
  }
}
