import { clientOf } from '../../ledger/accounts.ts';
import { readStanding, readStandingAt, type Standing, standingAfter } from '../../ledger/standing.ts';
import { keyOf } from '../../ledger/write/heads.ts';
import { EntryListener } from '../../ledger/write/listen.ts';
import { postingOn, readEntriesAfter } from '../../models/entry.ts';
import type { ClientScope } from '../../models/scope.ts';

const PAGE = 100;

/** An entry of a client's account with the state after it. Amount in milli-credits. */
export interface LiveEntry extends Standing {
  /** Kind of the transfer, or `hello` for the state at the start. */
  kind: string;
  amount: number;
  purchaseId: string | null;
}

/**
 * Streams a client's entries, in order and without a gap, whichever process writes them. Starts with a `hello`: the present state of the
 * account or, for a returning client, its state after entry `after`, followed at once by all later entries. Ends when `signal` aborts;
 * throws if the database is unreachable.
 */
export async function* watchClient(
  scope: ClientScope,
  { after, signal }: { after?: number | undefined; signal: AbortSignal },
): AsyncGenerator<LiveEntry, void> {
  const account = clientOf(scope);
  const listener = new EntryListener(keyOf(scope, account), signal); // before the first read, so that no entry is missed in between
  try {
    const start = after === undefined ? await readStanding(scope) : await readStandingAt(scope, after);
    if (!signal.aborted) yield { ...start, kind: 'hello', amount: 0, purchaseId: null };
    for (let last = start.seq, isMore = true; !signal.aborted; ) {
      if (!isMore) await listener.waitForEntryAfter(last);
      const transfers = await readEntriesAfter(scope, account, last, PAGE);
      for (const transfer of transfers) {
        if (signal.aborted) return;
        const { kind, purchaseId = null } = transfer;
        const { amount, seq } = postingOn(transfer, account);
        yield { ...standingAfter(scope, transfer), kind, amount, purchaseId };
        last = seq;
      }
      isMore = transfers.length === PAGE;
      if (transfers.length === 0) listener.forget();
    }
  } finally {
    listener.close();
  }
}
