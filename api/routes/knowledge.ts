import { addKnowledge } from '../domain/knowledge/add.ts';
import { attachSource, detachSource } from '../domain/knowledge/agents.ts';
import { type KnowledgeCaller, ownerScopeOf } from '../domain/knowledge/buyer.ts';
import { listKnowledge, quoteKnowledge, readCosts } from '../domain/knowledge/knowledge.ts';
import { removeKnowledge } from '../domain/knowledge/remove.ts';
import { retryKnowledge } from '../domain/knowledge/retry.ts';
import { uploadPart } from '../domain/knowledge/upload.ts';
import { type CallerOf, clientIdOf } from '../http/caller.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const knowledgeRoutes = (deps: Deps): Route[] => [
  answer('knowledge.quote', (caller, { clientId, items }) => quoteKnowledge(of(caller, clientId), items, deps)),
  answer('knowledge.add', (caller, { clientId, ...input }, { seed, signal }) =>
    addKnowledge(of(caller, clientId), input, { seed, deps, signal }),
  ),
  answer('knowledge.upload', (caller, input, { bytes }) =>
    uploadPart(caller.kind === 'client' ? caller.scope : caller.access.scope, input, bytes, deps),
  ),
  answer('knowledge.list', (caller, { clientId }) => listKnowledge(of(caller, clientId))),
  answer('knowledge.retry', (caller, { clientId, sourceId }) => retryKnowledge(of(caller, clientId), sourceId, deps)),
  answer('knowledge.remove', async (caller, { clientId, sourceId }) =>
    removeKnowledge(await ownerScopeOf(of(caller, clientId)), sourceId, deps),
  ),
  answer('knowledge.attach', async (caller, { clientId, ...pair }) => attachSource(await ownerScopeOf(of(caller, clientId)), pair, deps)),
  answer('knowledge.detach', async (caller, { clientId, ...pair }) => detachSource(await ownerScopeOf(of(caller, clientId)), pair, deps)),
  answer('knowledge.costs', ({ access }) => readCosts(access)),
];

/** A session token is about its own client; the agency's server names one, or nobody for its own knowledge. */
const of = (caller: CallerOf<'knowledge.quote'>, named: string | undefined): KnowledgeCaller => ({
  access: caller.access,
  clientId: caller.kind === 'agency' ? named : clientIdOf(caller, named),
  memberId: caller.kind === 'client' ? caller.memberId : undefined,
});
