import type { Output, Parsed } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import { type Agent, findAgent, noteVersion, readAgents, saveAgent } from '../../models/agent.ts';
import { scopeOf } from '../../models/client.ts';
import { readNumbers } from '../../models/number.ts';
import { listSources, noteAgent, type OwnerScope, readBases, readOwnSource, type Source } from '../../models/source.ts';
import type { AgencyAccess, AgentVersion, Deps, VoiceAccess } from '../../ports/index.ts';
import { newId } from '../../security/random.ts';
import { requireClient, requireKnownClient } from '../accounts/clients.ts';
import { requireVoice } from '../integrations/provider-accounts.ts';
import { refusedForGood } from '../journal/alerts.ts';
import { sourceView } from './values.ts';

/** Two at a time settle at the second look; more is a provider that forgets. */
const LOOKS_MAX = 5;

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
  const client = scopeOf(await requireKnownClient(scope, clientId));
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
): Promise<{ source: Source; agent: Agent; access: VoiceAccess }> {
  const source = (await readOwnSource(scope, sourceId)) ?? refuse('source.not_found');
  const agent = (await findAgent(scope, agentId)) ?? refuse('agent.not_found');
  return { source, agent, access: await requireVoice(scope, deps) };
}

/** The change that this process makes at the provider, and the one after it, by agent: each change may make a version there. */
const underWay = new Map<string, { now: Promise<unknown>; next: Promise<AgentVersion> | undefined }>();

/**
 * Has an agent use at the provider what it uses here. Calls at the same time share one change, which begins after all of them.
 * Refuses with `agent.not_found` where the provider no longer has the agent.
 */
function syncAgent(agent: Agent, access: VoiceAccess, deps: Pick<Deps, 'voice'>): Promise<AgentVersion> {
  const busy = underWay.get(agent._id);
  if (!busy) return beginChange(agent, access, deps);
  busy.next ??= busy.now.then(() => beginChange(agent, access, deps));
  return busy.next;
}

function beginChange(agent: Agent, access: VoiceAccess, deps: Pick<Deps, 'voice'>): Promise<AgentVersion> {
  const change = setBases(agent, access, deps);
  const entry = { now: change.catch(() => undefined), next: undefined };
  underWay.set(agent._id, entry);
  void entry.now.then(() => underWay.get(agent._id) === entry && underWay.delete(agent._id));
  return change;
}

/** Looks again afterwards: another process may have changed what the agent uses at the same moment. */
async function setBases(agent: Agent, access: VoiceAccess, deps: Pick<Deps, 'voice'>): Promise<AgentVersion> {
  for (let looks = 1; ; looks += 1) {
    const bases = await basesOf(agent);
    const version = await deps.voice.setBases(access, agent.providerAgentId, bases);
    const now = await basesOf(agent);
    if (looks < LOOKS_MAX && now.used.join() !== bases.used.join()) continue;
    await noteVersion(agent, version);
    return version;
  }
}

async function basesOf(agent: Agent): Promise<{ used: string[]; unused: string[] }> {
  const bases = await readBases(agent, agent.clientId);
  const isUsed = ({ agentIds, state }: (typeof bases)[number]) => state === 'ready' && agentIds.includes(agent._id);
  const ids = (wanted: boolean) => bases.filter((base) => isUsed(base) === wanted).flatMap(({ baseId }) => baseId ?? []);
  return { used: ids(true).sort(), unused: ids(false) };
}

/** Takes a source that is being removed from its agents. An agent that the provider refuses to change loses it with the base. */
export async function dropFromAgents(source: Source, access: VoiceAccess, deps: Deps): Promise<void> {
  for (const agentId of source.agentIds) {
    const agent = await findAgent({ agencyId: source.agencyId, world: source.world }, agentId);
    if (!agent) continue;
    try {
      await syncAgent(agent, access, deps);
    } catch (error) {
      await refusedForGood(source, error, { sourceId: source._id, agentId }, deps);
    }
  }
}
