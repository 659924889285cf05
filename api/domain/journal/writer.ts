import { appendEntries, type JournalEntry, type JournalPlace, readPlace } from '../../models/journal.ts';
import { readNewestNumber } from '../../models/register.ts';

const AT_ONCE = 100;
const TRIES_MAX = 50;

interface Waiting {
  make(place: JournalPlace, register: number): JournalEntry;
  resolve(): void;
  reject(error: unknown): void;
  tries: number;
}

/** Entries that wait, by agencies that this process is writing about. */
const queues = new Map<string, Waiting[]>();

/**
 * Appends an entry to an agency's journal. Entries that arrive during a write form the next batch. If another process took the place, the
 * rest is made anew after its entries.
 */
export function inJournal(agencyId: string, make: Waiting['make']): Promise<void> {
  return new Promise((resolve, reject) => {
    const waiting = { make, resolve, reject, tries: 0 };
    const queue = queues.get(agencyId);
    if (queue) {
      queue.push(waiting);
      return;
    }
    const begun = [waiting];
    queues.set(agencyId, begun);
    void writeAll(agencyId, begun);
  });
}

async function writeAll(agencyId: string, queue: Waiting[]): Promise<void> {
  while (queue.length > 0) {
    const batch = queue.splice(0, AT_ONCE);
    try {
      queue.unshift(...(await writeBatch(agencyId, batch)));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
  queues.delete(agencyId);
}

/** @returns the entries to try again */
async function writeBatch(agencyId: string, batch: readonly Waiting[]): Promise<Waiting[]> {
  const [newest, register] = await Promise.all([readPlace(agencyId), readNewestNumber()]);
  let place: JournalPlace = newest ?? { seq: 0, hash: '' };
  const entries = batch.map(({ make }) => {
    const entry = make(place, register);
    place = entry;
    return entry;
  });
  const { written, stop } = await appendEntries(entries);
  const isThere = stop === 'exists' ? 1 : 0;
  for (const { resolve } of batch.slice(0, written + isThere)) resolve();
  const rest = batch.slice(written + isThere);
  for (const waiting of rest) {
    waiting.tries += 1;
    if (waiting.tries > TRIES_MAX) throw new Error('the journal of an agency could not be written: others were quicker too often');
  }
  return rest;
}
