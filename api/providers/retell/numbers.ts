import type Retell from 'retell-sdk';
import type { AnsweredNumber } from '../../ports/index.ts';
import { isNothing } from './agents.ts';
import { answeredByRetell, foundAtRetell } from './answers.ts';

/** Where Retell takes calls of numbers that are at another provider. */
export const RETELL_ADDRESS = 'sip:sip.retellai.com';

const isNumber = (answer: unknown): boolean => typeof Object(answer).phone_number === 'string';
const isAgent = (answer: unknown): boolean => typeof Object(answer).agent_id === 'string';

/** Changes the number at Retell, or imports it where Retell does not know it. */
export async function answerNumber(retell: Retell, { number, trunk, agentId }: AnsweredNumber): Promise<void> {
  const { host, username, password } = trunk;
  const transport = (trunk.transport ?? 'tcp').toUpperCase();
  const inbound_agents = agentId === null ? null : [await publishedAgent(retell, agentId)];
  const change = {
    inbound_agents,
    termination_uri: host,
    transport,
    ...(username !== undefined && { auth_username: username }),
    ...(password !== undefined && { auth_password: password }),
  };
  if (await foundAtRetell('changeNumber', retell.phoneNumber.update(number, change), isNumber)) return;
  const imported = retell.phoneNumber.import(
    {
      phone_number: number,
      termination_uri: host,
      transport,
      inbound_agents,
      ...(username !== undefined && { sip_trunk_auth_username: username }),
      ...(password !== undefined && { sip_trunk_auth_password: password }),
    },
    { maxRetries: 0 },
  );
  await answeredByRetell('importNumber', imported, isNumber);
}

export async function forgetNumber(retell: Retell, number: string): Promise<void> {
  await foundAtRetell('forgetNumber', retell.phoneNumber.delete(number), isNothing);
}

/** Names the version for calls: the newest published one, since a draft is not meant for them. An agent that never was published has one version. */
async function publishedAgent(retell: Retell, agentId: string) {
  const published = await foundAtRetell('readAgent', retell.agent.retrieve(agentId, { version: 'latest_published' }), isAgent);
  return { agent_id: agentId, weight: 1, ...(published && { agent_version: 'latest_published' }) };
}
