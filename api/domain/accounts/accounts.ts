import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { readBalance } from '../../ledger/transfers/grants.ts';
import { type Client, findClientByLogin, insertClient, type Member, readClient, replacePassword, scopeOf } from '../../models/client.ts';
import { announcePasswordMail, queueMail, releasePasswordMail } from '../../models/mail.ts';
import type { AgencyScope, ClientScope, World } from '../../models/scope.ts';
import { endSessions } from '../../models/session.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { isListedOrigin, isLocalPage, originOf } from '../../rules/origin.ts';
import { passwordFaults } from '../../rules/password.ts';
import { isGuessable } from '../../security/guessable.ts';
import { checkPassword, hashPassword } from '../../security/passwords.ts';
import { newId } from '../../security/random.ts';
import type { LinkKind } from '../../security/tokens.ts';
import { brandOf } from '../directory/brand.ts';
import { isHostedPage } from '../directory/return-url.ts';
import { balanceView, confirmEmail, describeAccount, giveWaiting, newClient, newMember, requireClient, requireHolder } from './clients.ts';
import { stampsOf } from './links.ts';
import { takeNewEmail } from './new-email.ts';
import { type Device, knownDevice, openSession } from './sessions.ts';

type Nothing = Output<'accounts.reset'>;
type SignUp = Parsed<'accounts.signUp'>;

/**
 * Creates a client organization with its first member, in one insert.
 * @param by `seed` belongs to the attempt: a second run of it finds the client of the first
 */
export async function signUp(
  access: AgencyAccess,
  input: SignUp,
  by: { seed: string; address: string },
  deps: Deps,
): Promise<{ clientId: string }> {
  const { agency, scope } = access;
  const { seed, address } = by;
  // The trap for programs: refuses with one sentence, also for a person whose browser filled the field in. Stores nothing.
  if (input.website !== undefined && input.website !== '') refuse('signup.refused');
  checkReturnUrl(access, input.returnUrl, deps);
  checkFields(Object.keys(input.profile ?? {}), access);
  checkNewPassword(input, access, [
    input.email,
    input.firstName,
    input.lastName,
    ...Object.values(input.profile ?? {}).filter((value) => value !== undefined),
  ]);
  const { termsUrl, privacyUrl } = brandOf(agency, deps.log);
  const needsConsent = termsUrl !== null || privacyUrl !== null;
  if (needsConsent && input.acceptedTerms !== true) refuse('consent.missing', { param: 'acceptedTerms' });

  const { username, ...profile } = input.profile ?? {};
  const at = deps.now();
  const client: Client = {
    ...newClient(access, `cli_${seed}`, at),
    logins: [...new Set([input.email, (username ?? input.email).toLowerCase()])],
    members: [{ ...newMember(input), id: `mem_${seed}`, passwordHash: await hashPassword(input.password, address) }],
    profile: profile as Record<string, string>,
    ...(needsConsent && { consent: { termsUrl, privacyUrl, at } }),
  };
  if ((await insertClient(scope, client)) === 'login') {
    const holder = await findClientByLogin(scope, input.email);
    if (holder) refuse('email.taken', { param: 'email' });
    refuse('username.taken', { param: 'profile.username' });
  }
  deps.reached('signup.after_insert');
  await queueMail(scopeOf(client), { cause: `verify/${seed}`, kind: 'verification', memberId: `mem_${seed}`, returnUrl: input.returnUrl });
  return { clientId: client._id };
}

/** Signs a page in after a sign-up. A repeated answer to the same attempt needs the same password, as long as it is still the member's. */
export async function signInAfterSignUp(
  access: AgencyAccess,
  clientId: string,
  device: Device,
  deps: Deps,
): Promise<Output<'accounts.signIn'>> {
  const client = await readClient(access.scope, clientId);
  const member = client?.members[0];
  if (!client || !member) refuse('client.not_found');
  const entered = member.passwordVersion === 0 && (await signedIn(access, client, member, device, deps));
  return entered || refuse('email.taken', { param: 'email' });
}

/** Names the known device of a sign-in, for rate limits. Returns undefined for everybody else. */
export const knownMember = async ({ scope }: AgencyAccess, { login, publicKey }: Parsed<'accounts.signIn'>, address: string, deps: Deps) =>
  knownDevice(scope, await findClientByLogin(scope, login), { publicKey, address }, deps);

/** Signs a member in. Refuses with `login.refused`, whether the member or the password is wrong. */
export async function signIn(
  access: AgencyAccess,
  { login, password, publicKey }: Parsed<'accounts.signIn'>,
  { address, userAgent }: Pick<Device, 'address' | 'userAgent'>,
  deps: Deps,
): Promise<Output<'accounts.signIn'>> {
  const client = await findClientByLogin(access.scope, login);
  const member = client?.members[0];
  if (!(await checkPassword(password, member?.passwordHash, address)) || !client || !member) refuse('login.refused');
  if (client.disabledAt) refuse('client.disabled');
  return (await signedIn(access, client, member, { publicKey, address, userAgent }, deps)) ?? refuse('login.refused');
}

/**
 * Confirms an address by its mailed link, and puts it in the place of the member's, if that was asked for. Repeating it changes nothing.
 * Refuses with a code of the link, or `email.taken` if another client has a new address by now.
 */
export async function verifyEmail(access: AgencyAccess, token: string, deps: Deps): Promise<Output<'accounts.verifyEmail'>> {
  const found = (await findHolder(access.scope, 'verify', token, deps)) ?? refuse('verification.outdated');
  if (found.stamp !== found.member.email) await takeNewEmail(found, found.stamp);
  deps.reached('email.after_change');
  const { client, member } = await requireHolder(access.scope, found.client._id, found.member.id);
  const grantedMillis = await confirmEmail(access, client, member, { deps });
  const { waiting } = balanceView(await requireClient(access.scope, client._id), access.agency);
  return { email: member.email, grantedMillis, ...(waiting > 0 && { waitingMillis: waiting }) };
}

/** Mails the confirmation link again. Does nothing if the address is confirmed. */
export async function sendVerification(
  access: AgencyAccess,
  scope: ClientScope,
  memberId: string,
  { returnUrl, seed }: { returnUrl: string; seed: string },
  deps: Pick<Deps, 'publicUrl'>,
): Promise<Nothing> {
  checkReturnUrl(access, returnUrl, deps);
  const client = await readClient(scope, scope.clientId);
  const member = client?.members.find(({ id }) => id === memberId);
  if (!client || !member || member.email === '' || member.emailVerifiedAt) return {};
  await queueMail(scope, { cause: `verify/${seed}`, kind: 'verification', memberId, returnUrl });
  return {};
}

/**
 * Mails a reset link if the address has an account. The answer does not reveal it. A member without a password gets its first one by it,
 * if the address is known to be its own.
 */
export async function requestReset(
  access: AgencyAccess,
  { email, returnUrl }: Parsed<'accounts.requestReset'>,
  deps: Pick<Deps, 'publicUrl'>,
): Promise<Nothing> {
  checkReturnUrl(access, returnUrl, deps);
  const client = await findClientByLogin(access.scope, email);
  const member = client?.members.find((candidate) => candidate.email === email);
  if (!client || !member || (member.passwordHash === undefined && member.emailVerifiedAt === undefined)) return {};
  await queueMail(scopeOf(client), { cause: newId('reset'), kind: 'reset', memberId: member.id, returnUrl });
  return {};
}

/**
 * Sets a new password once per link, and signs the member out everywhere: before and after that, so that a crash leaves no session that is
 * older than it.
 */
export async function resetPassword(access: AgencyAccess, input: Parsed<'accounts.reset'>, address: string, deps: Deps): Promise<Nothing> {
  const { client, member } = (await findHolder(access.scope, 'reset', input.token, deps)) ?? refuse('reset.outdated');
  checkNewPassword(input, access, [member.email, member.firstName, member.lastName, ...Object.values(client.profile)]);
  const scope = scopeOf(client);
  const passwordHash = await hashPassword(input.password, address);
  await endSessions(scope, { memberId: member.id });
  // The log-in that an unproved address was linked to may be a stranger's.
  const dropsLink = member.emailVerifiedAt === undefined;
  if (!(await storePassword(scope, member, { passwordHash, dropsLink, isTold: true }, deps))) refuse('reset.outdated');
  await endSessions(scope, { memberId: member.id });
  deps.directory.forget();
  return {};
}

/**
 * Replaces a member's password and tells it by mail, so that whoever did not do it learns of it, also if the process dies meanwhile.
 * @param member as it was before
 * @returns false if the password was replaced meanwhile
 */
export async function storePassword(
  scope: ClientScope,
  member: Member,
  { isTold, dropsLink = false, passwordHash }: { passwordHash: string; isTold: boolean; dropsLink?: boolean },
  deps: Pick<Deps, 'reached'>,
): Promise<boolean> {
  const { id: memberId, passwordVersion } = member;
  const isFirst = member.passwordHash === undefined;
  if (isTold) await announcePasswordMail(scope, { memberId, passwordVersion: passwordVersion + 1, isFirst });
  deps.reached('password.before_replace');
  if (!(await replacePassword(scope, member, { passwordHash, dropsLink }))) return false;
  deps.reached('password.after_replace');
  if (isTold) await releasePasswordMail(scope, memberId, passwordVersion + 1);
  return true;
}

/**
 * Refuses a return page unless it is on a listed origin, is the agency's hosted page or, with a test key, lies on the developer's own
 * machine.
 */
export function checkReturnUrl({ agency, mode }: AgencyAccess, url: string, deps: Pick<Deps, 'publicUrl'>): void {
  const origin = originOf(url);
  if (origin && (isListedOrigin(origin, agency.origins) || (mode === 'test' && isLocalPage(url)))) return;
  if (origin && isHostedPage(agency, url, deps)) return;
  refuse('return_url.refused', { param: 'returnUrl' });
}

/** @returns undefined where the password was replaced, or the client shut out, meanwhile */
async function signedIn(access: AgencyAccess, found: Client, member: Member, device: Device, deps: Deps) {
  const session = await openSession(found, member, device, deps);
  if (!session) return undefined;
  const client = await giveWaiting(access, found, deps);
  return {
    account: describeAccount(client, member),
    session,
    balance: await readBalance(scopeOf(client), balanceView(client, access.agency)),
  };
}

/** Names the holder of a working link, for rate limits. Refuses or returns undefined if the link does not work. */
export const knownHolder = async ({ scope }: AgencyAccess, kind: LinkKind, token: string, deps: Deps): Promise<string | undefined> =>
  (await findHolder(scope, kind, token, deps))?.member.id;

/** The codes for a link of another agency, which is none here. */
const refusalOfStrange = {
  verify: 'verification.refused',
  reset: 'reset.refused',
  link: 'link.refused',
} as const satisfies Record<LinkKind, string>;

/** Finds the holder of a link; undefined if the link is void. Refuses a token that is not whole, of another kind or agency, or too old. */
export async function findHolder(scope: AgencyScope, kind: LinkKind, token: string, { tokens }: Deps) {
  const claims = tokens.readLink(kind, token);
  if (claims.agencyId !== scope.agencyId || claims.world !== (scope.world satisfies World)) refuse(refusalOfStrange[kind]);
  const client = await readClient(scope, claims.clientId);
  const member = client?.members.find(({ id }) => id === claims.memberId);
  return client && member && stampsOf[kind](member).includes(claims.stamp) ? { client, member, stamp: claims.stamp } : undefined;
}

/** Refuses fields that the agency does not ask for, because it does not want to store them. */
export function checkFields(fields: readonly string[], { agency }: AgencyAccess): void {
  const asked: readonly string[] = agency.signUp.fields;
  const odd = fields.find((field) => !asked.includes(field));
  if (odd === undefined) return;
  refuse('input.invalid', { param: `profile.${odd}`, values: { reason: 'unasked_field' } });
}

/**
 * Refuses an unfit new password.
 * @param about facts of the person. A passphrase must not consist of these, of the agency's name or of common words
 */
export function checkNewPassword(
  { password, passwordConfirmation }: { password: string; passwordConfirmation: string },
  { agency }: AgencyAccess,
  about: readonly string[],
): void {
  const { passwordPolicy } = agency.signUp;
  const [fault] = passwordFaults(password, passwordPolicy);
  if (fault) refuse(fault, { param: 'password' });
  if (passwordPolicy === 'passphrase' && isGuessable(password, [...about, agency.name, agency.brand.companyName, agency.slug]))
    refuse('password.too_common', { param: 'password' });
  if (password !== passwordConfirmation) refuse('password.mismatch', { param: 'passwordConfirmation' });
}
