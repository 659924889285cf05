import { disableClient, enableClient, endClientSessions } from '../domain/accounts/access.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const clientRoutes = (deps: Deps): Route[] => [
  answer('clients.disable', ({ access }, { clientId }) => disableClient(access, clientId, deps)),
  answer('clients.enable', ({ access }, { clientId }) => enableClient(access, clientId, deps)),
  answer('clients.endSessions', ({ access }, { clientId }) => endClientSessions(access, clientId, deps)),
];
