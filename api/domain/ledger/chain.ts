import { createHash } from 'node:crypto';

/** What an entry's hash covers besides the hash before it. All of it stands in the client's statement, so that a client can check it. */
export interface Link {
  _id: string;
  kind: string;
  at: Date;
  account: string;
  seq: number;
  amount: number;
  after: unknown;
}

/** The hash before the first entry. */
export const GENESIS = '';

/** SHA-256, base64url, of the hash before and the entry's canonical JSON: whoever changes the past changes every hash after it. */
export const linkHash = (previous: string, { _id, kind, at, account, seq, amount, after }: Link): string =>
  sha256(previous + canonicalJson({ _id, kind, at, account, seq, amount, after }));

/** Tells a repetition from other content under the same cause. */
export const contentHash = (content: unknown): string => sha256(canonicalJson(content));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** JSON with sorted keys and no spaces: the same value is the same text, wherever it was stored in between. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (value === null || typeof value !== 'object' || value instanceof Date) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join()}}`;
}
