import type Retell from 'retell-sdk';
import { answered, found } from './retell-answers.ts';

interface Bases {
  used: readonly string[];
  unused: readonly string[];
}

const isObject = (answer: unknown): boolean => typeof answer === 'object' && answer !== null;

/**
 * Sees to the bases of an agent, where they are given; Retell keeps them in what the agent answers with.
 * @returns false where there is no such agent, or what it answers with is elsewhere
 */
export async function withBases(retell: Retell, agentId: string, bases?: Bases): Promise<boolean> {
  const agent = await found(retell.agent.retrieve(agentId), isObject);
  const engine = agent?.response_engine;
  if (engine?.type === 'retell-llm') {
    const { llm_id: id } = engine;
    const llm = await found(retell.llm.retrieve(id), isObject);
    if (llm && bases) await answered(retell.llm.update(id, { knowledge_base_ids: changed(llm.knowledge_base_ids, bases) }), isObject);
    return llm !== undefined;
  }
  if (engine?.type === 'conversation-flow') {
    const { conversation_flow_id: id } = engine;
    const flow = await found(retell.conversationFlow.retrieve(id), isObject);
    if (flow && bases) {
      await answered(retell.conversationFlow.update(id, { knowledge_base_ids: changed(flow.knowledge_base_ids, bases) }), isObject);
    }
    return flow !== undefined;
  }
  return false;
}

/** Those that are not ours stay where they are. */
const changed = (now: readonly string[] | null | undefined, { used, unused }: Bases): string[] => [
  ...new Set([...(now ?? []).filter((id) => !unused.includes(id)), ...used]),
];
