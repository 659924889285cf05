import type { Request } from 'express';
import type { Contract, Operation, OperationName } from '../contract/index.ts';
import { refuse } from '../contract/refusal.ts';
import { noticeOf } from '../domain/directory/open.ts';
import type { AgencyAccess, ClientScope, Deps } from '../ports/index.ts';
import { alertOfCaller } from './callers/alerts.ts';
import { type Caller, callerKinds, kindOf } from './callers/index.ts';

/** The callers that an operation's contract entry admits. */
export type CallerOf<Name extends OperationName> = Extract<Caller, { kind: keyof Contract[Name]['callers'] }>;

/** Identifies the caller by a verified credential only, and checks that the contract admits it. Refuses everybody else. */
export async function authenticateCaller(req: Request, operation: Operation, deps: Deps): Promise<Caller> {
  const { callers } = operation;
  const presented = { req, operation, bearer: callers.anyone ? undefined : readBearer(req) };
  const kind = Object.values(callerKinds).find((one) => one.isPresented(presented)) ?? refuse('session.missing');
  const caller: Caller = await kind.authenticate(presented, deps);
  if ('access' in caller) {
    if (caller.access.agency.suspended) await alertOfCaller(caller.access, 'alert.suspended', req, deps);
    requireOpen(caller.access, operation);
  }
  kindOf(caller).admit(caller, callers);
  return caller;
}

/** Refuses calls that concern a closed or suspended agency, once the caller is known to belong to it. */
function requireOpen(access: AgencyAccess, { closable }: Operation): void {
  if (access.agency.suspended) refuse('agency.suspended');
  const notice = closable ? noticeOf(access) : null;
  if (notice !== null) refuse('agency.unavailable', { values: notice });
}

/** Names a caller for counters and records per caller. */
export const callerName = (caller: Caller): string => kindOf(caller).nameOf(caller);

/** Returns the client that a call is about: a session token's own, or the one that the agency's server names. */
export function clientIdOf(caller: Extract<Caller, { kind: 'client' | 'agency' }>, named: string | undefined): string {
  if (caller.kind === 'agency') return named ?? refuse('input.invalid', { param: 'clientId', values: { reason: 'client_unnamed' } });
  if (named !== undefined && named !== caller.scope.clientId) refuse('client.not_found');
  return caller.scope.clientId;
}

/** Returns the scope of a signed-in client; undefined for every other caller. */
export const scopeOfClient = (caller: Caller): ClientScope | undefined => (caller.kind === 'client' ? caller.scope : undefined);

/** Returns the signed-in member; undefined for every other caller. */
export const memberIdOf = (caller: Caller): string | undefined => (caller.kind === 'client' ? caller.memberId : undefined);

function readBearer(req: Request): string | undefined {
  const header = req.headers.authorization;
  if (header === undefined) return undefined;
  // Node keeps the first of two headers; a proxy in front may have read the other.
  if (req.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'authorization').length > 1) refuse('session.missing');
  return /^Bearer ([\w.-]{1,4000})$/i.exec(header)?.[1] ?? refuse('session.missing');
}
