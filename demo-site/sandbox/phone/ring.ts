import type { World } from '../world.ts';

/** Where Retell takes calls of other providers' numbers. */
const RETELL_HOST = /^sips?:(?:[^@]*@)?sip\.retellai\.com(?:[:;]|$)/;

/** The end of a call: an agent of an account at Retell, or nobody. */
export type Answer = { agentId: string; apiKey: string } | 'nobody';

/** Calls a number of Twilio as anybody does: its trunk leads the call to an address, and who takes calls there looks the number up. */
export function ring({ twilio, retell }: World, phoneNumber: string): Answer {
  const owner = twilio.find(({ numbers }) => Object.values(numbers).some((one) => one.phoneNumber === phoneNumber));
  const number = Object.values(owner?.numbers ?? {}).find((one) => one.phoneNumber === phoneNumber);
  const trunk = owner?.trunks?.[number?.wiring.trunk_sid ?? ''];
  const target = trunk?.originationUrls.filter(({ enabled }) => enabled).sort((one, other) => one.priority - other.priority)[0];
  if (!target || !RETELL_HOST.test(target.sipUrl)) return 'nobody';
  const account = retell.find(({ numbers }) => numbers?.[phoneNumber]);
  const [agent] = account?.numbers?.[phoneNumber]?.inbound_agents ?? [];
  return account && agent ? { agentId: agent.agent_id, apiKey: account.apiKey } : 'nobody';
}
