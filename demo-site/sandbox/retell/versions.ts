import type { RetellRequests } from '../schemas/retell.ts';
import type { World } from '../world.ts';
import { type Call, nowMillis } from './core.ts';
import type { Agent, AgentVersion, Brain, RetellAccount, Version } from './objects.ts';
import { badRequest, noAsset, notFound } from './refusals.ts';

export const newest = <One extends Version>(versions: readonly One[]): One => {
  const last = versions.at(-1);
  if (!last) throw noAsset();
  return last;
};

/** Finds the version that a request names: by number, or the newest by default. */
export function versionAsked<One extends Version>(versions: readonly One[], asked: string | undefined): One {
  if (asked === undefined || asked === 'latest') return newest(versions);
  const found = versions.find(({ version }) => String(version) === asked);
  if (!found) throw noAsset();
  return found;
}

/** Finds an agent's version: also the last published one, or one by its tag. */
export function agentVersionAsked({ versions }: Agent, asked: string | undefined): AgentVersion {
  const published = versions.filter(({ is_published }) => is_published).sort((one, other) => one.published - other.published);
  if (asked === 'latest_published') return newest(published);
  return versions.find(({ assigned_tags }) => assigned_tags.includes(asked ?? '')) ?? versionAsked(versions, asked);
}

export const agentOf = ({ agents }: RetellAccount, id: string | undefined): Agent => thing(agents, id);

export const brainOf = (account: RetellAccount, { response_engine: engine }: AgentVersion): Brain =>
  engine.type === 'retell-llm' ? thing(account.llms, engine.llm_id) : thing(account.flows, engine.conversation_flow_id);

export function thing<Thing>(things: Record<string, Thing>, id: string | undefined): Thing {
  const found = Object.hasOwn(things, id ?? '') ? things[id ?? ''] : undefined;
  if (!found) throw noAsset();
  return found;
}

export function createVersion({ core, account, body, named }: Call<RetellRequests['POST /create-agent-version/:id']>): object {
  const agent = agentOf(account, named.id);
  return agentOnWire(agent, branch(core.world, account, agent, String(body.base_version)));
}

/** Branches a draft of an agent and its engine from a version, by default the newest. */
export function branch(world: World, account: RetellAccount, agent: Agent, from?: string): AgentVersion {
  const base = versionAsked(agent.versions, from);
  const brain = brainOf(account, base);
  const draft = { version: newest(agent.versions).version + 1, is_published: false, last_modification_timestamp: nowMillis(world) };
  const made: AgentVersion = { ...base, ...draft, base_version: base.version, version_title: null, assigned_tags: [], published: 0 };
  agent.versions.push(made);
  brain.versions.push({ ...versionAsked(brain.versions, String(base.version)), ...draft });
  return made;
}

/** Publishes a draft and its engine. Neither changes afterwards. */
export function publishVersion({ core, account, body, named }: Call<RetellRequests['POST /publish-agent-version/:id']>): undefined {
  const agent = agentOf(account, named.id);
  const draft = agent.versions.find(({ version }) => version === body.version);
  if (!draft) throw notFound();
  if (draft.is_published) throw badRequest('This version is already published');
  publish(account, agent, draft, nowMillis(core.world));
}

export function publish(account: RetellAccount, agent: Agent, draft: AgentVersion, now: number): void {
  draft.published = Math.max(...agent.versions.map(({ published }) => published)) + 1;
  for (const one of [draft, versionAsked(brainOf(account, draft).versions, String(draft.version))]) {
    one.is_published = true;
    one.last_modification_timestamp = now;
  }
}

export function deleteVersion({ account, named, asked }: Call<unknown>): undefined {
  const agent = agentOf(account, named.id);
  const draft = versionAsked(agent.versions, asked.version);
  if (draft.is_published) throw badRequest('A published version cannot be deleted');
  const brain = brainOf(account, draft);
  agent.versions = agent.versions.filter((one) => one !== draft);
  brain.versions = brain.versions.filter(({ version }) => version !== draft.version);
}

/** Lists versions, newest first by default. */
export function listVersions({ account, named, asked }: Call<unknown>): object {
  const { versions } = agentOf(account, named.id);
  const sorted = asked.sort_order === 'ascending' ? versions : [...versions].reverse();
  const from = asked.pagination_key === undefined ? 0 : sorted.findIndex(({ version }) => String(version) === asked.pagination_key) + 1;
  const page = sorted.slice(from, from + Number(asked.limit ?? 50));
  const hasMore = from + page.length < sorted.length;
  return {
    has_more: hasMore,
    ...(hasMore && { pagination_key: String(page.at(-1)?.version) }),
    items: page.map(({ version, is_published, last_modification_timestamp, base_version, version_title }) => ({
      version,
      is_published,
      last_modification_timestamp,
      ...(base_version !== null && { base_version }),
      ...(version_title !== null && { version_title }),
    })),
  };
}

export const agentOnWire = ({ agent_id }: Agent, { published: _, response_engine: engine, ...version }: AgentVersion): object => ({
  agent_id,
  channel: 'voice',
  language: 'en-US',
  response_engine: { ...engine, version: version.version },
  ...version,
});
