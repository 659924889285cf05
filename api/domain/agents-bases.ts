import type { Agent } from '../models/agent.ts';
import { findAgent } from '../models/agent.ts';
import type { Source } from '../models/source.ts';
import { readBases } from '../models/source-bases.ts';
import type { Deps, VoiceAccess } from './ports.ts';

/** Two at a time settle at the second look; more is a provider that forgets. */
const LOOKS_MAX = 5;

/**
 * Has an agent use at the provider what it uses here. Whoever changes something at the same moment is seen by looking again afterwards.
 * @returns false where the provider does not have the agent any more
 */
export async function syncAgent(agent: Agent, access: VoiceAccess, deps: Pick<Deps, 'voice'>): Promise<boolean> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const bases = await basesOf(agent);
    if (!(await deps.voice.setBases(access, agent.providerAgentId, bases))) return false;
    const now = await basesOf(agent);
    if (now.used.join() === bases.used.join()) return true;
  }
  return true;
}

async function basesOf(agent: Agent): Promise<{ used: string[]; unused: string[] }> {
  const bases = await readBases(agent, agent.clientId);
  const isUsed = ({ agentIds, state }: (typeof bases)[number]) => state === 'ready' && agentIds.includes(agent._id);
  const ids = (wanted: boolean) => bases.filter((base) => isUsed(base) === wanted).flatMap(({ baseId }) => baseId ?? []);
  return { used: ids(true).sort(), unused: ids(false) };
}

/** A source that is being removed is used by nobody. */
export async function dropFromAgents(source: Source, access: VoiceAccess, deps: Pick<Deps, 'voice'>): Promise<void> {
  for (const agentId of source.agentIds) {
    const agent = await findAgent({ agencyId: source.agencyId, world: source.world }, agentId);
    if (agent) await syncAgent(agent, access, deps);
  }
}
