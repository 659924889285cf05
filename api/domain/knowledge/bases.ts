import { type Agent, findAgent, noteVersion } from '../../models/agent.ts';
import { readBases, type Source } from '../../models/source.ts';
import type { AgentVersion, Deps, VoiceAccess } from '../../ports/index.ts';
import { refusedForGood } from '../journal/alerts.ts';

/** Two at a time settle at the second look; more is a provider that forgets. */
const LOOKS_MAX = 5;

/** What this process is telling the provider, and what goes next, by agent: each telling may make a version there. */
const underWay = new Map<string, { now: Promise<unknown>; next: Promise<AgentVersion> | undefined }>();

/**
 * Has an agent use at the provider what it uses here. Many who ask at a time are answered by one change, which begins after they asked.
 * Refuses with `agent.not_found` where the provider does not have the agent any more.
 */
export function syncAgent(agent: Agent, access: VoiceAccess, deps: Pick<Deps, 'voice'>): Promise<AgentVersion> {
  const busy = underWay.get(agent._id);
  if (!busy) return begin(agent, access, deps);
  busy.next ??= busy.now.then(() => begin(agent, access, deps));
  return busy.next;
}

function begin(agent: Agent, access: VoiceAccess, deps: Pick<Deps, 'voice'>): Promise<AgentVersion> {
  const telling = tell(agent, access, deps);
  const entry = { now: telling.catch(() => undefined), next: undefined };
  underWay.set(agent._id, entry);
  void entry.now.then(() => underWay.get(agent._id) === entry && underWay.delete(agent._id));
  return telling;
}

/** Whoever changes something at the same moment, also in another process, is seen by looking again afterwards. */
async function tell(agent: Agent, access: VoiceAccess, deps: Pick<Deps, 'voice'>): Promise<AgentVersion> {
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

/** A source that is being removed is used by nobody. An agent that the provider does not change finds it gone. */
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
