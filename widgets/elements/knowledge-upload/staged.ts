import type { Input, Output } from '../../../api/contract/index.ts';

export type Item = Input<'knowledge.quote'>['items'][number];
export type Quote = Output<'knowledge.quote'>;

/** Something that is to be added, before it is. */
export interface Staged {
  id: number;
  name: string;
  bytes: number;
  file?: File;
  /** The description that the API gets; a file has it once it is hashed. */
  item?: Item;
}

/** SHA-256 in hex. The browser hashes beside the page, one file after the other, so that the page stays quick. */
async function hashOf(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The largest file, in bytes: a larger one is not even read. */
const FILE_BYTES_MAX = 20 * 1024 * 1024;

/** Describes a file before it is sent. One that is too large is not read: the API says so by its size alone. */
export async function describeFile(file: File): Promise<Item> {
  const hash = file.size > FILE_BYTES_MAX ? '0'.repeat(64) : await hashOf(file);
  return { kind: 'file', name: file.name, bytes: file.size, hash };
}

/** Returns a text that begins with the mark of two bytes a letter, as spreadsheets write "Unicode text", as UTF-8; any other file as it is. */
export async function asUtf8(file: File): Promise<File> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  if (!encoding || file.size > FILE_BYTES_MAX) return file;
  return new File([new TextDecoder(encoding).decode(await file.arrayBuffer())], file.name);
}

/** Leaves out duplicates and sources that cannot be added. */
export const isAddable = (quoted: Quote['items'][number] | undefined): boolean => !!quoted && !quoted.duplicate && !quoted.problem;

/** The description that the API is asked to quote. */
export const itemsOf = (staged: readonly Staged[]): Item[] => staged.flatMap(({ item }) => (item ? [item] : []));
