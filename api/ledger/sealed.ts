import type { Posting, Transfer } from '../models/transfer.ts';
import { canonicalJson } from './chain.ts';

/**
 * Fields that the seal covers indirectly: the id names agency and world, slots follow from the postings, and an entry's hash covers its
 * state.
 */
type Elsewhere = 'agencyId' | 'world' | 'slots' | 'seal';
type Covered = Exclude<keyof Transfer, Elsewhere>;

const time = (at: Date) => String(at.getTime());
const moved = (postings: readonly Posting[]) => postings.map(({ account, amount, hash = '' }) => `${account} ${amount} ${hash}`).join(',');

/** Writes each field as text. A new field of transfers must be added here, or this does not compile. */
const inWords: { [Field in Covered]-?: (value: NonNullable<Transfer[Field]>) => string } = {
  _id: String,
  kind: String,
  input: String,
  at: time,
  writtenAt: time,
  postings: moved,
  purchaseId: String,
  rules: String,
  correction: canonicalJson,
  refused: String,
  actor: String, // last, because only this field could contain a line break
};
const fields = Object.entries(inWords) as [Covered, (value: unknown) => string][]; // each function gets the value of its own field

/** Returns the text that a seal covers: all fields of a transfer. Absent fields add nothing. */
export function sealedText(transfer: Omit<Transfer, 'seal'>): string {
  let text = '';
  for (const [field, words] of fields) {
    const value = transfer[field];
    if (value !== undefined) text += `${field} ${words(value)}\n`;
  }
  return text;
}
