import { randomText } from '../ids.ts';
import type { World } from '../world.ts';
import { newRetellId, nowMillis } from './core.ts';
import type { Agent, AgentVersion, Brain, Engine, RetellAccount } from './objects.ts';
import { wrongKey } from './refusals.ts';
import { branch, newest, publish } from './versions.ts';

/** Opens an account with three agents: a published one, one that never was, and one with a draft beside its published version. */
export function openRetellAccount(world: World, name: string): RetellAccount {
  const account: RetellAccount = { apiKey: `key_${randomText(24)}`, name, bases: {}, agents: {}, llms: {}, flows: {} };
  world.retell.push(account);
  publishFirst(world, account, addAgent(world, account, 'Reception'));
  addAgent(world, account, 'Bookings');
  const flow = { type: 'conversation-flow', conversation_flow_id: newRetellId('conversation_flow') } as const;
  const support = addAgent(world, account, 'Support', flow);
  publishFirst(world, account, support);
  branch(world, account, support);
  return account;
}

/** @param engine its engine; a language model of its own by default */
export function addAgent(
  world: World,
  account: RetellAccount,
  name: string,
  engine: Engine = { type: 'retell-llm', llm_id: newRetellId('llm') },
): Agent {
  const draft = { version: 0, is_published: false, last_modification_timestamp: nowMillis(world) };
  const brain = (id: string): Brain => ({ id, versions: [{ ...draft, prompt: `You are ${name}.`, knowledge_base_ids: null }] });
  if (engine.type === 'retell-llm') account.llms[engine.llm_id] = brain(engine.llm_id);
  else account.flows[engine.conversation_flow_id] = brain(engine.conversation_flow_id);
  const first: AgentVersion = { ...firstVersion, ...draft, agent_name: name, response_engine: engine, voice_id: '11labs-Adrian' };
  const agent: Agent = { agent_id: newRetellId('agent'), versions: [first] };
  account.agents[agent.agent_id] = agent;
  return agent;
}

const firstVersion = { base_version: null, version_title: null, assigned_tags: [], published: 0 };

const publishFirst = (world: World, account: RetellAccount, agent: Agent): void =>
  publish(account, agent, newest(agent.versions), nowMillis(world));

/** Upgrades an account stored before versions existed: its content becomes the first, published version. */
export function withVersions(account: RetellAccount): RetellAccount {
  const upgraded = <Thing extends object>(things: Record<string, Thing>, idName: 'agent_id' | 'id') =>
    Object.fromEntries(
      Object.entries(things).map(([id, thing]) => {
        const first = { ...firstVersion, ...thing, version: 0, is_published: true, published: 1 };
        // its fields belong to a version
        return [id, 'versions' in thing ? thing : ({ [idName]: id, versions: [first] } as unknown as Thing)];
      }),
    );
  const { agents, llms, flows } = account;
  return { ...account, agents: upgraded(agents, 'agent_id'), llms: upgraded(llms, 'id'), flows: upgraded(flows, 'id') };
}

/**
 * Returns the account of a request's key.
 * @throws RetellRefusal 401
 */
export function unlockRetell(world: World, authorization = ''): RetellAccount {
  const [scheme, key] = authorization.split(' ');
  const account = scheme?.toLowerCase() === 'bearer' ? world.retell.find(({ apiKey }) => apiKey === key) : undefined;
  if (!account) throw wrongKey();
  return account;
}
