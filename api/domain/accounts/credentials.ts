import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { changeAccount, scopeOf, setExternalId } from '../../models/client.ts';
import { queueMail } from '../../models/mail.ts';
import { endOtherSessions, wasOpenedSince } from '../../models/session.ts';
import type { AgencyAccess, ClientScope, Deps } from '../../ports/index.ts';
import { later, MINUTE_MS } from '../../rules/time.ts';
import { checkPassword, hashPassword } from '../../security/passwords.ts';
import { checkNewPassword, checkReturnUrl, findHolder, storePassword } from './accounts.ts';
import { type Holder, requireHolder } from './clients.ts';
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
  const { agencyId, world, clientId } = scope;
  const stamp = stampsOf.link(holder.member)[0] ?? '';
  return { token: deps.tokens.signLink('link', { agencyId, world, clientId, memberId, stamp }) };
}

/**
 * Gives a client the agency's own id. The token proves that whoever is signed in at the agency is the client's member as well: an address
 * alone would not, since anybody may type one. Linking it to the same id again changes nothing.
 */
export async function linkClient(
  { scope }: AgencyAccess,
  { externalId, token }: Parsed<'clients.link'>,
  deps: Deps,
): Promise<Output<'clients.link'>> {
  const { client } = (await findHolder(scope, 'link', token, deps)) ?? refuse('link.refused');
  const result = client.externalId === externalId ? 'set' : await setExternalId(scopeOf(client), externalId);
  if (result === 'taken') refuse('external_id.taken', { param: 'externalId' });
  if (result === 'moved') refuse(client.disabledAt ? 'link.refused' : 'client.linked');
  return { clientId: client._id, externalId };
}
