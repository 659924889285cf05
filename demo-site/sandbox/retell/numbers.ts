import type { RetellRequests } from '../schemas/retell.ts';
import { type Call, nowMillis } from './core.ts';
import type { KnownNumber, RetellAccount } from './objects.ts';
import { badRequest, noAsset } from './refusals.ts';
import { agentOf, agentVersionAsked } from './versions.ts';

/** Makes a number of another provider known. A number is known once. */
export function importNumber({ core, account, body }: Call<RetellRequests['POST /import-phone-number']>): object {
  const { phone_number, termination_uri, inbound_agents = null, nickname = null, transport } = body;
  if (account.numbers?.[phone_number]) throw badRequest('Phone number already exists');
  const number: KnownNumber = {
    phone_number,
    nickname,
    inbound_agents: checked(account, inbound_agents),
    termination_uri,
    auth_username: body.sip_trunk_auth_username ?? null,
    auth_password: body.sip_trunk_auth_password ?? null,
    transport: transport ?? 'TCP',
    last_modification_timestamp: nowMillis(core.world),
  };
  account.numbers = { ...account.numbers, [phone_number]: number };
  return onWire(number);
}

export const getNumber = ({ account, named }: Call<unknown>): object => onWire(find(account, named.number));

export function updateNumber({ core, account, body, named }: Call<RetellRequests['PATCH /update-phone-number/:number']>): object {
  const number = find(account, named.number);
  const { inbound_agents, transport, ...rest } = body;
  return onWire(
    Object.assign(number, rest, {
      ...(inbound_agents !== undefined && { inbound_agents: checked(account, inbound_agents) }),
      ...(transport && { transport }),
      last_modification_timestamp: nowMillis(core.world),
    }),
  );
}

export function deleteNumber({ account, named }: Call<unknown>): undefined {
  const { phone_number } = find(account, named.number);
  delete account.numbers?.[phone_number];
}

function find({ numbers }: RetellAccount, number = ''): KnownNumber {
  const found = numbers?.[number];
  if (!found) throw noAsset();
  return found;
}

/** Refuses agents that are not there, and weights that are no whole. */
function checked(account: RetellAccount, agents: KnownNumber['inbound_agents']): KnownNumber['inbound_agents'] {
  if (agents === null || agents.length === 0) return null;
  for (const { agent_id, agent_version } of agents) agentVersionAsked(agentOf(account, agent_id), agent_version?.toString());
  if (agents.reduce((sum, { weight }) => sum + weight, 0) !== 1) throw badRequest('Total weights must add up to 1');
  return agents;
}

const onWire = ({ auth_username, auth_password: _, termination_uri, transport, ...number }: KnownNumber): object => ({
  ...number,
  phone_number_type: 'custom',
  sip_outbound_trunk_config: { auth_username, termination_uri, transport },
});
