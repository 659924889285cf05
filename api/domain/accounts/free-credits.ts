import { grantFree, hasFree } from '../../ledger/transfers/grants.ts';
import type { Client, Member } from '../../models/client.ts';
import { loginsBeginning, scopeOf } from '../../models/client.ts';
import { claimGrant, takeGrantOfDay } from '../../models/grant.ts';
import type { ClientScope, Deps } from '../../ports/index.ts';
import { formerMailboxOf, mailboxOf, spellingsOf } from '../../rules/mailbox.ts';
import type { MinutesPolicy } from '../../rules/minutes.ts';
import { digestInput } from '../../security/digest.ts';
import { isExhausted, withMinutes } from '../directory/minutes.ts';
import { claimSealOf } from '../seals/documents.ts';

const PER_DAY = 200;

/**
 * Moves the free credits of the plan to a client, once, where its mailbox had none at this agency and the day is not full. Free credit
 * is the agency's money: whoever signs up a thousand times with one mailbox gets it once, and with a thousand mailboxes at most the cap.
 * @param vouched the agency's own server says that the address is real: then the cap of the day does not hold
 * @returns the milli-credits that came; 'waits' where the day is full or the agency has no minutes: it may be asked for again, and comes once
 */
export async function grantAtSignUp(
  client: Client,
  member: Member,
  { vouched, perDay, policy }: Grant,
  deps: Deps,
): Promise<number | 'waits'> {
  const { freeMillis: millis } = client;
  if (millis === 0) return 0;
  const scope = scopeOf(client);
  const at = deps.now();
  if (!(await claimMailbox(scope, member.email, at, deps))) return 0;
  const day = at.toISOString().slice(0, 10);
  // What came before a crash takes no place of another day.
  const isRoomy = vouched || (await hasFree(scope)) || (await takeGrantOfDay(scope, { day, max: perDay ?? PER_DAY }));
  if (!isRoomy) {
    const about = { agencyId: client.agencyId, clientId: client._id, day };
    if (!client.freeWaits) deps.log.error(about, "the day's free credits are used up; a new client waits for them");
    return 'waits';
  }
  try {
    await withMinutes(scope, deps, () => grantFree(scope, { millis, policy, actor: member.id, at }));
  } catch (error) {
    // The sign-up goes on without them. What the agency has left is no business of its clients'.
    if (isExhausted(error)) return 'waits';
    throw error;
  }
  deps.reached('verify.after_grant');
  return millis;
}

/** @returns false where another client had the free credits of this mailbox, in whichever spelling, by the name of now or of before */
async function claimMailbox(scope: ClientScope, email: string, at: Date, { keys }: Deps): Promise<boolean> {
  const mailbox = mailboxOf(email);
  const logins = await Promise.all(spellingsOf(email).map((text) => loginsBeginning(scope, text)));
  const spellings = [email, ...logins.flat()].filter((login) => mailboxOf(login) === mailbox);
  const hashed = (name: string) => digestInput(keys, 'mailbox', name);
  const former = spellings.map((each) => hashed(formerMailboxOf(each)));
  return claimGrant(scope, { mailbox: hashed(mailbox), former, at, ...claimSealOf(scope, hashed(mailbox)) });
}

interface Grant {
  vouched: boolean;
  /** The agency's own cap. */
  perDay: number | undefined;
  policy: MinutesPolicy;
}
