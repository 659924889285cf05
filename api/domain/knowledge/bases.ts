import { type Agent, findAgent, noteVersion } from '../../models/agent.ts';
import { readBases, type Source } from '../../models/source.ts';
import type { AgentVersion, Deps, VoiceAccess } from '../../ports/index.ts';
import { refusedForGood } from '../journal/alerts.ts';

/** Two at a time settle at the second look; more is a provider that forgets. */
const LOOKS_MAX = 5;

/** The change that this process makes at the provider, and the one after it, by agent: each change may make a version there. */
const underWay = new Map<string, { now: Promise<unknown>; next: Promise<AgentVersion> | undefined }>();

/**
 * Has an agent use at the provider what it uses here. Calls at the same time share one change, which begins after all of them.
 * Refuses with `agent.not_found` where the provider no longer has the agent.
 */
export function syncAgent(agent: Agent, access: VoiceAccess, deps: Pick<Deps, 'voice'>): Promise<AgentVersion> {
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
