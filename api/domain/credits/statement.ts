import type { Output } from '../../contract/index.ts';
import { clientOf } from '../../ledger/accounts.ts';
import { readStanding } from '../../ledger/standing.ts';
import { readDescriptions } from '../../models/description.ts';
import { postingOn, readEntries } from '../../models/entry.ts';
import type { ClientScope } from '../../models/scope.ts';
import type { ClientState } from '../../models/transfer.ts';

/** Reads a page of a client's entries, newest first, with its lifetime totals. */
export async function readStatement(
  scope: ClientScope,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<Output<'credits.statement'>> {
  const account = clientOf(scope);
  const [{ state }, transfers] = await Promise.all([
    readStanding(scope),
    readEntries(scope, account, { limit, ...(before !== undefined && { before }) }),
  ]);
  const texts = await readDescriptions(scope, transfers);
  const entries = transfers.map((transfer) => {
    const { _id, kind, at, actor } = transfer;
    const { seq, amount, after, hash } = postingOn(transfer, account);
    return {
      seq,
      transferId: _id,
      kind,
      at: at.toISOString(),
      actor,
      amount,
      account,
      after: after as ClientState, // of a client's account
      hash,
      description: texts.get(_id) ?? null,
    };
  });
  const last = entries.at(-1)?.seq ?? 1;
  return { entries, lifetime: { assigned: state.assigned, used: state.used, reversed: state.reversed ?? 0 }, next: last > 1 ? last : null };
}
