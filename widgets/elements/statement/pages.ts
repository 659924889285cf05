import type { Output } from '../../../api/contract/index.ts';
import type { Kit } from '../../kit/kit.ts';

type Statement = Output<'credits.statement'>;
export type Entry = Statement['entries'][number];
/** A stretch of the statement without gaps, newest first, and where the older entries begin. */
export type Page = Pick<Statement, 'entries' | 'next'>;

const AT_ONCE = 100;

export const fetchPage = (kit: Kit, before?: number, limit = 25): Promise<Page> =>
  kit.read('credits.statement', { limit, ...(before ? { before } : {}) });

/** The newest entries, put before those that are known already. */
export async function fetchNewest(kit: Kit, known?: Page): Promise<Page> {
  const fresh = await fetchPage(kit);
  const oldest = fresh.entries.at(-1)?.seq ?? 0;
  const rest = known?.entries.filter(({ seq }) => seq < oldest) ?? [];
  // More happened in between than one page holds: what is known does not fit any longer.
  return rest[0]?.seq === oldest - 1 ? { entries: [...fresh.entries, ...rest], next: known?.next ?? null } : fresh;
}

/** Every entry there is. */
export async function fetchAll(kit: Kit): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const page: Page = await fetchPage(kit, before, AT_ONCE);
    entries.push(...page.entries);
    before = page.next;
  }
  return entries;
}
