import { OVERLAP } from '../../rules/active-content.ts';

/** A piece of a content as text with one byte per letter, preceded by the end of the previous piece. */
export interface ContentWindow {
  text: string;
  /** Its position in the content. */
  at: number;
  /** Number of new bytes. */
  bytes: number;
}

/** Reads a whole content in pieces, using little memory and missing nothing between two pieces. */
export async function* windowsOf(chunks: AsyncIterable<unknown>): AsyncGenerator<ContentWindow> {
  let before = '';
  let read = 0;
  for await (const chunk of chunks) {
    const text = before + (chunk as Buffer).toString('latin1');
    const bytes = (chunk as Buffer).length;
    yield { text, at: read - before.length, bytes };
    read += bytes;
    before = text.slice(-OVERLAP);
  }
}
