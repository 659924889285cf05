import { disableClient, enableClient, endClientSessions } from '../domain/clients-access.ts';
import type { Deps } from '../domain/ports.ts';
import { answer, type Route } from '../http/route.ts';

export const clientRoutes = (deps: Deps): Route[] => [
  answer('clients.disable', ({ access }, { clientId }) => disableClient(access, clientId, deps)),
  answer('clients.enable', ({ access }, { clientId }) => enableClient(access, clientId, deps)),
  answer('clients.endSessions', ({ access }, { clientId }) => endClientSessions(access, clientId, deps)),
];
