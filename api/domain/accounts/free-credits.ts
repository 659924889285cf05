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
 * Grants the plan's free credits to a client, once, if its mailbox has had none at this agency and the day's limit has room. Free credits
 * cost the agency money: a thousand sign-ups with one mailbox get them once, and with a thousand mailboxes at most the limit.
 * @param vouched the agency's own server says that the address is real; then the daily limit does not apply
 * @returns the milli-credits granted; 'waits' if the day is full or the agency has no minutes. It may be called again, and grants once
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
  // A grant from before a crash takes no place of another day.
  const isRoomy = vouched || (await hasFree(scope)) || (await takeGrantOfDay(scope, { day, max: perDay ?? PER_DAY }));
  if (!isRoomy) {
    const about = { agencyId: client.agencyId, clientId: client._id, day };
    if (!client.freeWaits) deps.log.error(about, "free_credits.used_up: the day's free credits are used up; a new client waits for them");
    return 'waits';
  }
  try {
    await withMinutes(scope, deps, () => grantFree(scope, { millis, policy, actor: member.id, at }));
  } catch (error) {
    // The sign-up succeeds without them. Clients must not learn how many minutes the agency has.
    if (isExhausted(error)) return 'waits';
    throw error;
  }
  deps.reached('verify.after_grant');
  return millis;
}

/** @returns false if another client had the free credits of this mailbox, in any spelling, by its present or former name */
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
  /** The agency's own daily limit. */
  perDay: number | undefined;
  policy: MinutesPolicy;
}
