import type { Output, Parsed } from '../contract/index.ts';
import { Refusal, refuse } from '../contract/refusal.ts';
import { type Agent, findAgent, readAgents, saveAgent } from '../models/agent.ts';
import { scopeOf } from '../models/client.ts';
import { readNumbers } from '../models/number.ts';
import { listSources, type OwnerScope, readOwnSource, type Source } from '../models/source.ts';
import { noteAgent } from '../models/source-bases.ts';
import { newId } from '../security/random.ts';
import { syncAgent } from './agents-bases.ts';
import { requireClient } from './clients.ts';
import type { AgencyAccess } from './directory.ts';
import { requireVoice } from './knowledge-send.ts';
import { sourceView } from './knowledge-values.ts';
import type { Deps } from './ports.ts';

/** Names an agent of the voice account as one of a client, after asking the provider for it. */
export async function registerAgent(
  { scope }: AgencyAccess,
  { clientId, providerAgentId, name }: Parsed<'agents.register'>,
  deps: Deps,
): Promise<Output<'agents.register'>> {
  const client = await requireClient(scope, clientId);
  const access = await requireVoice(scope, deps);
  if (!(await deps.voice.hasAgent(access, providerAgentId))) refuse('agent.not_found', { param: 'providerAgentId' });
  const agent = await saveAgent(scopeOf(client), { _id: newId('agt'), providerAgentId, name, createdAt: deps.now() });
  if (agent === 'taken') return refuse('agent.not_found', { param: 'providerAgentId' }); // another client has it
  return { id: agent._id, clientId, name: agent.name };
}

export async function listAgents({ scope }: AgencyAccess, clientId: string): Promise<Output<'agents.list'>> {
  const client = scopeOf(await requireClient(scope, clientId));
  const [agents, sources, numbers] = await Promise.all([readAgents(client), listSources(client), readNumbers(client)]);
  return {
    agents: agents.map(({ _id, name }) => ({
      id: _id,
      name,
      numberIds: numbers.filter(({ agentId }) => agentId === _id).map((number) => number._id),
      sourceIds: sources.filter(({ agentIds }) => agentIds.includes(_id)).map((source) => source._id),
    })),
  };
}

type Pair = Pick<Parsed<'knowledge.attach'>, 'sourceId' | 'agentId'>;

/** Lets an agent use a source. What the provider does not take is not noted here either. */
export async function attachSource(scope: OwnerScope, pair: Pair, deps: Deps): Promise<Output<'knowledge.attach'>> {
  const { source, agent, access } = await found(scope, pair, deps);
  if (source.agentIds.includes(agent._id)) return sourceView(source);
  const attached = (source.baseId === undefined ? null : await noteAgent(source, agent._id, true)) ?? refuse('source.not_ready');
  try {
    if (!(await syncAgent(agent, access, deps))) refuse('agent.not_found', { param: 'agentId' });
  } catch (error) {
    if (error instanceof Refusal) await noteAgent(source, agent._id, false);
    throw error;
  }
  return sourceView(attached);
}

/** An agent that the provider does not have any more uses nothing. */
export async function detachSource(scope: OwnerScope, pair: Pair, deps: Deps): Promise<Output<'knowledge.detach'>> {
  const { source, agent, access } = await found(scope, pair, deps);
  const detached = await noteAgent(source, agent._id, false);
  await syncAgent(agent, access, deps);
  return sourceView(detached ?? source);
}

async function found(
  scope: OwnerScope,
  { sourceId, agentId }: Pair,
  deps: Deps,
): Promise<{ source: Source; agent: Agent; access: Awaited<ReturnType<typeof requireVoice>> }> {
  const source = (await readOwnSource(scope, sourceId)) ?? refuse('source.not_found');
  const agent = (await findAgent(scope, agentId)) ?? refuse('agent.not_found');
  return { source, agent, access: await requireVoice(scope, deps) };
}
