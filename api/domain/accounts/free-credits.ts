import { isFreeBackWhole } from '../../ledger/transfers/free-returns.ts';
import { causeOfPlanFree, grantFree, hasFree, isEnded } from '../../ledger/transfers/grants.ts';
import type { ModeSettings } from '../../models/agency.ts';
import type { Client, Member, PlanPromise } from '../../models/client.ts';
import { loginsBeginning, scopeOf } from '../../models/client.ts';
import { promisePlanFree } from '../../models/client-plan.ts';
import { claimGrant, isGrantedToOther, isGrantOfDayLeft, takeGrantOfDay } from '../../models/grant.ts';
import type { AgencyScope, ClientScope, Deps } from '../../ports/index.ts';
import { formerMailboxOf, mailboxOf, spellingsOf } from '../../rules/mailbox.ts';
import type { MinutesPolicy } from '../../rules/minutes.ts';
import { digestInput } from '../../security/digest.ts';
import { hasMinutesFor, isExhausted, policyOf, withMinutes } from '../directory/minutes.ts';
import { claimSealOf, sealedPlanPromise } from '../seals/documents.ts';

const PER_DAY = 200;

/** Free credits that a client was promised, at its sign-up or with a plan. */
export interface FreePromise {
  /** Names the grant, which happens once. */
  cause: string;
  millis: number;
  /** True if the agency's own server says that the address is real; then the daily limit does not apply. */
  vouched: boolean;
  /** True if the client paid for them or the agency gave them; then neither the mailbox nor the daily limit matters. */
  isEarned: boolean;
}

interface Terms {
  /** The agency's own daily limit. */
  perDay: number | undefined;
  policy: MinutesPolicy;
}

/**
 * Grants promised free credits to a client, once. Those that cost nothing come only if the client's mailbox has had none at this agency and
 * the day's limit has room. Free credits cost the agency money: a thousand sign-ups with one mailbox get them once, and with a thousand
 * mailboxes at most the limit.
 * @returns the milli-credits granted; 'waits' if the day is full or the agency has no minutes. It may be called again, and grants once
 */
export async function grantPromised(
  client: Client,
  member: Member,
  { cause, millis, vouched, isEarned }: FreePromise,
  { perDay, policy }: Terms,
  deps: Deps,
): Promise<number | 'waits'> {
  if (millis === 0) return 0;
  const scope = scopeOf(client);
  const at = deps.now();
  if (!isEarned && !(await claimMailbox(scope, member.email, at, deps))) return 0;
  const { day, max } = dayOf(at, perDay);
  // A grant from before a crash takes no place of another day.
  const isRoomy = isEarned || vouched || (await hasFree(scope, cause)) || (await takeGrantOfDay(scope, { day, max }));
  if (!isRoomy) {
    const about = { agencyId: client.agencyId, clientId: client._id, day };
    if (!client.freeWaits) deps.log.error(about, "free_credits.used_up: the day's free credits are used up; a new client waits for them");
    return 'waits';
  }
  try {
    await withMinutes(scope, deps, () => grantFree(scope, { millis, cause, policy, actor: member.id, at }));
  } catch (error) {
    // The sign-up succeeds without them. Clients must not learn how many minutes the agency has.
    if (isExhausted(error)) return 'waits';
    if (isEnded(error)) return 0;
    throw error;
  }
  deps.reached('verify.after_grant');
  return millis;
}

/**
 * Promises the free credits of a plan that a client has changed to, once for each plan, and anew after all of them went back. They come by
 * `giveWaiting`.
 */
export async function promiseWithPlan(client: Client, planId: string, promise: Omit<PlanPromise, 'seal'>): Promise<void> {
  const isRepeated = promise.orderId !== undefined && nameOfFree(client, planId, promise.orderId) !== undefined;
  const name = isRepeated ? undefined : await nextFree(client, planId);
  const scope = scopeOf(client);
  if (name !== undefined) await promisePlanFree(scope, name, sealedPlanPromise(scope, name, promise));
}

/**
 * Names the promise of free credits that a plan would give a client now.
 * @returns undefined if the client has had those of the last promise, or may still have them
 */
export async function nextFree(client: Client, planId: string): Promise<string | undefined> {
  const names = namesOfFree(client, planId);
  const last = names.at(-1);
  if (last === undefined) return planId;
  const promised = client.planFree?.[last];
  if (!promised || !client.planFreeOver?.includes(last)) return undefined;
  const scope = scopeOf(client);
  const isBack = await isFreeBackWhole(scope, { cause: causeOfPlanFree(scope, last), millis: promised.millis });
  return isBack ? `${planId}:${names.length + 1}` : undefined;
}

/** Finds the name of the promise that came with an order. */
export const nameOfFree = (client: Client, planId: string, orderId: string): string | undefined =>
  namesOfFree(client, planId).find((name) => client.planFree?.[name]?.orderId === orderId);

/** Lists the names of a plan's promises to a client, oldest first. */
function namesOfFree({ planFree = {} }: Client, planId: string): string[] {
  const names: string[] = [];
  for (let name = planId; planFree[name]; name = `${planId}:${names.length + 1}`) names.push(name);
  return names;
}

/**
 * Returns the free credits that a page or a mail may promise, with a sign-up or a plan: those that would come at once. As long as the agency
 * has no minutes for them or, if they cost nothing, the day is full, that is none. Who gets the plan meanwhile has them all the same, and
 * waits for them.
 */
export async function mayPromiseFree(
  scope: AgencyScope,
  { minutesPolicy }: Pick<ModeSettings, 'minutesPolicy'>,
  { millis, isEarned, perDay }: Pick<FreePromise, 'millis' | 'isEarned'> & Pick<Terms, 'perDay'>,
  { now }: Pick<Deps, 'now'>,
): Promise<number> {
  if (millis === 0 || !(await hasMinutesFor(scope, policyOf({ minutesPolicy }), millis))) return 0;
  return isEarned || (await isGrantOfDayLeft(scope, dayOf(now(), perDay))) ? millis : 0;
}

const dayOf = (at: Date, perDay = PER_DAY) => ({ day: at.toISOString().slice(0, 10), max: perDay });

/** Tells whether a client's mailbox could still have free credits that cost nothing. */
export async function isMailboxFree(scope: ClientScope, email: string, deps: Pick<Deps, 'keys'>): Promise<boolean> {
  const { mailbox, former } = await hashesOf(scope, email, deps);
  return !(await isGrantedToOther(scope, [mailbox, ...former]));
}

/** @returns false if another client had the free credits of this mailbox, in any spelling, by its present or former name */
async function claimMailbox(scope: ClientScope, email: string, at: Date, deps: Deps): Promise<boolean> {
  const { mailbox, former } = await hashesOf(scope, email, deps);
  return claimGrant(scope, { mailbox, former, at, ...claimSealOf(scope, mailbox) });
}

/** Returns the hashes of a mailbox: by its present name, and by the former names of all spellings that are known here. */
async function hashesOf(scope: ClientScope, email: string, { keys }: Pick<Deps, 'keys'>) {
  const mailbox = mailboxOf(email);
  const logins = await Promise.all(spellingsOf(email).map((text) => loginsBeginning(scope, text)));
  const spellings = [email, ...logins.flat()].filter((login) => mailboxOf(login) === mailbox);
  const hashed = (name: string) => digestInput(keys, 'mailbox', name);
  return { mailbox: hashed(mailbox), former: spellings.map((each) => hashed(formerMailboxOf(each))) };
}
