import { addKnowledge } from '../domain/knowledge/add.ts';
import { attachSource, detachSource, listAgents, registerAgent } from '../domain/knowledge/agents.ts';
import { type KnowledgeCaller, ownerScopeOf } from '../domain/knowledge/buyer.ts';
import { listKnowledge, quoteKnowledge, readCosts } from '../domain/knowledge/knowledge.ts';
import { removeKnowledge } from '../domain/knowledge/remove.ts';
import { retryKnowledge } from '../domain/knowledge/retry.ts';
import { uploadPart } from '../domain/knowledge/upload.ts';
import { type CallerOf, clientIdOf, scopeOfClient } from '../http/caller.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const knowledgeRoutes = (deps: Deps): Route[] => [
  answer('knowledge.quote', (caller, { clientId, items }) => quoteKnowledge(callerOf(caller, clientId), items, deps)),
  answer('knowledge.add', (caller, { clientId, ...input }, { seed, signal }) =>
    addKnowledge(callerOf(caller, clientId), input, { seed, deps, signal }),
  ),
  answer('knowledge.upload', (caller, input, { bytes }) => uploadPart(scopeOfClient(caller) ?? caller.access.scope, input, bytes, deps)),
  answer('knowledge.list', (caller, { clientId }) => listKnowledge(callerOf(caller, clientId))),
  answer('knowledge.retry', (caller, { clientId, sourceId }) => retryKnowledge(callerOf(caller, clientId), sourceId, deps)),
  answer('knowledge.remove', async (caller, { clientId, sourceId }) =>
    removeKnowledge(await ownerScopeOf(callerOf(caller, clientId)), sourceId, deps),
  ),
  answer('knowledge.attach', async (caller, { clientId, ...pair }) =>
    attachSource(await ownerScopeOf(callerOf(caller, clientId)), pair, deps),
  ),
  answer('knowledge.detach', async (caller, { clientId, ...pair }) =>
    detachSource(await ownerScopeOf(callerOf(caller, clientId)), pair, deps),
  ),
  answer('knowledge.costs', ({ access }) => readCosts(access)),
  answer('agents.register', ({ access }, input) => registerAgent(access, input, deps)),
  answer('agents.list', (caller, { clientId }) => listAgents(caller.access, clientIdOf(caller, clientId))),
];

/** A session token is about its own client. The agency's server names a client, or none for its own knowledge. */
const callerOf = (caller: CallerOf<'knowledge.quote'>, named: string | undefined): KnowledgeCaller => ({
  access: caller.access,
  clientId: caller.kind === 'agency' ? named : clientIdOf(caller, named),
  memberId: caller.kind === 'client' ? caller.memberId : undefined,
});
