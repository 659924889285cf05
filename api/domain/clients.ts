import type { Output, Parsed } from '../contract/index.ts';
import { refuse } from '../contract/refusal.ts';
import type { Agency } from '../models/agency.ts';
import { type Client, findClientByExternalId, insertClient, type Member, scopeOf } from '../models/client.ts';
import { newId } from '../security/random.ts';
import { grantFree, readBalance } from './credits.ts';
import type { AgencyAccess } from './directory.ts';
import type { Deps } from './ports.ts';

type Profile = Parsed<'sessions.mint'>['profile'];

/** The client that the agency's own server knows by this id; made from the profile where it is new. */
export async function clientOfExternalId(access: AgencyAccess, externalId: string, profile: Profile, deps: Deps): Promise<Client | null> {
  const known = await findClientByExternalId(access.scope, externalId);
  if (known || !profile) return known;
  const at = deps.now();
  const client: Client = {
    ...newClient(access, newId('cli'), at),
    logins: [profile.email],
    externalId,
    members: [{ ...newMember(profile), id: newId('mem'), ...(profile.emailVerified && { emailVerifiedAt: at }) }],
  };
  const result = await insertClient(access.scope, client);
  if (result === 'login') refuse('email.taken', { param: 'profile.email' });
  if (result === 'external') return findClientByExternalId(access.scope, externalId);
  if (profile.emailVerified && client.freeMillis > 0) await grantFree(scopeOf(client), { millis: client.freeMillis, actor: 'agency', at });
  return client;
}

/** Free credits that come when the first member confirms the e-mail. */
export const waitingMillis = (client: Client): number => (client.members[0]?.emailVerifiedAt === undefined ? client.freeMillis : 0);

/** The balance of a client with the thresholds of its agency. */
export const balanceOf = (client: Client, agency: Agency): Promise<Output<'credits.balance'>> =>
  readBalance(scopeOf(client), { meter: agency.meter, waiting: waitingMillis(client) });

/** What a client's own page may know of it. */
export const describeAccount = (client: Client, member: Member): Output<'sessions.mint'>['account'] => ({
  clientId: client._id,
  memberId: member.id,
  firstName: member.firstName,
  lastName: member.lastName,
  email: member.email,
  emailVerified: member.emailVerifiedAt !== undefined,
});

/** A client before it is stored, on the agency's plan of now. */
export const newClient = ({ agency, scope }: AgencyAccess, id: string, createdAt: Date) => ({
  ...scope,
  _id: id,
  subject: newId('sub'),
  profile: {},
  freeMillis: agency.plan.freeMillis,
  createdAt,
});

export const newMember = ({ firstName, lastName, email }: { firstName: string; lastName: string; email: string }) => ({
  firstName,
  lastName,
  email,
  passwordVersion: 0,
});
