import type { RetellRequests } from '../schemas/retell.ts';
import { type Call, nowMillis } from './core.ts';
import type { Brain, BrainVersion, RetellAccount } from './objects.ts';
import { agentPublished, badRequest, cannotUpdate } from './refusals.ts';
import { agentOf, agentOnWire, agentVersionAsked, newest, thing, versionAsked } from './versions.ts';

export function listAgents({ account, body }: Call<RetellRequests['POST /v2/list-agents']>): object {
  const wanted = body.filter_criteria?.query?.toLowerCase() ?? '';
  const items = Object.values(account.agents).map(({ agent_id, versions }) => {
    const { agent_name, last_modification_timestamp: at } = newest(versions);
    const tags = versions.flatMap(({ version, assigned_tags }) => assigned_tags.map((tag) => [tag, { version }] as const));
    return { agent_id, agent_name, channel: 'voice', tags: Object.fromEntries(tags), user_modified_timestamp: at };
  });
  return {
    has_more: false,
    items: items.filter(({ agent_id, agent_name }) => agent_id.includes(wanted) || agent_name.toLowerCase().includes(wanted)),
  };
}

export function getAgent({ account, named, asked }: Call<unknown>): object {
  const agent = agentOf(account, named.id);
  return agentOnWire(agent, agentVersionAsked(agent, asked.version));
}

export function updateAgent({ core, account, body, named, asked }: Call<RetellRequests['PATCH /update-agent/:id']>): object {
  const agent = agentOf(account, named.id);
  const version = agentVersionAsked(agent, asked.version);
  const { agent_name: name, voice_id: voice, response_engine: engine, version_title: title } = body;
  if (version.is_published && (name || voice || engine)) throw agentPublished();
  if (engine?.type === 'custom-llm') throw badRequest('The sandbox has no custom LLM');
  if (engine && agent.versions.length > 1) throw badRequest('Cannot update response engine after agent versions have been created');
  if (engine?.type === 'retell-llm') version.response_engine = { type: engine.type, llm_id: thing(account.llms, engine.llm_id).id };
  if (engine?.type === 'conversation-flow')
    version.response_engine = { type: engine.type, conversation_flow_id: thing(account.flows, engine.conversation_flow_id).id };
  Object.assign(version, {
    ...(name && { agent_name: name }),
    ...(voice && { voice_id: voice }),
    ...(title !== undefined && { version_title: title }),
    last_modification_timestamp: nowMillis(core.world),
  });
  return agentOnWire(agent, version);
}

export function getLlm({ account, named, asked }: Call<unknown>): object {
  const llm = thing(account.llms, named.id);
  return llmOnWire(llm, versionAsked(llm.versions, asked.version));
}

export function updateLlm({ core, account, body, named, asked }: Call<RetellRequests['PATCH /update-retell-llm/:id']>): object {
  const llm = thing(account.llms, named.id);
  const version = versionAsked(llm.versions, asked.version);
  if (version.is_published) throw cannotUpdate('LLM');
  change(account, version, { prompt: body.general_prompt, ids: body.knowledge_base_ids, now: nowMillis(core.world) });
  return llmOnWire(llm, version);
}

const llmOnWire = ({ id }: Brain, { prompt, ...version }: BrainVersion): object => ({
  llm_id: id,
  general_prompt: prompt,
  model: 'gpt-4.1',
  ...version,
});

export function getFlow({ account, named, asked }: Call<unknown>): object {
  const flow = thing(account.flows, named.id);
  return flowOnWire(flow, versionAsked(flow.versions, asked.version));
}

export function updateFlow({ core, account, body, named, asked }: Call<RetellRequests['PATCH /update-conversation-flow/:id']>): object {
  const flow = thing(account.flows, named.id);
  const version = versionAsked(flow.versions, asked.version);
  if (version.is_published) throw cannotUpdate('conversation flow');
  change(account, version, { prompt: body.global_prompt, ids: body.knowledge_base_ids, now: nowMillis(core.world) });
  return flowOnWire(flow, version);
}

const flowOnWire = ({ id }: Brain, { prompt, ...version }: BrainVersion): object => ({
  conversation_flow_id: id,
  global_prompt: prompt,
  nodes: [],
  ...version,
});

interface Change {
  prompt: string | null | undefined;
  ids: string[] | null | undefined;
  now: number;
}

/** A base added to an agent must exist; one deleted since may stay on the list. */
function change(account: RetellAccount, version: BrainVersion, { prompt, ids, now }: Change): void {
  for (const id of ids ?? []) if (!version.knowledge_base_ids?.includes(id)) thing(account.bases, id);
  Object.assign(version, {
    ...(prompt !== undefined && { prompt }),
    ...(ids !== undefined && { knowledge_base_ids: ids }),
    last_modification_timestamp: now,
  });
}
