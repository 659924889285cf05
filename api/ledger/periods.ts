import { refuse } from '../contract/refusal.ts';
import { postingOn, readEntries, readEntriesAfter, readHead } from '../models/entry.ts';
import type { ClientScope } from '../models/scope.ts';
import { clientOf } from './accounts.ts';
import { causeOf } from './reading.ts';
import { readStandingAt, type Standing } from './standing.ts';
import { readBeginnings, type Thing } from './things.ts';

/** Entries that are read in one query. */
const AT_ONCE = 500;

/** A time of one account: from the account as it stood before, by the entries of this time, to the account as it stood after. */
export interface AccountPeriod {
  opening: Standing;
  closing: Standing;
  /** The hash of the newest entry that counts; undefined before the first. */
  hash: string | undefined;
  /** Things with the entries of this time only, by the first of these. Their beginnings may lie before it. */
  things: Thing[];
}

/**
 * Reads the entries of a time, each under the thing that caused it. Adjoining times share the entry between them, so each opens with what
 * the one before closed with. Refuses with `statement.too_long`.
 * @param from business time; the beginning of the account by default
 * @param until business time, not included; everything by default
 * @param most entries
 */
export async function readPeriod(
  scope: ClientScope,
  { from, until, most }: { from?: Date | undefined; until?: Date | undefined; most: number },
): Promise<AccountPeriod> {
  const account = clientOf(scope);
  const newest = (await readHead(scope, account))?.seq ?? 0;
  const [first, last] = await Promise.all([
    from === undefined ? 0 : findNewestBefore(scope, newest, from),
    until === undefined ? newest : findNewestBefore(scope, newest, until),
  ]);
  if (last - first > most) refuse('statement.too_long', { values: { entries: last - first, most } });
  const things = new Map<string, Thing>();
  let hash: string | undefined;
  for (let after = first; after < last; after += AT_ONCE) {
    const entries = await readEntriesAfter(scope, account, after, Math.min(AT_ONCE, last - after));
    const beginnings = await readBeginnings(scope, entries);
    for (const transfer of entries) {
      const begun = beginnings.get(transfer._id) ?? transfer;
      const thing = things.get(begun._id) ?? { cause: causeOf(begun), first: begun, transfers: [] };
      thing.transfers.push(transfer);
      things.set(begun._id, thing);
      hash = postingOn(transfer, account).hash;
    }
  }
  const [opening, closing] = await Promise.all([readStandingAt(scope, first), readStandingAt(scope, last)]);
  return { opening, closing, hash, things: [...things.values()] };
}

/**
 * Finds the newest entry from before a moment; 0 if there is none. The search looks at the same entries whatever number of newer ones there
 * is, so that a moment lies between the same two entries for good, even if two processes wrote them with differing clocks.
 */
async function findNewestBefore(scope: ClientScope, newest: number, at: Date): Promise<number> {
  let found = 0;
  for (let step = 2 ** Math.floor(Math.log2(Math.max(newest, 1))); step >= 1; step /= 2) {
    if (found + step > newest) continue;
    const [entry] = await readEntries(scope, clientOf(scope), { before: found + step + 1, limit: 1 });
    if (entry && entry.at < at) found += step;
  }
  return found;
}
