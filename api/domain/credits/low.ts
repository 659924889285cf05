import { isClient } from '../../ledger/accounts.ts';
import { isLow } from '../../ledger/state/states.ts';
import { type Agency, agencyById, inMode } from '../../models/agency.ts';
import { readClientsBy, scopeOf } from '../../models/client.ts';
import { postingOn, readEntries, readStatesWrittenSince, type WrittenState } from '../../models/entry.ts';
import { queueMail } from '../../models/mail.ts';
import { moveJobProgress, readJobProgress } from '../../models/progress.ts';
import { modeOf } from '../../models/scope.ts';
import type { ClientState } from '../../models/transfer.ts';
import type { Deps } from '../../ports/index.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import { accessTo } from '../directory/directory.ts';

const JOB = 'credits.low';
/** The longest time until a write is visible, with the difference between two processes' clocks. What lies within is read again. */
const OVERLAP_MS = MINUTE_MS;

/**
 * Mails the members of each client whose credits fell below the agency's level. Reads this from the ledger: an entry after which they are low,
 * though before it they were not. So a fall is told once, whatever died meanwhile, and again only after the credits rose above the level.
 */
export async function tellOfLowCredits({ draining, reached }: Pick<Deps, 'draining' | 'reached'>): Promise<void> {
  const now = new Date();
  const done = await readJobProgress(JOB);
  const agencies = new Map<string, Promise<Agency | null>>();
  const agencyOf = (id: string) => {
    const agency = agencies.get(id) ?? agencyById(id);
    agencies.set(id, agency);
    return agency;
  };
  // Before the first round nobody was told of anything, and nobody wants to hear of falls from long ago.
  if (done)
    for await (const written of readStatesWrittenSince(later(done, -OVERLAP_MS))) {
      if (draining.aborted) return;
      await lookAt(written, agencyOf, reached);
    }
  await moveJobProgress(JOB, now);
}

async function lookAt(
  { agencyId, world, at, kind, postings }: WrittenState,
  agencyOf: (id: string) => Promise<Agency | null>,
  reached: Deps['reached'],
): Promise<void> {
  const posting = postings.find(({ account }) => isClient(account));
  if (posting?.seq === undefined || kind === 'account.close') return;
  const { account, seq, after } = posting;
  const agency = await agencyOf(agencyId);
  if (!agency || accessTo(agency, modeOf(world))?.scope.world !== world) return;
  const { meter } = inMode(agency, modeOf(world));
  if (!isLow(after as ClientState, meter)) return; // of a client's account
  const [before] = await readEntries({ agencyId, world }, account, { before: seq, limit: 1 });
  if (!before || isLow(postingOn(before, account).after as ClientState, meter)) return;
  const [client] = await readClientsBy('subject', [account.slice(account.indexOf('.') + 1)]);
  if (!client || client.disabledAt) return;
  for (const { id: memberId, emailVerifiedAt } of client.members) {
    if (!emailVerifiedAt) continue;
    const cause = `credits_low/${account}/${seq}/${memberId}`;
    if (await queueMail(scopeOf(client), { kind: 'credits_low', memberId, at, cause })) reached('credits.after_low_mail');
  }
}
