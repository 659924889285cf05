import { z } from 'zod';
import { cleanText } from '../rules/spelling.ts';
import { telephonyAccount } from './numbers/values.ts';
import type { Operation } from './operation.ts';
import { told } from './values.ts';

const connected = z.strictObject({
  connected: z.boolean(),
  name: z.string().nullable(),
  last4: z.string().nullable(),
  warning: told.nullable().describe('What the account cannot do, such as while it is a trial.'),
});

const integrations = z.strictObject({
  telephony: connected.describe('The account that numbers are bought with. Its provider bills the agency directly.'),
  voice: connected.describe('The account that keeps knowledge and agents. Its provider bills the agency directly.'),
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
    input: z.strictObject({ apiKey: z.string().overwrite(cleanText).min(8).max(200) }),
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
} as const satisfies Record<string, Operation>;
