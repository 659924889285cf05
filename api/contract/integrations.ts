import { z } from 'zod';
import { agentVersion } from './knowledge/knowledge.ts';
import { capabilities, e164, telephonyAccount } from './numbers/values.ts';
import type { Operation } from './operation.ts';
import { because, cents, id, line } from './values.ts';

const connected = z.strictObject({ connected: z.boolean(), name: z.string().nullable(), last4: z.string().nullable() });

const integrations = z.strictObject({
  telephony: connected.describe('The account that numbers are bought with. Its provider bills the agency directly.'),
  voice: connected.describe('The account that keeps knowledge and agents. Its provider bills the agency directly.'),
});

const inventoryNumber = z.strictObject({
  number: z.string(),
  country: z.string(),
  type: z.string(),
  capabilities,
  offered: z.boolean().describe('Whether clients can buy it at the price of their plan.'),
  clientId: z.string().nullable().describe('Who has it.'),
  providerCost: z.strictObject({ monthlyCents: cents, currency: z.string() }).nullable(),
});

export const integrationOperations = {
  'integrations.read': {
    summary: 'Which providers the agency has connected. Secrets are told only by their end.',
    method: 'GET',
    callers: { agency: 'agency:read' },
    input: z.strictObject({}),
    example: {},
    output: integrations,
    errors: [],
  },
  'integrations.connectTelephony': {
    summary: 'Connects the account at the telephony provider, after asking it whether the credentials are good.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    input: telephonyAccount,
    example: { accountSid: 'AC00000000000000000000000000000000', authToken: 'an-auth-token-of-the-agency' },
    output: integrations,
    errors: ['account.invalid_credentials', 'account.inactive', 'account.unpaid', 'telephony.provider_unavailable'],
  },
  'integrations.connectVoice': {
    summary: 'Connects the account at the voice provider, after asking it whether the key is good.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    input: z.strictObject({ apiKey: z.string().min(8).max(200) }),
    example: { apiKey: 'key_of_the_agency' },
    output: integrations,
    errors: ['account.invalid_credentials', 'account.unpaid', 'voice.provider_unavailable'],
  },
  'integrations.disconnect': {
    summary: 'Forgets a provider and its secret. What clients have stays listed.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    input: z.strictObject({ provider: z.enum(['telephony', 'voice']) }),
    example: { provider: 'voice' },
    output: integrations,
    errors: [],
  },
  'inventory.list': {
    summary: "The numbers in the agency's own account, which of them are offered, who has them and what the provider takes for them.",
    method: 'GET',
    callers: { agency: 'agency:read' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({ numbers: z.array(inventoryNumber) }),
    errors: ['telephony.not_configured', 'telephony.provider_unavailable'],
  },
  'inventory.offer': {
    summary: "Offers a number of the agency's own account to clients at the price of their plan, or takes it back.",
    method: 'POST',
    callers: { agency: 'agency:write' },
    input: z.strictObject({ number: e164, offered: z.boolean() }),
    example: { number: '+14155550120', offered: true },
    output: inventoryNumber,
    errors: ['number.not_found', 'number.taken', 'telephony.not_configured', 'telephony.provider_unavailable'],
  },
  'agents.register': {
    summary: "Names an agent of the agency's voice account as one of a client.",
    method: 'POST',
    callers: { agency: 'clients:write' },
    input: z.strictObject({
      clientId: id('cli'),
      providerAgentId: z.string().regex(/^[\w-]{1,120}$/, because({ reason: 'agent_id_malformed' })),
      name: line(80),
    }),
    example: { clientId: 'cli_example', providerAgentId: 'agent_example', name: 'Front desk' },
    output: z.strictObject({ id: id('agt'), clientId: id('cli'), name: z.string() }),
    errors: ['client.not_found', 'agent.not_found', 'voice.not_configured', 'voice.provider_unavailable', 'voice.refused'],
  },
  'agents.list': {
    summary: 'The agents of the client, and which numbers and sources each has.',
    method: 'GET',
    callers: { client: 'knowledge:read', agency: 'clients:read' },
    input: z.strictObject({ clientId: id('cli').optional() }),
    example: {},
    output: z.strictObject({
      agents: z.array(
        z.strictObject({
          id: id('agt'),
          name: z.string(),
          version: agentVersion.nullable().describe('The version at the provider that knows these sources; null until it was told one.'),
          numberIds: z.array(z.string()),
          sourceIds: z.array(z.string()),
        }),
      ),
    }),
    errors: ['client.not_found'],
  },
} as const satisfies Record<string, Operation>;
