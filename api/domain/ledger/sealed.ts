import type { Transfer } from '../../models/transfer.ts';
import { canonicalJson } from './chain.ts';

/** All that a transfer says, as its seal covers it. An entry's hash stands for the entry. Nothing but the actor could hold a line break. */
export function sealedText({
  _id,
  input,
  at,
  writtenAt,
  purchaseId,
  refused,
  correction,
  postings,
  actor,
}: Omit<Transfer, 'seal'>): string {
  let text = `${_id}\n${input}\n${at.getTime()} ${writtenAt.getTime()}\n${purchaseId ?? ''}\n${refused ?? ''}`;
  text += `\n${correction ? canonicalJson(correction) : ''}`;
  for (const { account, amount, hash } of postings) text += `\n${account} ${amount} ${hash ?? ''}`;
  return `${text}\n${actor}`;
}
