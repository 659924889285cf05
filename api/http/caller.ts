import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { Contract, Operation, OperationName } from '../contract/index.ts';
import type { TokenScope } from '../contract/operation.ts';
import { refuse } from '../contract/refusal.ts';
import { isInUse, noticeOf } from '../domain/directory/directory.ts';
import { alertAgency, type alerts } from '../domain/journal/alerts.ts';
import type { AgencyAccess, ClientScope, Deps } from '../ports/index.ts';
import { originOf } from '../rules/origin.ts';
import { isAllowedPage } from './origins.ts';

export type Caller =
  | { kind: 'anyone' }
  | { kind: 'visitor'; access: AgencyAccess }
  | {
      kind: 'client';
      access: AgencyAccess;
      scope: ClientScope;
      memberId: string;
      sid: string;
      scopes: readonly TokenScope[];
      expiresAt: number;
    }
  | { kind: 'agency'; access: AgencyAccess; keyEnd: string }
  | { kind: 'platform' };

/** The callers that an operation's contract entry admits. */
export type CallerOf<Name extends OperationName> = Extract<Caller, { kind: keyof Contract[Name]['callers'] }>;

/** Who calls, by nothing but the verified credential, and whether the contract admits them. Refuses everybody else. */
export async function authenticate(req: Request, operation: Operation, deps: Deps): Promise<Caller> {
  const { callers } = operation;
  if (callers.anyone) return { kind: 'anyone' };
  const credential = bearer(req);
  // What is for visitors only goes by the key in the address, also on a page that is signed in.
  const isByKey = credential === undefined || (callers.visitor && !callers.client && !isSecretKey(credential));
  const caller = isByKey ? await visitor(req, operation, deps) : await holder(credential, req, deps);
  if ('access' in caller) {
    if (caller.access.agency.suspended) await alert(caller.access, 'alert.suspended', req, deps);
    requireOpen(caller.access, operation);
  }
  switch (caller.kind) {
    case 'visitor':
      if (!callers.visitor) refuse('session.missing');
      return caller;
    case 'client':
      if (callers.client === undefined) refuse('agency.not_parent');
      if (!caller.scopes.includes(callers.client)) refuse('scope.missing');
      return caller;
    case 'agency':
      if (callers.agency === undefined) refuse('scope.missing');
      return caller;
    default:
      if (!callers.platform) refuse('scope.missing');
      return caller;
  }
}

/** What is refused of a whole agency, once it is known that the caller belongs to it. */
function requireOpen({ agency }: AgencyAccess, { closable }: Operation): void {
  if (agency.suspended) refuse('agency.suspended');
  const notice = closable ? noticeOf(agency) : null;
  if (notice !== null) refuse('agency.unavailable', { values: { notice } });
}

/** Which client a caller means: a session token is about its own, the agency's server names one. */
export function clientIdOf(caller: Extract<Caller, { kind: 'client' | 'agency' }>, named: string | undefined): string {
  if (caller.kind === 'agency') return named ?? refuse('input.invalid', { param: 'clientId', values: { sentence: 'Name the client.' } });
  if (named !== undefined && named !== caller.scope.clientId) refuse('client.not_found');
  return caller.scope.clientId;
}

/** Names a caller for what is counted or remembered per caller. */
export function callerName(caller: Caller): string {
  switch (caller.kind) {
    case 'client':
      return `${caller.scope.clientId}/${caller.memberId}`;
    case 'visitor':
    case 'agency':
      return `${caller.kind}/${caller.access.scope.agencyId}/${caller.access.scope.world}`;
    default:
      return caller.kind;
  }
}

function bearer(req: Request): string | undefined {
  const header = req.headers.authorization;
  if (header === undefined) return undefined;
  // Node keeps the first of two; a proxy before it may have read the other.
  if (req.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'authorization').length > 1) refuse('session.missing');
  return /^Bearer ([\w.-]{1,4000})$/i.exec(header)?.[1] ?? refuse('session.missing');
}

async function visitor(req: Request, { callers }: Operation, deps: Deps): Promise<Caller> {
  const key = req.query.key;
  if (key === undefined) refuse(callers.client || callers.visitor ? 'session.missing' : 'key.refused');
  if (typeof key === 'string' && key.startsWith('wls_')) return refuseInBrowser(key, req, deps);
  const access = typeof key === 'string' ? await deps.directory.byPublishableKey(key) : undefined;
  // One answer for a wrong key and a wrong page: a stranger learns nothing from it.
  if (!access || !isAllowedPage(req, access, deps)) refuse('origin.refused');
  return { kind: 'visitor', access };
}

async function holder(credential: string, req: Request, deps: Deps): Promise<Caller> {
  if (isSecretKey(credential) && req.headers.origin !== undefined) return refuseInBrowser(credential, req, deps);
  if (credential.startsWith('wlk_')) return isSame(credential, deps.keys.platformKey) ? { kind: 'platform' } : refuse('key.refused');
  if (credential.startsWith('wls_')) {
    const access = await deps.directory.bySecretKey(credential);
    return access ? { kind: 'agency', access, keyEnd: credential.slice(-4) } : refuse('key.refused');
  }
  return client(credential, req, deps);
}

async function client(token: string, req: Request, deps: Deps): Promise<Caller> {
  const { agencyId, world, clientId, subject, memberId, sid, scopes, expiresAt } = deps.tokens.readSession(token);
  const scope = { agencyId, world, clientId, subject } as ClientScope;
  const access = await deps.directory.byScope(scope);
  if (!access) refuse('session.missing');
  const standing = await deps.directory.standingOf(scope, sid);
  if (standing === 'ended') refuse('session.missing');
  if (req.headers.origin !== undefined && !isAllowedPage(req, access, deps)) refuse('origin.refused');
  await requireKeyOf(access, req, deps);
  if (standing === 'disabled') refuse(access.agency.suspended ? 'agency.suspended' : 'client.disabled');
  return { kind: 'client', access, scope, memberId, sid, scopes, expiresAt };
}

/** A page may send its key along with a session; then it must be one of the same agency and mode. */
async function requireKeyOf(access: AgencyAccess, req: Request, deps: Deps): Promise<void> {
  const { key } = req.query;
  if (key === undefined) return;
  const known = access.agency.publishableKeys.find((candidate) => candidate.key === key && isInUse(candidate));
  if (!known) refuse('session.missing');
  if (known.mode === access.mode) return;
  await alert(access, 'alert.wrong_mode', req, deps);
  refuse('origin.refused');
}

async function refuseInBrowser(key: string, req: Request, deps: Deps): Promise<never> {
  const access = key.startsWith('wls_') ? await deps.directory.bySecretKey(key) : undefined;
  if (access) await alert(access, 'alert.key_in_browser', req, deps, `key …${key.slice(-4)}`);
  refuse('key.in_browser');
}

/** @param actor who used the key, as far as it is known */
function alert(access: AgencyAccess, action: keyof typeof alerts, req: Request, deps: Deps, actor = 'anyone'): Promise<void> {
  const requestId = String(req.res?.getHeader('Request-Id'));
  return alertAgency(access, { action, actor, origin: originOf(req.headers.origin ?? ''), requestId }, deps.log);
}

const isSecretKey = (credential: string) => /^wl[sk]_/.test(credential);

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const isSame = (one: string, other: string) => timingSafeEqual(sha256(one), sha256(other));
