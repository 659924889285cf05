import { listAgents, registerAgent } from '../domain/agents.ts';
import type { Deps } from '../domain/ports.ts';
import { clientIdOf } from '../http/caller.ts';
import { answer, type Route } from '../http/route.ts';

export const agentRoutes = (deps: Deps): Route[] => [
  answer('agents.register', ({ access }, input) => registerAgent(access, input, deps)),
  answer('agents.list', (caller, { clientId }) => listAgents(caller.access, clientIdOf(caller, clientId))),
];
