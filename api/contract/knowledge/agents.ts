import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { because, id, line } from '../values.ts';
import { agentVersion } from './knowledge.ts';

export const agentOperations = {
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
    errors: [
      'client.not_found',
      'client.deleted',
      'agent.not_found',
      'voice.not_configured',
      'voice.provider_unavailable',
      'voice.refused',
    ],
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
