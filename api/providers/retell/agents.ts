import type Retell from 'retell-sdk';
import { Refusal, refuse } from '../../contract/refusal.ts';
import type { AgentVersion } from '../../ports/index.ts';
import { answeredByRetell, foundAtRetell, isPublishedMeanwhile } from './answers.ts';

interface Bases {
  used: readonly string[];
  unused: readonly string[];
}

/** Versions to look at: the newest, drafts included. */
const VERSIONS_MAX = 100;
/** Attempts, because somebody may publish a draft meanwhile. */
const TRIES_MAX = 3;

const isObject = (answer: unknown): boolean => typeof answer === 'object' && answer !== null && !Array.isArray(answer);
const isVersion = (answer: unknown): boolean => isObject(answer) && typeof (answer as { version?: unknown }).version === 'number';
const hasItems = (answer: unknown): boolean => isObject(answer) && Array.isArray((answer as { items?: unknown }).items);
/** Tells whether Retell answered with nothing, as it does; a page comes from a proxy. */
export const isNothing = (answer: unknown): boolean => answer === null || answer === undefined || answer === '';

/** Refuses with `agent.not_found` if there is no such agent, or its engine cannot use bases. */
export async function requireAgent(retell: Retell, agentId: string): Promise<void> {
  requireEngine(retell, await answeredByRetell('readAgent', readVersion(retell, agentId), isVersion));
}

export async function setBases(retell: Retell, agentId: string, bases: Bases): Promise<AgentVersion> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await change(retell, agentId, bases);
    } catch (error) {
      if (tries === TRIES_MAX || !isPublishedMeanwhile(error)) throw error;
    }
  }
}

/** Changes other drafts first: calls never use them, so a failure there changes nothing. */
async function change(retell: Retell, agentId: string, bases: Bases): Promise<AgentVersion> {
  const versions = await answeredByRetell('listVersions', retell.agent.listVersions(agentId, { limit: VERSIONS_MAX }), hasItems);
  const isPublished = versions.items.some(({ is_published }) => is_published);
  const current = await answeredByRetell(
    'readAgent',
    readVersion(retell, agentId, isPublished ? 'latest_published' : undefined),
    isVersion,
  );
  const engine = requireEngine(retell, current);
  const known = idsOf(await answeredByRetell('readEngine', engine.read(), isObject));
  const tags = await taggedVersions(retell, agentId);
  const drafts = versions.items.filter(({ version, is_published }) => !is_published && version !== current.version);
  for (const { version } of drafts) await changeDraft(retell, agentId, version, bases);

  const ids = changed(known, bases);
  if (!isPublished) {
    if (ids) await answeredByRetell('changeEngine', engine.write(ids), isObject);
    return { version: current.version, state: 'draft' };
  }
  const version = ids ? await publishWith(retell, agentId, current.version, ids) : current.version;
  return { version, state: tags.every((tagged) => tagged === version) ? 'live' : 'published' };
}

/** Lists the versions that the agent's environments point to. */
async function taggedVersions(retell: Retell, agentId: string): Promise<number[]> {
  const agents = await foundAtRetell('readTags', retell.agent.list({ filter_criteria: { query: agentId } }), hasItems);
  const agent = agents?.items.find(({ agent_id }) => agent_id === agentId);
  return Object.values(agent?.tags ?? {}).flatMap(({ version }) => version ?? []);
}

const readVersion = (retell: Retell, agentId: string, version?: string | number): Promise<Retell.AgentResponse> =>
  retell.agent.retrieve(agentId, version === undefined ? {} : { version });

/** Changes a draft. A broken draft does not stop the rest, since calls do not use it. */
async function changeDraft(retell: Retell, agentId: string, version: number, bases: Bases): Promise<void> {
  const draft = await foundAtRetell('readAgent', readVersion(retell, agentId, version), isVersion);
  const engine = draft && engineOf(retell, draft);
  const known = engine && (await foundAtRetell('readEngine', engine.read(), isObject));
  const ids = known && changed(idsOf(known), bases);
  if (ids) await foundAtRetell('changeEngine', engine.write(ids), isObject);
}

/**
 * Branches a version from the live one, changes and publishes it. Deletes it if it cannot be finished.
 * @returns its number
 */
async function publishWith(retell: Retell, agentId: string, base: number, ids: string[]): Promise<number> {
  // A retry of the SDK would create two drafts.
  const making = retell.agent.createVersion(agentId, { base_version: base }, { maxRetries: 0 }) as Promise<Retell.AgentResponse>;
  const made = await answeredByRetell('createVersion', making, isVersion);
  try {
    await answeredByRetell('changeEngine', requireEngine(retell, made).write(ids), isObject);
    await publish(retell, agentId, made.version);
  } catch (error) {
    await discard(retell, agentId, made.version);
    throw error;
  }
  return made.version;
}

/**
 * Retell answers with an empty body that the SDK may reject, and an answer may be lost. Reading the version shows whether it is published.
 */
async function publish(retell: Retell, agentId: string, version: number): Promise<void> {
  try {
    await answeredByRetell('publishVersion', retell.agent.publish(agentId, { version }), isNothing);
  } catch (error) {
    const seen = await foundAtRetell('readAgent', readVersion(retell, agentId, version), isVersion);
    if (!seen?.is_published) throw error;
  }
}

/** A failure leaves a draft behind, which calls do not use. */
async function discard(retell: Retell, agentId: string, version: number): Promise<void> {
  try {
    await answeredByRetell('deleteVersion', retell.agent.deleteVersion(agentId, { version }), isNothing);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

interface Known {
  knowledge_base_ids?: string[] | null;
}

const idsOf = ({ knowledge_base_ids: ids }: Known): readonly string[] => ids ?? [];

/** Returns a version's engine: a language model or a flow, in the matching version. */
interface Engine {
  read(): Promise<Known>;
  write(ids: string[]): Promise<Known>;
}

const requireEngine = (retell: Retell, agent: Retell.AgentResponse): Engine =>
  engineOf(retell, agent) ?? refuse('agent.not_found', { cause: 'the agent answers with what is not at Retell' });

/** @returns undefined if the agent's engine is not at Retell */
function engineOf(retell: Retell, { version: own, response_engine: engine }: Retell.AgentResponse): Engine | undefined {
  if (engine.type === 'custom-llm') return undefined;
  const version = engine.version ?? own;
  if (engine.type === 'retell-llm') {
    const { llm_id: id } = engine;
    return {
      read: () => retell.llm.retrieve(id, { version }),
      write: (ids) => retell.llm.update(id, { version, knowledge_base_ids: ids }),
    };
  }
  const { conversation_flow_id: id } = engine;
  return {
    read: () => retell.conversationFlow.retrieve(id, { version }),
    write: (ids) => retell.conversationFlow.update(id, { version, knowledge_base_ids: ids }),
  };
}

/**
 * Computes the new bases; those of others stay.
 * @returns undefined if nothing changes
 */
function changed(known: readonly string[], { used, unused }: Bases): string[] | undefined {
  const wanted = [...new Set([...known.filter((id) => !unused.includes(id)), ...used])];
  return wanted.length === known.length && wanted.every((id) => known.includes(id)) ? undefined : wanted;
}
