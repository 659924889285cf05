import { GENESIS } from '../../../api/ledger/chain.ts';
import { emptyState } from '../../../api/ledger/state/states.ts';
import { composeTransfer, type Draft, nameDraft } from '../../../api/ledger/write/draft.ts';
import { type Head, readHeads } from '../../../api/models/entry.ts';
import { type AgencyScope, within } from '../../../api/models/scope.ts';
import { appendTransfers, type Transfer } from '../../../api/models/transfer.ts';

/**
 * Writes drafts at once.
 * @returns the refusal of each, if any, in their order
 */
export type Write = (scope: AgencyScope, drafts: readonly Draft[]) => Promise<(string | undefined)[]>;

export interface Flaws {
  /** Sends transfers after a conflict again unchanged; only the conflicting one is composed anew. */
  resendsUnchanged?: boolean;
  /** Refuses from a remembered head that another process may have moved. */
  refusesFromCache?: boolean;
}

/** A small version of the ledger's writer: it remembers heads and writes one batch at a time. Without a flaw it is correct. */
export function smallWriter({ resendsUnchanged = false, refusesFromCache = false }: Flaws): Write {
  const heads = new Map<string, Head>();

  return async (scope, drafts) => {
    const refusals = new Map<string, string | undefined>();
    const open = new Map(drafts.map((draft) => [nameDraft(scope, draft)._id, draft]));
    let unchanged: Transfer[] = [];
    let isFresh = heads.size === 0;
    while (open.size > 0) {
      await readMissing(scope, open.values(), heads);
      const batch = unchanged.length > 0 ? unchanged : composeAll(scope, open, heads);
      unchanged = [];
      if (batch.some(({ refused }) => refused) && !isFresh && !refusesFromCache) {
        heads.clear();
        isFresh = true;
        continue;
      }
      const { written, stop } = await appendTransfers(batch);
      isFresh = false;
      for (const transfer of batch.slice(0, written)) {
        remember(heads, transfer);
        refusals.set(transfer._id, transfer.refused);
        open.delete(transfer._id);
      }
      if (stop === 'exists') open.delete(batch[written]?._id ?? '');
      if (stop === 'moved') heads.clear();
      if (stop && resendsUnchanged) unchanged = batch.slice(written + 1);
    }
    return drafts.map((draft) => refusals.get(nameDraft(scope, draft)._id));
  };
}

async function readMissing(scope: AgencyScope, drafts: Iterable<Draft>, heads: Map<string, Head>): Promise<void> {
  const missing = [...new Set([...drafts].flatMap(({ guarded }) => guarded))].filter((account) => !heads.has(account));
  const found = await readHeads(missing.map((account) => ({ ...within(scope), account })));
  for (const [index, account] of missing.entries())
    heads.set(account, found[index] ?? { seq: 0, hash: GENESIS, after: emptyState(account) });
}

function composeAll(scope: AgencyScope, drafts: ReadonlyMap<string, Draft>, heads: ReadonlyMap<string, Head>): Transfer[] {
  const ahead = new Map(heads);
  return [...drafts.values()].map((draft) => {
    const transfer = composeTransfer(scope, draft, nameDraft(scope, draft), (account) => ahead.get(account) as Head);
    remember(ahead, transfer);
    return transfer;
  });
}

function remember(heads: Map<string, Head>, { postings }: Transfer): void {
  for (const { account, seq, after, hash } of postings) {
    if (seq !== undefined && after !== undefined && hash !== undefined) heads.set(account, { seq, after, hash });
  }
}
