import type { Output, Parsed } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { type Agent, findAgent, readAgents, saveAgent } from '../../models/agent.ts';
import { scopeOf } from '../../models/client.ts';
import { readNumbers } from '../../models/number.ts';
import { listSources, noteAgent, type OwnerScope, readOwnSource, type Source } from '../../models/source.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { newId } from '../../security/random.ts';
import { requireClient } from '../accounts/clients.ts';
import { syncAgent } from './bases.ts';
import { requireVoice } from './send.ts';
import { sourceView } from './values.ts';

/** Registers an agent of the voice account as a client's. Refuses with `agent.not_found` what the provider does not have, or another client has. */
export async function registerAgent(
  { scope }: AgencyAccess,
  { clientId, providerAgentId, name }: Parsed<'agents.register'>,
  deps: Deps,
): Promise<Output<'agents.register'>> {
  const client = await requireClient(scope, clientId);
  const access = await requireVoice(scope, deps);
  await nameField('providerAgentId', () => deps.voice.requireAgent(access, providerAgentId));
  const agent = await saveAgent(scopeOf(client), { _id: newId('agt'), providerAgentId, name, createdAt: deps.now() });
  if (agent === 'taken') return refuse('agent.not_found', { param: 'providerAgentId' });
  return { id: agent._id, clientId, name: agent.name };
}

export async function listAgents({ scope }: AgencyAccess, clientId: string): Promise<Output<'agents.list'>> {
  const client = scopeOf(await requireClient(scope, clientId));
  const [agents, sources, numbers] = await Promise.all([readAgents(client), listSources(client), readNumbers(client)]);
  return {
    agents: agents.map(({ _id, name, version }) => ({
      id: _id,
      name,
      version: version ?? null,
      numberIds: numbers.filter(({ agentId }) => agentId === _id).map((number) => number._id),
      sourceIds: sources.filter(({ agentIds }) => agentIds.includes(_id)).map((source) => source._id),
    })),
  };
}

type Pair = Pick<Parsed<'knowledge.attach'>, 'sourceId' | 'agentId'>;

/** Lets an agent use a source, and says which version of the agent does. If the provider refuses, nothing is noted here either. */
export async function attachSource(scope: OwnerScope, pair: Pair, deps: Deps): Promise<Output<'knowledge.attach'>> {
  const { source, agent, access } = await requirePair(scope, pair, deps);
  const attached = (source.baseId === undefined ? null : await noteAgent(source, agent._id, true)) ?? refuse('source.not_ready');
  try {
    const agentVersion = await nameField('agentId', () => syncAgent(agent, access, deps));
    return { ...sourceView(attached), agentVersion };
  } catch (error) {
    if (error instanceof Refusal && !source.agentIds.includes(agent._id)) await noteAgent(source, agent._id, false);
    throw error;
  }
}

/**
 * Stops an agent from using a source. If the provider refuses, nothing is noted here either; an agent that the provider no longer has uses
 * nothing.
 */
export async function detachSource(scope: OwnerScope, pair: Pair, deps: Deps): Promise<Output<'knowledge.detach'>> {
  const { source, agent, access } = await requirePair(scope, pair, deps);
  const detached = await noteAgent(source, agent._id, false);
  try {
    return { ...sourceView(detached ?? source), agentVersion: await syncAgent(agent, access, deps) };
  } catch (error) {
    if (isGone(error)) return { ...sourceView(detached ?? source), agentVersion: null };
    if (error instanceof Refusal && source.agentIds.includes(agent._id)) await noteAgent(source, agent._id, true);
    throw error;
  }
}

const isGone = (error: unknown): error is Refusal => error instanceof Refusal && error.code === 'agent.not_found';

/** Names the field of an agent that the provider does not have. */
async function nameField<Done>(param: string, work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    throw isGone(error) ? error.at(param) : error;
  }
}

/** Refuses with `source.not_found`, `agent.not_found` and `voice.not_configured`. */
async function requirePair(
  scope: OwnerScope,
  { sourceId, agentId }: Pair,
  deps: Deps,
): Promise<{ source: Source; agent: Agent; access: Awaited<ReturnType<typeof requireVoice>> }> {
  const source = (await readOwnSource(scope, sourceId)) ?? refuse('source.not_found');
  const agent = (await findAgent(scope, agentId)) ?? refuse('agent.not_found');
  return { source, agent, access: await requireVoice(scope, deps) };
}
