import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { cents } from '../values.ts';
import { capabilities, e164 } from './values.ts';

const inventoryNumber = z.strictObject({
  number: z.string(),
  country: z.string(),
  type: z.string(),
  capabilities,
  offered: z.boolean().describe('Whether clients can buy it at the price of their plan.'),
  clientId: z.string().nullable().describe('Who has it.'),
  providerCost: z.strictObject({ monthlyCents: cents, currency: z.string() }).nullable(),
});

export const inventoryOperations = {
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
} as const satisfies Record<string, Operation>;
