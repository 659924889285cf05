import { listAgents, registerAgent } from '../domain/knowledge/agents.ts';
import { clientIdOf } from '../http/caller.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const agentRoutes = (deps: Deps): Route[] => [
  answer('agents.register', ({ access }, input) => registerAgent(access, input, deps)),
  answer('agents.list', (caller, { clientId }) => listAgents(caller.access, clientIdOf(caller, clientId))),
];
