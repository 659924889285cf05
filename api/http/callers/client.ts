import type { Request } from 'express';
import type { TokenScope } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { isInUse } from '../../domain/directory/directory.ts';
import type { AgencyAccess, ClientScope, Deps } from '../../ports/index.ts';
import { isAllowedPage } from '../origins.ts';
import { alertOfCaller } from './alerts.ts';
import { type CallerKind, MEBIBYTE } from './kind.ts';

/** A signed-in member of a client. */
export interface ClientCaller {
  kind: 'client';
  access: AgencyAccess;
  scope: ClientScope;
  memberId: string;
  sid: string;
  scopes: readonly TokenScope[];
  /** End of the token, in milliseconds since 1970. */
  expiresAt: number;
}

/** Clients send a session token. Anything that is no key is read as one. */
export const clientKind: CallerKind<ClientCaller> = {
  isPresented: ({ bearer }) => bearer !== undefined,
  async authenticate({ req, bearer = '' }, deps) {
    const { agencyId, world, clientId, subject, memberId, sid, scopes, expiresAt } = deps.tokens.readSession(bearer);
    const scope = { agencyId, world, clientId, subject } as ClientScope;
    const access = await deps.directory.byScope(scope);
    if (!access) refuse('session.missing');
    const standing = await deps.directory.standingOf(scope, sid);
    if (standing === 'ended') refuse('session.missing');
    if (req.headers.origin !== undefined && !isAllowedPage(req, access, deps)) refuse('origin.refused');
    await requireKeyOf(access, req, deps);
    if (standing === 'disabled') refuse(access.agency.suspended ? 'agency.suspended' : 'client.disabled');
    return { kind: 'client', access, scope, memberId, sid, scopes, expiresAt };
  },
  admit({ scopes }, { client }) {
    if (client === undefined) refuse('agency.not_parent');
    if (!scopes.includes(client)) refuse('scope.missing');
  },
  nameOf: ({ scope, memberId }) => `${scope.clientId}/${memberId}`,
  usualLimits: [{ per: ['caller'], count: 300, seconds: 60 }],
  arrivingBytesMax: 16 * MEBIBYTE,
  inWords: 'a session token',
  actorOf: ({ memberId }) => memberId,
  scheme: { name: 'sessionToken', definition: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
};

/** Checks the key that a page may send beside a session: it must be of the same agency and mode. */
async function requireKeyOf(access: AgencyAccess, req: Request, deps: Deps): Promise<void> {
  const { key } = req.query;
  if (key === undefined) return;
  const known = access.agency.publishableKeys.find((candidate) => candidate.key === key && isInUse(candidate));
  if (!known) refuse('session.missing');
  if (known.mode === access.mode) return;
  await alertOfCaller(access, 'alert.wrong_mode', req, deps);
  refuse('origin.refused');
}
