import { randomText, type World } from '../world.ts';
import { newRetellId, nowMillis } from './core.ts';
import type { Agent, Brain, Engine, RetellAccount } from './objects.ts';
import { wrongKey } from './refusals.ts';

/** An account with three agents: two that answer with a language model, and one that follows a conversation flow. */
export function openRetellAccount(world: World, name: string): RetellAccount {
  const account: RetellAccount = { apiKey: `key_${randomText(24)}`, name, bases: {}, agents: {}, llms: {}, flows: {} };
  world.retell.push(account);
  for (const agent of ['Reception', 'Bookings']) addAgent(world, account, agent);
  addAgent(world, account, 'Support', { type: 'conversation-flow', conversation_flow_id: newRetellId('conversation_flow') });
  return account;
}

/** @param engine what it answers with; a language model of its own unless given */
export function addAgent(
  world: World,
  account: RetellAccount,
  name: string,
  engine: Engine = { type: 'retell-llm', llm_id: newRetellId('llm') },
): Agent {
  const now = nowMillis(world);
  const brain = (id: string): Brain => ({ id, prompt: `You are ${name}.`, knowledge_base_ids: null, last_modification_timestamp: now });
  if (engine.type === 'retell-llm') account.llms[engine.llm_id] = brain(engine.llm_id);
  else account.flows[engine.conversation_flow_id] = brain(engine.conversation_flow_id);
  const agent: Agent = {
    agent_id: newRetellId('agent'),
    agent_name: name,
    response_engine: engine,
    voice_id: '11labs-Adrian',
    last_modification_timestamp: now,
  };
  account.agents[agent.agent_id] = agent;
  return agent;
}

/**
 * The account that a request's key opens.
 * @throws RetellRefusal 401
 */
export function unlockRetell(world: World, authorization = ''): RetellAccount {
  const [scheme, key] = authorization.split(' ');
  const account = scheme?.toLowerCase() === 'bearer' ? world.retell.find(({ apiKey }) => apiKey === key) : undefined;
  if (!account) throw wrongKey();
  return account;
}
