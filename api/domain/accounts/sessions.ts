import type { Output, Parsed } from '../../contract/index.ts';
import { type TokenScope, tokenScopes } from '../../contract/operation.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Client, isDisabled, isGone, type Member, readClient, scopeOf } from '../../models/client.ts';
import type { AgencyScope, ClientScope } from '../../models/scope.ts';
import {
  acceptProof,
  endOldestSignIns,
  endSessions,
  findSessionByRefresh,
  findSessionFrom,
  findSessionOfPast,
  hasSession,
  insertSession,
  listSessions,
  noteUse,
  type Session,
} from '../../models/session.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { nameBrowser } from '../../rules/browser.ts';
import { digestInput, fingerprint } from '../../security/digest.ts';
import { readProof, thumbprint } from '../../security/proofs.ts';
import { newId, newSecret } from '../../security/random.ts';
import { clientOfExternalId, describeAccount } from './clients.ts';

type SessionAnswer = Output<'sessions.refresh'>['session'];
type Nothing = Output<'sessions.end'>;

/** Days that a page stays signed in without being opened, and days that a session created by the agency's server lasts. */
const SIGNED_IN_DAYS = 60;
const MINTED_DAYS = 1;
const SHOWN_MAX = 100;
/** Pages that a member is signed in on at once. The oldest beyond is signed out, so that a right password cannot store sessions without end. */
const SIGN_INS_MAX = 50;

/** The calling member and its session. */
interface SignedIn {
  scope: ClientScope;
  memberId: string;
  sid: string;
}

/** The key and address that a page signs in with, and how its browser names itself. */
export interface Device {
  publicKey: Parsed<'accounts.signIn'>['publicKey'];
  address: string;
  userAgent?: string | undefined;
}

/**
 * Signs a page in. Its refresh token works only with the key whose public half it sent.
 * @returns undefined if the member's password was replaced, or its client disabled, since the password was checked
 */
export async function openSession(
  client: Client,
  member: Member,
  { publicKey, address, userAgent }: Device,
  deps: Deps,
): Promise<SessionAnswer | undefined> {
  const refreshToken = newSecret('wlr_');
  const session = newSession(member, SIGNED_IN_DAYS, tokenScopes);
  const browser = nameBrowser(userAgent);
  await insertSession(scopeOf(client), {
    ...session,
    ...(browser !== undefined && { browser }),
    from: placeOf(client._id, address, deps),
    refresh: { fingerprint: fingerprint(refreshToken), jkt: await thumbprint(publicKey) },
  });
  if (await isOvertaken(client, session, { member })) return undefined;
  if ((await endOldestSignIns(scopeOf(client), member.id, SIGN_INS_MAX)) > 0) deps.directory.forget();
  return { ...signToken(client, session, deps), refreshToken };
}

/**
 * Ends a session that was stored after its client was disabled or unlinked, or its password replaced. Those actions end only the sessions
 * stored by then, so a new session checks once more and ends itself.
 * @param by what opened the session and must be the same: the member's password, or the agency's own id of the client
 */
async function isOvertaken(
  client: Client,
  { _id: sid, memberId }: NewSession,
  by: { member?: Member; externalId?: string | undefined },
): Promise<boolean> {
  const scope = scopeOf(client);
  const present = await readClient(scope, scope.clientId);
  const holder = present?.members.find(({ id }) => id === memberId);
  const isSame = holder !== undefined && (by.member === undefined || holder.passwordVersion === by.member.passwordVersion);
  const isLinked = by.externalId === undefined || present?.externalId === by.externalId;
  if (isSame && isLinked && !present?.disabledAt) return false;
  await endSessions(scope, { _id: sid });
  return true;
}

/**
 * Finds an earlier session that makes a device or an address known to an account.
 * @param client null if there is none; then it does the same work, so that the time reveals nothing
 */
export async function knownDevice(
  scope: AgencyScope,
  client: Client | null,
  { publicKey, address }: Device,
  deps: Deps,
): Promise<string | undefined> {
  const [clientId, jkt] = [client?._id ?? 'nobody', await thumbprint(publicKey)];
  const from = placeOf(clientId, address, deps);
  const session = await findSessionFrom({ ...scope, clientId, subject: client?.subject ?? 'nobody' }, { jkt, from });
  return session?._id;
}

/** Finds the session of a refresh token. Refreshing also checks that the page holds the key. */
export const knownPage = async (scope: AgencyScope, refreshToken: string): Promise<string | undefined> =>
  (await findSessionByRefresh(scope, fingerprint(refreshToken)))?._id;

/** Hashes an address with a key, because it is personal, and per client, so that clients cannot be matched by it. */
const placeOf = (clientId: string, address: string, { keys }: Deps): string => digestInput(keys, 'place', clientId, address);

/** Creates a session for a client that is signed in at the agency's own site. It is not refreshed: the page asks the agency again. */
export async function mintSession(access: AgencyAccess, input: Parsed<'sessions.mint'>, deps: Deps): Promise<Output<'sessions.mint'>> {
  const client = input.clientId
    ? await readClient(access.scope, input.clientId)
    : await clientOfExternalId(access, input.externalId ?? '', input.profile, deps);
  const member = client?.members[0];
  if (!client && input.externalId !== undefined && !input.profile) refuse('client.profile_missing', { param: 'profile' });
  if (!client || !member) refuse('client.not_found');
  if (client.disabledAt) refuse('client.disabled');
  const session = newSession(member, MINTED_DAYS, input.scopes ?? tokenScopes);
  await insertSession(scopeOf(client), session);
  if (await isOvertaken(client, session, { externalId: input.externalId }))
    refuse((await isDisabled(scopeOf(client))) ? 'client.disabled' : 'client.not_found');
  return { account: describeAccount(client, member), session: signToken(client, session, deps) };
}

/**
 * Renews the token of a signed-in page. The refresh token is bound to the page's key and so not rotated: a lost answer or a second tab
 * signs nobody out. Refuses with `proof.refused`.
 */
export async function refreshSession(
  scope: AgencyScope,
  { refreshToken, proof }: Parsed<'sessions.refresh'>,
  { url, deps }: { url: string; deps: Deps },
): Promise<{ session: SessionAnswer; client: Client; member: Member }> {
  const { jkt, jti } = await readProof(proof, { url, refreshToken });
  const print = fingerprint(refreshToken);
  const alive = await findSessionByRefresh(scope, print);
  // Disabling a client ends its sessions, and whoever proves to have held one is told why. Who deletes an account knows.
  const session = alive ?? (await findSessionOfPast(scope, print));
  if (!session || session.refresh?.jkt !== jkt) refuse('proof.refused');
  if (!(await acceptProof({ jkt, jti }))) refuse('proof.refused');
  const client = await readClient(scope, session.clientId);
  const member = client?.members.find(({ id }) => id === session.memberId);
  if (!client || !member || isGone(client)) refuse('proof.refused');
  if (client.disabledAt) refuse('client.disabled');
  if (!alive) refuse('proof.refused');
  await noteUse(scope, session._id, new Date());
  return { session: signToken(client, session, deps), client, member };
}

export async function closeSession(scope: ClientScope, sid: string, deps: Deps): Promise<Nothing> {
  await endSessions(scope, { _id: sid });
  deps.directory.forget();
  return {};
}

/** Lists a member's sessions, newest first. */
export async function showSessions({ scope, memberId, sid }: SignedIn): Promise<Output<'sessions.list'>> {
  const sessions = await listSessions(scope, memberId, SHOWN_MAX);
  return {
    sessions: sessions.map(({ _id, refresh, browser, usedAt, createdAt, expiresAt }) => ({
      sessionId: _id,
      current: _id === sid,
      origin: refresh ? 'page' : 'agency',
      browser: browser ?? null,
      lastUsedAt: (usedAt ?? createdAt).toISOString(),
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    })),
  };
}

/** Ends one of the member's own sessions. Refuses with `session.not_found`, also for another member's session. */
export async function closeOneSession({ scope, memberId }: SignedIn, sessionId: string, deps: Deps): Promise<Nothing> {
  if (!(await hasSession(scope, memberId, sessionId))) refuse('session.not_found');
  await endSessions(scope, { memberId, _id: sessionId });
  deps.directory.forget();
  return {};
}

export async function closeAllSessions({ scope, memberId }: SignedIn, deps: Deps): Promise<Output<'sessions.endAll'>> {
  const ended = await endSessions(scope, { memberId });
  deps.directory.forget();
  return { ended };
}

type NewSession = Pick<Session, '_id' | 'memberId' | 'scopes' | 'createdAt' | 'expiresAt'>;

function newSession(member: Member, days: number, scopes: readonly TokenScope[]): NewSession {
  const createdAt = new Date();
  return {
    _id: newId('ses'),
    memberId: member.id,
    scopes: [...scopes],
    createdAt,
    expiresAt: new Date(createdAt.getTime() + days * 86_400_000),
  };
}

const signToken = (client: Client, { _id: sid, memberId, scopes }: NewSession, deps: Deps) =>
  deps.tokens.signSession({ ...scopeOf(client), memberId, sid, scopes });
