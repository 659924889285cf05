import { isClient } from '../../ledger/accounts.ts';
import { closeAccount } from '../../ledger/transfers/closing.ts';
import { type Client, readClientsBy, scopeOf } from '../../models/client.ts';
import { everyDeletedClient } from '../../models/deletion.ts';
import { readStatesWrittenSince, type WrittenState } from '../../models/entry.ts';
import { moveJobProgress, readJobProgress } from '../../models/progress.ts';
import { readUnended } from '../../models/purchase.ts';
import { modeOf } from '../../models/scope.ts';
import type { ClientState } from '../../models/transfer.ts';
import type { Deps } from '../../ports/index.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import { recordAct } from '../journal/journal.ts';

const JOB = 'deletion.returned';
/** The longest time until a write is visible, with the difference between two processes' clocks. Entries within it are read again. */
const OVERLAP_MS = MINUTE_MS;

/**
 * Closes the accounts of deleted clients once more where credits came back to them: a dispute was won, a refund failed, or a hold ended. They go
 * where the others went at the deletion. The agency's journal tells it, from the ledger, so that it is told once, whatever dies meanwhile.
 */
export async function closeReturned(deps: Pick<Deps, 'draining' | 'now' | 'reached'>): Promise<void> {
  const now = new Date();
  const done = await readJobProgress(JOB);
  if (!done) for await (const client of everyDeletedClient()) await closeLeft(client, deps);
  for await (const written of readStatesWrittenSince(later(done ?? now, -OVERLAP_MS))) {
    if (deps.draining.aborted) return;
    await lookAt(written, deps);
  }
  await moveJobProgress(JOB, now);
}

async function lookAt(written: WrittenState, deps: Pick<Deps, 'now' | 'reached'>): Promise<void> {
  const posting = written.postings.find(({ account }) => isClient(account));
  if (posting?.after === undefined) return;
  const { available } = posting.after as ClientState; // of a client's account
  if (available === 0 && written.kind !== 'account.close') return;
  const [client] = await readClientsBy('subject', [posting.account.slice(posting.account.indexOf('.') + 1)]);
  if (!client?.deletedAt) return;
  if (written.kind === 'account.close' && written.at > client.deletedAt) await tell(client, written);
  if (available > 0) await closeLeft(client, deps);
}

/** Money that is on its way back takes its credits with it. */
async function closeLeft(client: Client, { now, reached }: Pick<Deps, 'now' | 'reached'>): Promise<void> {
  const scope = scopeOf(client);
  if ((await readUnended(scope)).length > 0) return;
  await closeAccount(scope, { actor: 'deletion', at: now() });
  reached('deletion.after_close_again');
}

function tell({ _id: target, agencyId, world }: Client, { postings }: WrittenState): Promise<void> {
  const { seq = 0, amount = 0 } = postings.find(({ account }) => isClient(account)) ?? {};
  return recordAct(agencyId, {
    cause: `credits.lapse/${target}/${seq}`,
    actor: 'deletion',
    mode: modeOf(world),
    action: 'credits.lapse',
    target,
    before: { available: 0 - amount },
    after: { available: 0 },
    reason: null,
    requestId: '',
  });
}
