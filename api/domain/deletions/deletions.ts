import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { clientOf } from '../../ledger/accounts.ts';
import { readStanding } from '../../ledger/standing.ts';
import { closeAccount } from '../../ledger/transfers/closing.ts';
import { removeCallDetails } from '../../models/call-details.ts';
import { type Client, scopeOf } from '../../models/client.ts';
import { beginDeletion, claimDeletion, endDeletion, eraseClient, putOffDeletion } from '../../models/deletion.ts';
import { removeDescriptions } from '../../models/description.ts';
import { postingOn, readEntries } from '../../models/entry.ts';
import { readUnreleased } from '../../models/number.ts';
import { deleteProviderAccount } from '../../models/provider-account.ts';
import { isPaymentUnderWay } from '../../models/purchase.ts';
import { modeOf } from '../../models/scope.ts';
import { endSessions } from '../../models/session.ts';
import { listSources } from '../../models/source.ts';
import type { ClientScope, Deps } from '../../ports/index.ts';
import { spellLogin } from '../../rules/spelling.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import { type Holder, requireHolder } from '../accounts/clients.ts';
import { requirePerson, type Self } from '../accounts/credentials.ts';
import { tellOfDeletion } from '../accounts/farewell.ts';
import { usernameOf } from '../accounts/own.ts';
import { backOff, type DueWork } from '../due/due.ts';
import { recordAct } from '../journal/journal.ts';
import { removeKnowledge } from '../knowledge/remove.ts';
import { displayNumber } from '../numbers/phone.ts';
import { releaseRow } from '../numbers/release.ts';
import { closePages, endPayments, readOpenPages } from './payments.ts';

type Losses = Omit<Output<'accounts.deletion'>, 'confirmation'>;

/** Longer than one deletion takes, so that no other process works on it meanwhile. */
const LEASE_MS = 2 * MINUTE_MS;
const BACKOFF_MS = 10_000;
/** Longer than any request takes that began before the deletion. */
const LOOK_AGAIN_MS = 10 * MINUTE_MS;
/** Entries of an account that are read at a time. */
const PAGE = 100;

/** Tells what a client would lose with its account, and what its member types to confirm that. */
export async function showDeletion({ scope, memberId }: Pick<Self, 'scope' | 'memberId'>): Promise<Output<'accounts.deletion'>> {
  const holder = await requireHolder(scope, scope.clientId, memberId);
  return { confirmation: confirmationOf(holder), ...(await lossesOf(scope)) };
}

/** Returns what an account is known by: its address or, where it has lost that, its username or its name. */
function confirmationOf({ client, member }: Holder): string {
  const { email, firstName, lastName } = member;
  return email || (usernameOf(client, member) ?? `${firstName} ${lastName}`);
}

async function lossesOf(scope: ClientScope): Promise<Losses> {
  const [{ state }, numbers, sources, pages, isPaying] = await Promise.all([
    readStanding(scope),
    readUnreleased(scope),
    listSources(scope),
    readOpenPages(scope),
    isPaymentUnderWay(scope),
  ]);
  const returnedMillis = state.lots.reduce((sum, { prepaid, remaining }) => sum + (prepaid ? remaining : 0), 0);
  return {
    returnedMillis,
    lostMillis: state.available - returnedMillis,
    numbers: await Promise.all(
      numbers.map(async ({ _id, number, way }) => ({ id: _id, number, display: await displayNumber(number), released: way === 'bought' })),
    ),
    sources: sources.filter((source) => source.state !== 'removing').length,
    openPages: pages.length,
    underWay: isPaying || (state.holds ?? []).some(({ id }) => !id.startsWith('dispute/')),
  };
}

/**
 * Begins the deletion of the member's account, once the person has confirmed what is lost, and finishes it if no provider is in the way.
 * Otherwise it goes on by itself.
 */
export async function deleteAccount(
  self: Self,
  { password, confirmation, lostMillis, numbers }: Parsed<'accounts.delete'>,
  address: string,
  deps: Deps,
): Promise<Output<'accounts.delete'>> {
  const { scope, memberId } = self;
  const holder = await requireHolder(scope, scope.clientId, memberId);
  await requirePerson(self, holder, { password, address });
  if (confirmation !== spellLogin(confirmationOf(holder))) refuse('deletion.unconfirmed', { param: 'confirmation' });
  const requireAsShown = async () => {
    const losses = await lossesOf(scope);
    if (losses.underWay) refuse('deletion.under_way');
    if (losses.lostMillis > lostMillis || losses.numbers.length > numbers) refuse('deletion.changed');
  };
  await requireAsShown();
  // A payment that is found now counts as well. Where Stripe does not answer, the deletion waits for it later.
  if (await closePages(scope, deps)) await requireAsShown();
  const at = deps.now();
  await beginDeletion(scope, { memberId, at, checkAt: later(at, LEASE_MS), checks: 0 });
  await endSessions(scope);
  deps.directory.forget();
  deps.reached('deletion.after_begin');
  await finishDeletion({ ...holder.client, deletion: { memberId, at, checkAt: at, checks: 0 } }, deps).catch((error: unknown) => {
    const about = { agencyId: scope.agencyId, clientId: scope.clientId };
    deps.log.error({ ...about, err: error }, 'deletion.waits: an account is deleted later');
  });
  return {};
}

/** The due work of finishing deletions. */
export const dueDeletions = (deps: Deps): DueWork<Client> => ({
  name: 'deletion',
  claim: claimDeletion,
  leaseMs: LEASE_MS,
  lookAfter: (client) => finishDeletion(client, deps),
  putOff: putOffDeletion,
  restMs: ({ deletion }) => backOff((deletion?.checks ?? 1) - 1, BACKOFF_MS, 60 * MINUTE_MS),
  about: ({ _id: clientId }) => ({ clientId }),
});

/**
 * Removes all that belongs to the person, and the person last. Each step may be repeated. Payments under way and knowledge that the voice
 * provider still has are waited for. What a request that began before may have left is found by the same steps a while later.
 */
async function finishDeletion(client: Client, deps: Deps): Promise<void> {
  const scope = scopeOf(client);
  const { memberId, at } = client.deletion ?? { memberId: client._id, at: deps.now() };
  await endSessions(scope);
  // First, so that what an order still delivers is found after it. A provider of payments that fails keeps no number.
  const [paid] = await Promise.allSettled([endPayments(scope, deps)]);
  deps.reached('deletion.after_payments');
  const isRemoved = await removeThings(scope, deps);
  if (paid.status === 'rejected') throw paid.reason;
  if (!paid.value || !isRemoved) return;
  deps.reached('deletion.after_things');
  await closeAccount(scope, { actor: memberId, at: deps.now() });
  deps.reached('deletion.after_close');
  await removeTexts(scope);
  await recordAct(scope.agencyId, {
    cause: `accounts.delete/${client._id}`,
    actor: memberId,
    mode: modeOf(scope.world),
    action: 'accounts.delete',
    target: client._id,
    before: { deleted: false },
    after: { deleted: true, askedAt: at.toISOString() },
    reason: null,
    requestId: '',
  });
  await tellOfDeletion(client, memberId, deps.keys);
  deps.reached('deletion.after_journal');
  if (client.deletedAt) return endDeletion(scope);
  const now = deps.now();
  await eraseClient(scope, { deletedAt: now, lookAt: later(now, LOOK_AGAIN_MS) });
  deps.reached('deletion.after_erase');
}

/** Gives up the client's numbers, and deletes its knowledge. @returns false where that goes on by itself */
async function removeThings(scope: ClientScope, deps: Deps): Promise<boolean> {
  for (const row of await readUnreleased(scope)) await releaseRow(row, deps);
  await deleteProviderAccount(scope, 'telephony');
  let isGone = true;
  for (const { _id } of await listSources(scope)) isGone = (await removeKnowledge(scope, _id, deps)).removed && isGone;
  return isGone;
}

/** Removes what the agency wrote about the client's credits and calls, because it may name people. */
async function removeTexts(scope: ClientScope): Promise<void> {
  await removeCallDetails(scope);
  const account = clientOf(scope);
  let transfers = await readEntries(scope, account, { limit: PAGE });
  while (transfers.length > 0) {
    await removeDescriptions(scope, transfers);
    const before = Math.min(...transfers.map((transfer) => postingOn(transfer, account).seq));
    transfers = await readEntries(scope, account, { limit: PAGE, before });
  }
}
