import type { Output } from '../../contract/index.ts';
import { sentenceOfAlert } from '../../contract/sentences.ts';
import { canonicalJson } from '../../ledger/chain.ts';
import { type JournalEntry, type JournalPlace, readJournal } from '../../models/journal.ts';
import type { AgencyAccess } from '../../ports/index.ts';
import { fingerprint } from '../../security/digest.ts';
import { sealOf } from '../../security/own-seal.ts';
import { inJournal } from './writer.ts';

/** The content of an entry. The journal adds place, chain and time. */
export type JournaledAct = Pick<
  JournalEntry,
  'cause' | 'actor' | 'mode' | 'action' | 'target' | 'before' | 'after' | 'reason' | 'requestId'
>;

/** Records an action after the newest entry of its agency, once, even if the attempt is finished twice. */
export const recordAct = (agencyId: string, act: JournaledAct): Promise<void> =>
  inJournal(agencyId, (place, register) => entryAfter(place, agencyId, register, act));

/** Reads the part of an agency's journal that its key may read: actions of its own mode, and those of the platform. */
export async function showJournal(
  { agency, mode }: AgencyAccess,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<Output<'journal.list'>> {
  const entries = await readJournal(agency._id, { mode, before, limit });
  const last = entries.at(-1);
  return {
    entries: entries.map(({ _id, agencyId: _agency, cause: _cause, register: _register, seal: _seal, at, ...entry }) => ({
      ...entry,
      // An alert was stored with its sentence before sentences were made here.
      reason: entry.reason ?? sentenceOfAlert(entry),
      at: at.toISOString(),
    })),
    next: last && entries.length === limit && last.seq > 1 ? last.seq : null,
  };
}

/** @param register the number of the newest register. If that is removed, this entry still names it */
function entryAfter(place: JournalPlace, agencyId: string, register: number, act: JournaledAct): JournalEntry {
  const seq = place.seq + 1;
  const written = { ...act, before: legible(act.before), after: legible(act.after), target: escaped(act.target), at: new Date() };
  const reason = act.reason === null ? null : escaped(act.reason);
  const entry = { ...written, reason, _id: `${agencyId}/${seq}`, agencyId, seq, ...(register > 0 && { register }) };
  const hash = hashOfEntry(place.hash, entry);
  const seal = sealOf('journal', hash);
  return { ...entry, hash, ...(seal !== undefined && { seal }) };
}

/** Hashes the previous hash and all fields of the entry with SHA-256. */
export function hashOfEntry(previous: string, entry: Omit<JournalEntry, 'hash' | 'seal'> & Partial<JournalEntry>): string {
  const { hash: _hash, seal: _seal, ...rest } = entry;
  return fingerprint(previous + canonicalJson(rest));
}

const LONG = 1000;

/** Replaces long values by their hashes, and escapes text so that it cannot control a reader's terminal. */
const legible = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const text = canonicalJson(value ?? null);
      return [
        name,
        text.length > LONG
          ? `sha256:${fingerprint(text)}`
          : JSON.parse(text, (_name, part) => (typeof part === 'string' ? escaped(part) : part)),
      ];
    }),
  );

/** Escapes control characters, line separators and direction marks. */
const escaped = (text: string): string =>
  text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (odd) => `\\u${odd.charCodeAt(0).toString(16).padStart(4, '0')}`);
