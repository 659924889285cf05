import { OVERLAP } from '../../rules/active-content.ts';

/** A piece of a content as text of one byte a letter, with the end of the piece before it. */
export interface ContentWindow {
  text: string;
  /** Where it begins in the content. */
  at: number;
  /** How much of it is new. */
  bytes: number;
}

/** The whole of a content, piece by piece, so that little of it is in memory and nothing is missed between two pieces. */
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
