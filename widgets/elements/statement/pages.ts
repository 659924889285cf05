import type { Output } from '../../../api/contract/index.ts';
import type { Kit } from '../../kit/kit.ts';

type Statement = Output<'credits.statement'>;
export type Entry = Statement['entries'][number];
type History = Output<'credits.history'>;
export type Thing = History['things'][number];
/** Things of one moment, newest first, and where the older ones begin. */
export type Page = Pick<History, 'things' | 'asOf' | 'next' | 'firstAt'>;

const SHOWN_AT_FIRST = 25;
const AT_ONCE = 100;

/** The newest entries, by which a browser tells at once whether one that it has seen is gone. */
export const fetchNewest = async (kit: Kit): Promise<Entry[]> => (await kit.read('credits.statement', { limit: SHOWN_AT_FIRST })).entries;

/** The newest things, as many as are shown already, all of one moment. */
export async function fetchThings(kit: Kit, shown: number): Promise<Page> {
  let page: Page = await kit.read('credits.history', { limit: Math.min(AT_ONCE, Math.max(SHOWN_AT_FIRST, shown)) });
  while (page.next && page.things.length < shown) page = await fetchOlder(kit, page, AT_ONCE);
  return page;
}

/** The same page with older things, of the same moment. */
export async function fetchOlder(kit: Kit, page: Page, limit = SHOWN_AT_FIRST): Promise<Page> {
  const { things, asOf, next } = page;
  const older = await kit.read('credits.history', { limit, asOf, ...(next && { before: next }) });
  return { ...page, things: [...things, ...older.things], next: older.next };
}

/** Every entry there is. */
export async function fetchAll(kit: Kit): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const page: Statement = await kit.read('credits.statement', { limit: AT_ONCE, ...(before && { before }) });
    entries.push(...page.entries);
    before = page.next;
  }
  return entries;
}

/**
 * Compares the things that are shown with checked entries: each entry of a thing is one of those, and a thing moved what they moved.
 * @returns the number of the first entry that differs
 */
export function findMismatch(things: readonly Thing[], entries: readonly Entry[]): number | undefined {
  const left = new Map(entries.map((entry) => [entry.seq, entry]));
  for (const { amountMillis, entries: told } of things) {
    for (const { seq, kind, at, amount, availableAfter } of told) {
      const entry = left.get(seq);
      const isSame = entry?.kind === kind && entry.at === at && entry.amount === amount && entry.after.available === availableAfter;
      if (!isSame || !left.delete(seq)) return seq;
    }
    if (told.reduce((sum, { amount }) => sum + amount, 0) !== amountMillis) return told[0]?.seq ?? 0;
  }
  return undefined;
}
