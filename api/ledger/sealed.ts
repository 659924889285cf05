import type { Posting, Transfer } from '../models/transfer.ts';
import { canonicalJson } from './chain.ts';

/** Covered in other words: the name tells agency and world, slots follow from the postings, as the state after an entry does from its hash. */
type Elsewhere = 'agencyId' | 'world' | 'slots' | 'seal';
type Covered = Exclude<keyof Transfer, Elsewhere>;

const time = (at: Date) => String(at.getTime());
const moved = (postings: readonly Posting[]) => postings.map(({ account, amount, hash = '' }) => `${account} ${amount} ${hash}`).join(',');

/** How each field stands in the text. A field that is added to transfers is added here, or this does not compile. */
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
  actor: String, // the only one that could hold a line break stands last
};
const fields = Object.entries(inWords) as [Covered, (value: unknown) => string][]; // each is given the value of its own field

/** All that a transfer says, as its seal covers it. What it does not have leaves no trace. */
export function sealedText(transfer: Omit<Transfer, 'seal'>): string {
  let text = '';
  for (const [field, words] of fields) {
    const value = transfer[field];
    if (value !== undefined) text += `${field} ${words(value)}\n`;
  }
  return text;
}
