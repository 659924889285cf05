import type { RetellRequests } from '../schemas/retell.ts';
import { type Call, nowMillis } from './core.ts';
import type { Agent, Brain, RetellAccount } from './objects.ts';
import { badRequest, noAsset } from './refusals.ts';

const found = <Thing>(things: Record<string, Thing>, id: string | undefined): Thing => {
  const thing = Object.hasOwn(things, id ?? '') ? things[id ?? ''] : undefined;
  if (!thing) throw noAsset();
  return thing;
};

export const listAgents = ({ account }: Call<unknown>): object => ({
  has_more: false,
  items: Object.values(account.agents).map(({ agent_id, agent_name, last_modification_timestamp: at }) => ({
    agent_id,
    agent_name,
    channel: 'voice',
    tags: {},
    user_modified_timestamp: at,
  })),
});

export const getAgent = ({ account, named }: Call<unknown>): object => agentOnWire(found(account.agents, named.id));

export function updateAgent({ core, account, body, named }: Call<RetellRequests['PATCH /update-agent/:id']>): object {
  const agent = found(account.agents, named.id);
  const { agent_name: name, voice_id: voice, response_engine: engine } = body;
  if (engine?.type === 'custom-llm') throw badRequest('The sandbox has no custom LLM');
  if (engine?.type === 'retell-llm') found(account.llms, engine.llm_id);
  if (engine?.type === 'conversation-flow') found(account.flows, engine.conversation_flow_id);
  Object.assign(agent, {
    ...(name && { agent_name: name }),
    ...(voice && { voice_id: voice }),
    ...(engine && { response_engine: engine }),
    last_modification_timestamp: nowMillis(core.world),
  });
  return agentOnWire(agent);
}

const agentOnWire = (agent: Agent): object => ({ ...agent, channel: 'voice', is_published: false, language: 'en-US', version: 0 });

export const getLlm = ({ account, named }: Call<unknown>): object => llmOnWire(found(account.llms, named.id));

export function updateLlm({ core, account, body, named }: Call<RetellRequests['PATCH /update-retell-llm/:id']>): object {
  const llm = found(account.llms, named.id);
  return llmOnWire(change(account, llm, { prompt: body.general_prompt, ids: body.knowledge_base_ids, now: nowMillis(core.world) }));
}

const llmOnWire = ({ id, prompt, ...rest }: Brain): object => ({
  llm_id: id,
  general_prompt: prompt,
  is_published: false,
  model: 'gpt-4.1',
  version: 0,
  ...rest,
});

export const getFlow = ({ account, named }: Call<unknown>): object => flowOnWire(found(account.flows, named.id));

export function updateFlow({ core, account, body, named }: Call<RetellRequests['PATCH /update-conversation-flow/:id']>): object {
  const flow = found(account.flows, named.id);
  return flowOnWire(change(account, flow, { prompt: body.global_prompt, ids: body.knowledge_base_ids, now: nowMillis(core.world) }));
}

const flowOnWire = ({ id, prompt, ...rest }: Brain): object => ({
  conversation_flow_id: id,
  global_prompt: prompt,
  is_published: false,
  nodes: [],
  version: 0,
  ...rest,
});

interface Change {
  prompt: string | null | undefined;
  ids: string[] | null | undefined;
  now: number;
}

/** A base that is new to an agent has to be there; one that was deleted since may stay on the list. */
function change(account: RetellAccount, brain: Brain, { prompt, ids, now }: Change): Brain {
  for (const id of ids ?? []) if (!brain.knowledge_base_ids?.includes(id)) found(account.bases, id);
  return Object.assign(brain, {
    ...(prompt !== undefined && { prompt }),
    ...(ids !== undefined && { knowledge_base_ids: ids }),
    last_modification_timestamp: now,
  });
}
