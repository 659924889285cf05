import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { causeOfPlanFree } from '../../ledger/transfers/grants.ts';
import type { ModeSettings } from '../../models/agency.ts';
import {
  type Client,
  changeAccount,
  endFreeWaiting,
  findClientByExternalId,
  insertClient,
  isGone,
  type Member,
  markEmailVerified,
  readClient,
  scopeOf,
  takeUnconfirmedEmail,
} from '../../models/client.ts';
import { endPlanFreeWaiting } from '../../models/client-plan.ts';
import { describeCause } from '../../ports/causes.ts';
import type { AgencyAccess, AgencyScope, Deps } from '../../ports/index.ts';
import { digestInput } from '../../security/digest.ts';
import { newId } from '../../security/random.ts';
import { policyOf } from '../directory/minutes.ts';
import { planOf } from '../directory/plan.ts';
import { sealedClient } from '../seals/documents.ts';
import { type FreePromise, grantPromised } from './free-credits.ts';
import { remindOfShare, returnShare } from './free-shares.ts';

type Profile = Parsed<'sessions.mint'>['profile'];

/**
 * Finds the client that the agency's own server knows by this id, or creates it from the profile. A profile that differs from the last one
 * changes the client. The agency vouches for the address that it sends, not for an earlier one.
 */
export async function clientOfExternalId(access: AgencyAccess, externalId: string, profile: Profile, deps: Deps): Promise<Client | null> {
  const known = await findClientByExternalId(access.scope, externalId);
  const client = known
    ? await bringUpToDate(known, externalId, profile, deps)
    : profile
      ? await makeClient(access, externalId, profile, deps)
      : null;
  const member = client?.members[0];
  if (!client || !member || !profile?.emailVerified || profile.email !== member.email || member.emailVerifiedAt) return client;
  await confirmEmail(access, client, member, { vouched: true, deps });
  return readClient(access.scope, client._id);
}

/**
 * Takes over a profile that the agency has changed since it sent the last one. A confirmed address is only replaced by a confirmed one, and
 * one that another client has stays with that client: the person comes in all the same.
 */
async function bringUpToDate(client: Client, externalId: string, profile: Profile, deps: Deps): Promise<Client> {
  const [member] = client.members;
  if (!member || !profile) return client;
  const mintedAs = fingerprintOf(profile, deps);
  if (client.mintedAs === mintedAs) return client;
  const { firstName, lastName, email, emailVerified } = profile;
  const names = { mintedAs, member: { firstName, lastName } };
  const isNew = email !== member.email && (emailVerified === true || member.emailVerifiedAt === undefined);
  const logins = [...new Set([email, ...(client.logins ?? []).filter((login) => login !== member.email)])];
  const whole = isNew ? { ...names, member: { ...names.member, email, newEmail: null }, logins } : names;
  const change = () => changeAccount(client, member.id, whole);
  let result = await change();
  if (result === 'login' && emailVerified) {
    await freeEmail(client, externalId, email, deps);
    result = await change();
  }
  if (result === 'login') await changeAccount(client, member.id, names);
  return (await readClient(client, client._id)) ?? client;
}

/**
 * Frees the address of a profile that the agency vouches for, where it belongs to a client that never confirmed it: anybody may have typed
 * it. Neither of both sees anything of the other: the person gets a client of its own, and the other one goes on without the address.
 */
async function freeEmail(scope: AgencyScope, externalId: string, email: string, { log }: Deps): Promise<void> {
  const clientId = await takeUnconfirmedEmail(scope, email, externalId);
  if (clientId !== undefined) log.info({ agencyId: scope.agencyId, clientId }, 'email.lost: its owner came by the log-in of the agency');
}

/** Recognizes a profile without storing it once more. */
const fingerprintOf = ({ firstName, lastName, email, emailVerified = false }: NonNullable<Profile>, { keys }: Deps): string =>
  digestInput(keys, 'minted', firstName, lastName, email, emailVerified);

async function makeClient(access: AgencyAccess, externalId: string, profile: NonNullable<Profile>, deps: Deps): Promise<Client | null> {
  const client: Client = {
    ...newClient(access, newId('cli'), deps.now()),
    logins: [profile.email],
    externalId,
    mintedAs: fingerprintOf(profile, deps),
    members: [{ ...newMember(profile), id: newId('mem') }],
  };
  const isThere = async () => ['inserted', 'exists'].includes(await insertClient(access.scope, client));
  if (await isThere()) return client;
  // Another page of the same person may have been first, at any of these steps: then the address is this person's already.
  const known = await findClientByExternalId(access.scope, externalId);
  if (known) return known;
  if (profile.emailVerified) {
    await freeEmail(access.scope, externalId, profile.email, deps);
    if (await isThere()) return client;
  }
  return (await findClientByExternalId(access.scope, externalId)) ?? refuse('email.taken', { param: 'profile.email' });
}

/**
 * Confirms an address. The plan's free credits move before the address is marked: after a crash in between it can be confirmed again, and
 * the grant still happens once. Without room for a grant, it waits.
 * @returns the milli-credits granted
 */
export async function confirmEmail(
  access: AgencyAccess,
  client: Client,
  member: Member,
  { vouched = false, deps }: { vouched?: boolean; deps: Deps },
): Promise<number> {
  if (member.emailVerifiedAt) return 0;
  const came = await grantPromised(client, member, signUpPromise(client, vouched), termsOf(access, client), deps);
  const freeWaits = came === 'waits' ? { vouched } : undefined;
  await markEmailVerified(scopeOf(client), member, { at: deps.now(), freeWaits });
  if (client.planFreeWaits?.length) await giveWaiting(access, await requireClient(access.scope, client._id), deps);
  return came === 'waits' ? 0 : came;
}

/**
 * Grants waiting free credits to a client who is here, if there is room by now. Never fails; the next visit tries again.
 * @returns the client after that
 */
export async function giveWaiting(access: AgencyAccess, client: Client, deps: Deps): Promise<Client> {
  const [member] = client.members;
  let now = client;
  try {
    for (const { begin, end, after, ...promise } of member ? waitingPromises(client, deps) : []) {
      await begin?.();
      if (!member || (await grantPromised(client, member, promise, termsOf(access, client), deps)) === 'waits') continue;
      await end();
      now = after(now);
    }
  } catch (error) {
    deps.log.error(
      { clientId: client._id, cause: describeCause(error) },
      'free_credits.failed: free credits that wait could not be given; the next visit tries again',
    );
  }
  return now;
}

interface WaitingPromise extends FreePromise {
  /** Prepares what `end` does besides, so that somebody else does it if this process dies. */
  begin?(): Promise<void>;
  /** Ends the waiting in the stored client. */
  end(): Promise<void>;
  /** Returns the client after that. */
  after(client: Client): Client;
}

const signUpPromise = (client: Client, vouched: boolean): FreePromise => ({
  cause: client._id,
  millis: client.freeMillis,
  vouched,
  isEarned: false,
});

/** Lists the promises of free credits that wait for room, and no longer for the confirmed address. */
function waitingPromises(client: Client, deps: Deps): WaitingPromise[] {
  const scope = scopeOf(client);
  const { freeWaits, planFree = {}, planFreeWaits = [], planFreeShares = {} } = client;
  const ofSignUp = freeWaits && {
    ...signUpPromise(client, freeWaits.vouched),
    end: () => endFreeWaiting(scope),
    after: ({ freeWaits: _over, ...rest }: Client) => rest,
  };
  const ofPlans = planFreeWaits.flatMap((planId): WaitingPromise[] => {
    const { millis, isEarned } = planFree[planId] ?? {};
    if (millis === undefined || isEarned === undefined || (!isEarned && !client.members[0]?.emailVerifiedAt)) return [];
    const cause = causeOfPlanFree(scope, planId);
    // A promise from before its order was stored with it has the order beside it, if a part of the money went back.
    const orderId = planFree[planId]?.orderId ?? planFreeShares[planId]?.orderId;
    const ordered = orderId === undefined ? undefined : { name: planId, cause, orderId, millis };
    return [
      {
        ...{ cause, millis, isEarned, vouched: false },
        begin: async () => ordered && remindOfShare(scope, ordered, deps),
        end: async () => {
          if (ordered) await returnShare(scope, ordered, deps);
          await endPlanFreeWaiting(scope, planId);
        },
        after: (now) => ({ ...now, planFreeWaits: (now.planFreeWaits ?? []).filter((id) => id !== planId) }),
      },
    ];
  });
  return ofSignUp ? [ofSignUp, ...ofPlans] : ofPlans;
}

const termsOf = ({ agency }: AgencyAccess, client: Client) => ({
  perDay: planOf(agency, client).freeGrantsPerDay,
  policy: policyOf(agency),
});

/**
 * Reads a client, also a deleted one, for what is only read or was used before. Refuses with `client.not_found`, also for a client of another
 * agency.
 */
export const requireKnownClient = async (scope: AgencyScope, clientId: string): Promise<Client> =>
  (await readClient(scope, clientId)) ?? refuse('client.not_found');

/** Reads a client that something is done for. Refuses as above, and a deleted one with `client.deleted`. */
export async function requireClient(scope: AgencyScope, clientId: string): Promise<Client> {
  const client = await requireKnownClient(scope, clientId);
  return isGone(client) ? refuse('client.deleted') : client;
}

/** A client with the member that an operation is about. */
export interface Holder {
  client: Client;
  member: Member;
}

/**
 * Reads a client with one of its members. Refuses with `client.not_found`, and a deleted one with `client.deleted`.
 * @param memberId by default the first one
 */
export async function requireHolder(scope: AgencyScope, clientId: string, memberId?: string): Promise<Holder> {
  const client = await requireClient(scope, clientId);
  const member = client.members.find(({ id }, at) => (memberId === undefined ? at === 0 : id === memberId));
  return member ? { client, member } : refuse('client.not_found');
}

/** Returns the promised free credits: they wait for the first member's confirmed address, and then for room. A deleted client has none. */
const waitingMillis = (client: Client): number => (isGone(client) ? 0 : promisedMillis(client));

const promisedMillis = ({ members, freeMillis, freeWaits, planFree = {}, planFreeWaits = [], planFreeShares = {} }: Client): number =>
  planFreeWaits.reduce(
    (sum, planId) => sum + (planFree[planId]?.millis ?? 0) - (planFreeShares[planId]?.millis ?? 0),
    members[0]?.emailVerifiedAt === undefined || freeWaits ? freeMillis : 0,
  );

/** Returns how the agency wants a client's balance shown. */
export const balanceView = (client: Client, { meter, ...plans }: Pick<ModeSettings, 'meter' | 'plan' | 'plans'>) => ({
  meter,
  waiting: waitingMillis(client),
  takesFree: planOf(plans, client).freeCreditsBuy === 'everything',
});

/** Describes the account for the client's own page. */
export const describeAccount = (client: Client, member: Member): Output<'sessions.mint'>['account'] => ({
  clientId: client._id,
  memberId: member.id,
  firstName: member.firstName,
  lastName: member.lastName,
  email: member.email,
  emailVerified: member.emailVerifiedAt !== undefined,
});

/** Builds a new client, on the agency's present first plan. */
export const newClient = ({ agency, scope }: AgencyAccess, id: string, createdAt: Date) =>
  sealedClient({ ...scope, _id: id, subject: newId('sub'), profile: {}, freeMillis: planOf(agency, null).freeMillis, createdAt });

export const newMember = ({ firstName, lastName, email }: { firstName: string; lastName: string; email: string }) => ({
  firstName,
  lastName,
  email,
  passwordVersion: 0,
});
