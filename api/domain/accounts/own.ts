import { type ProfileField, profileFields } from '../../contract/accounts/accounts.ts';
import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Client, changeAccount, type Member } from '../../models/client.ts';
import type { OptionalMail } from '../../models/mail.ts';
import type { AgencyAccess } from '../../ports/index.ts';
import { checkFields } from './accounts.ts';
import { type Holder, requireHolder } from './clients.ts';

type OwnAccount = Output<'accounts.read'>;

interface Who {
  clientId: string;
  memberId?: string | undefined;
}

/** Times that another change of the same account may be first. */
const TRIES_MAX = 20;

/** Describes a client's account for its member and for the agency. */
export const showAccount = async (access: AgencyAccess, clientId: string, memberId?: string): Promise<OwnAccount> =>
  viewOf(access, await requireHolder(access.scope, clientId, memberId));

/**
 * Changes the name and the profile of an account. Passwords, addresses and sessions stay as they are. Refuses what the sign-up refuses:
 * fields that the agency does not ask for, and a username that another client has.
 */
export async function updateAccount(access: AgencyAccess, who: Who, change: Parsed<'accounts.update'>): Promise<OwnAccount> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const result = await tryUpdate(access, who, change);
    if (result === 'login') return refuse('username.taken', { param: 'profile.username' });
    if (result === 'changed') return showAccount(access, who.clientId, who.memberId);
  }
  return refuse('server.busy');
}

/** Changes the account as it is now. Another change of it may be first. */
async function tryUpdate(
  access: AgencyAccess,
  { clientId, memberId }: Who,
  { firstName, lastName, profile = {}, notices = {} }: Parsed<'accounts.update'>,
): ReturnType<typeof changeAccount> {
  const { client, member } = await requireHolder(access.scope, clientId, memberId);
  const { username, ...rest } = profile;
  // A field that is no longer asked for can still be cleared.
  checkFields(
    Object.keys(profile).filter((field) => profile[field as ProfileField] !== null),
    access,
  );
  return changeAccount(client, member.id, {
    member: {
      ...(firstName !== undefined && { firstName }),
      ...(lastName !== undefined && { lastName }),
      ...(Object.keys(notices).length > 0 && { unwantedMails: unwantedAfter(member, notices) }),
    },
    profile: Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as Record<string, string | null>,
    ...(username !== undefined && loginsAfter({ client, member }, username)),
  });
}

/** Returns the names by which a member then signs in. Refuses to take the only one, of a member that has lost its address. */
function loginsAfter({ client, member: { email } }: Holder, username: string | null): { logins?: string[] } {
  const logins = [...new Set([email, (username ?? '').toLowerCase()])].filter((login) => login !== '');
  if (logins.length > 0) return { logins };
  return client.logins ? refuse('username.invalid', { param: 'profile.username' }) : {};
}

type Notices = OwnAccount['notices'];
const mailOfNotice = { rentDue: 'rent_due', lowCredits: 'credits_low' } as const satisfies Record<keyof Notices, OptionalMail>;

/** Returns the mails that a member does not want after this change. */
function unwantedAfter({ unwantedMails }: Member, changes: { [Name in keyof Notices]?: boolean | undefined }): OptionalMail[] {
  const unwanted = new Set(unwantedMails);
  for (const [name, isWanted] of Object.entries(changes)) {
    const mail = mailOfNotice[name as keyof Notices];
    if (isWanted) unwanted.delete(mail);
    else if (isWanted === false) unwanted.add(mail);
  }
  return [...unwanted];
}

/** Returns the name besides the address by which a member signs in; null if there is none. */
export const usernameOf = ({ logins = [] }: Client, { email }: Member): string | null => logins.find((login) => login !== email) ?? null;

function viewOf({ agency }: AgencyAccess, { client, member }: Holder): OwnAccount {
  const { profile, createdAt, externalId = null } = client;
  const { id: memberId, firstName, lastName, email, emailVerifiedAt, newEmail = null, unwantedMails = [], passwordHash } = member;
  const stored: Record<string, string | null> = { ...profile, username: usernameOf(client, member) };
  return {
    ...{ clientId: client._id, memberId, firstName, lastName, email, emailVerified: emailVerifiedAt !== undefined, newEmail },
    profile: Object.fromEntries(profileFields.map((field) => [field, stored[field] ?? null])) as OwnAccount['profile'],
    fields: agency.signUp.fields,
    notices: { rentDue: !unwantedMails.includes('rent_due'), lowCredits: !unwantedMails.includes('credits_low') },
    signIn: { password: passwordHash !== undefined, externalId },
    createdAt: createdAt.toISOString(),
  };
}
