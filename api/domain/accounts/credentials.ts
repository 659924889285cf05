import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { changeAccount, dropExternalId, scopeOf, setExternalId } from '../../models/client.ts';
import { announceMail, queueMail, releaseMail } from '../../models/mail.ts';
import { endMintedSessions, endOtherSessions, wasOpenedSince } from '../../models/session.ts';
import type { AgencyAccess, ClientScope, Deps } from '../../ports/index.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import { fingerprint } from '../../security/digest.ts';
import { checkPassword, hashPassword } from '../../security/passwords.ts';
import { checkNewPassword, checkReturnUrl, findHolder, storePassword } from './accounts.ts';
import { type Holder, requireClient, requireHolder } from './clients.ts';
import { stampsOf } from './links.ts';

/** A signed-in member who changes how it signs in. */
export interface Self {
  access: AgencyAccess;
  scope: ClientScope;
  memberId: string;
  sid: string;
}

/** Age of a session until which it stands for the person itself, without the password. */
const FRESH_MS = 10 * MINUTE_MS;

/**
 * Makes sure that the person itself acts, and not somebody at an open page: by the password, or by a session of the last minutes. Refuses
 * with `password.wrong` or `sign_in.too_old`.
 */
export async function requirePerson(
  { scope, sid }: Self,
  { member }: Holder,
  { password, address }: { password: string | undefined; address: string },
): Promise<void> {
  if (password === undefined) {
    const isFresh = await wasOpenedSince(scope, sid, later(new Date(), -FRESH_MS));
    if (!isFresh) refuse('sign_in.too_old', { param: 'password' });
  } else if (!(await checkPassword(password, member.passwordHash, address))) refuse('password.wrong', { param: 'password' });
}

/** Replaces the member's password. Its other sessions end before and after that, so that a crash leaves none that is older than it. */
export async function changePassword(
  self: Self,
  { currentPassword, ...input }: Parsed<'accounts.changePassword'>,
  address: string,
  deps: Deps,
): Promise<Output<'accounts.changePassword'>> {
  const { access, scope, memberId, sid } = self;
  const { client, member } = await requireHolder(scope, scope.clientId, memberId);
  if (member.passwordHash === undefined) refuse('password.none');
  if (!(await checkPassword(currentPassword, member.passwordHash, address))) refuse('password.wrong', { param: 'currentPassword' });
  checkNewPassword(input, access, [member.email, member.firstName, member.lastName, ...Object.values(client.profile)]);
  const passwordHash = await hashPassword(input.password, address);
  const before = await endOtherSessions(scope, memberId, sid);
  // A stranger may have typed an address that nobody has confirmed: it is told nothing.
  const isTold = member.emailVerifiedAt !== undefined;
  if (!(await storePassword(scope, member, { passwordHash, isTold }, deps))) refuse('password.wrong', { param: 'currentPassword' });
  const after = await endOtherSessions(scope, memberId, sid);
  deps.directory.forget();
  return { ended: before + after };
}

/**
 * Mails a link to a new address, and tells the present one. If another client has the new address, its owner is told instead of the
 * caller. The address changes when the link is opened.
 */
export async function changeEmail(
  self: Self,
  { email, password, returnUrl }: Parsed<'accounts.changeEmail'>,
  { address, seed }: { address: string; seed: string },
  deps: Deps,
): Promise<Output<'accounts.changeEmail'>> {
  const { access, scope, memberId } = self;
  checkReturnUrl(access, returnUrl, deps);
  const holder = await requireHolder(scope, scope.clientId, memberId);
  await requirePerson(self, holder, { password, address });
  const { client, member } = holder;
  if (email === member.email) {
    await keepEmail(self);
    return { newEmail: null };
  }
  await changeAccount(client, memberId, { member: { newEmail: email } });
  deps.reached('email.after_wish');
  const mail = { memberId, returnUrl };
  // Before the link, so that a process that dies leaves no link of which the present address is not told. An address that nobody has
  // confirmed may be a stranger's, and is told nothing.
  if (member.emailVerifiedAt) await queueMail(scope, { ...mail, kind: 'email_changing', cause: `email_changing/${seed}` });
  deps.reached('email.after_notice');
  await queueMail(scope, { ...mail, kind: 'email_change', cause: `email_change/${seed}` });
  return { newEmail: email };
}

/** Forgets the new address of a member. Its link is void from then on. */
export async function keepEmail({ scope, memberId }: Self): Promise<Output<'accounts.keepEmail'>> {
  const { client } = await requireHolder(scope, scope.clientId, memberId);
  await changeAccount(client, memberId, { member: { newEmail: null } });
  return {};
}

/** Signs a token by which the agency's server may let the member's client in by its own log-in. */
export async function signLinkToken(self: Self, password: string | undefined, address: string, deps: Deps): Promise<{ token: string }> {
  const { scope, memberId } = self;
  const holder = await requireHolder(scope, scope.clientId, memberId);
  await requirePerson(self, holder, { password, address });
  // Otherwise a stranger who signed up with somebody's address first would keep a way in after the owner's reset.
  if (holder.member.emailVerifiedAt === undefined) refuse('email.unconfirmed');
  const { agencyId, world, clientId } = scope;
  const stamp = stampsOf.link(holder.member)[0] ?? '';
  return { token: deps.tokens.signLink('link', { agencyId, world, clientId, memberId, stamp }) };
}

/**
 * Gives a client the agency's own id, and tells its member by mail. The token proves that whoever is signed in at the agency is the
 * client's member as well: an address alone would not, since anybody may type one. Linking it to the same id again changes nothing.
 */
export async function linkClient(
  { scope }: AgencyAccess,
  { externalId, token }: Parsed<'clients.link'>,
  deps: Deps,
): Promise<Output<'clients.link'>> {
  const { client, member } = (await findHolder(scope, 'link', token, deps)) ?? refuse('link.outdated');
  if (client.disabledAt) refuse('link.outdated');
  if (client.externalId !== undefined && client.externalId !== externalId) refuse('client.linked');
  const [own, cause] = [scopeOf(client), `linked/${fingerprint(token)}`];
  if (client.externalId === undefined) {
    await announceMail(own, { kind: 'linked', memberId: member.id, linkedAs: fingerprint(externalId), cause });
    deps.reached('link.before_set');
    const result = await setExternalId(own, member, externalId);
    if (result === 'taken') refuse('external_id.taken', { param: 'externalId' });
    if (result === 'moved') refuse((await requireClient(scope, client._id)).externalId === undefined ? 'link.outdated' : 'client.linked');
    deps.reached('link.after_set');
  }
  await releaseMail(own, cause);
  return { clientId: client._id, externalId };
}

/**
 * Takes the agency's own id from a client, and ends the sessions that came by it. Refuses with `password.none` where nobody could sign in
 * afterwards.
 */
export async function unlinkClient({ scope }: AgencyAccess, clientId: string, deps: Deps): Promise<Output<'clients.unlink'>> {
  const client = await requireClient(scope, clientId);
  if (client.externalId !== undefined && client.members[0]?.passwordHash === undefined) refuse('password.none');
  // Takes the id first, so that a session which is minted between the two steps ends itself.
  await dropExternalId(scopeOf(client));
  await endMintedSessions(scopeOf(client));
  deps.directory.forget();
  return { clientId, externalId: null };
}
