import { z } from 'zod';
import { balance } from '../credits/credits.ts';
import { funds } from '../funds.ts';
import type { Operation } from '../operation.ts';
import { id, millis } from '../values.ts';
import { callDetails, callId, callSeconds, charged, repeated } from './usage.ts';

const unjournaled = 'Each call is an entry of the ledger, which is append-only and chained itself.';
const call = { clientId: id('cli'), callId };

export const callOperations = {
  'calls.start': {
    summary:
      'Holds credits for a call that is about to start, so that no other call takes them. Say how it ended with `calls.end` or `calls.cancel`; where nobody does, they come back by themselves. What is refused stays refused for this call id.',
    method: 'POST',
    callers: { agency: 'usage:write' },
    unjournaled,
    input: z.strictObject({
      ...call,
      seconds: z.int().min(1).max(14_400).default(60).describe('How much time is held: as long as the call may run.'),
    }),
    example: { clientId: 'cli_example', callId: 'call-1', seconds: 600 },
    output: z.strictObject({
      heldMillis: millis,
      expiresInSeconds: z.int().describe('When the credits come back at the latest.'),
      repeated,
      balance,
      funds: funds.describe('What is left for other calls. `credits.insufficient` has the same, with what was missing.'),
    }),
    errors: [
      'client.not_found',
      'client.deleted',
      'credits.insufficient',
      'agency.minutes_exhausted',
      'calls.too_many',
      'call.over',
      'idempotency.mismatch',
    ],
  },
  'calls.end': {
    summary:
      'Charges a call that was started, once: what was held for it first, then whatever else the client has. The rest of the hold comes back. What a call took beyond all of that is the overrun, which the agency bears.',
    method: 'POST',
    callers: { agency: 'usage:write' },
    unjournaled,
    input: z.strictObject({ ...call, seconds: callSeconds, ...callDetails }),
    example: { clientId: 'cli_example', callId: 'call-1', seconds: 61 },
    output: charged,
    errors: ['client.not_found', 'call.not_found', 'call.over', 'usage.mismatch'],
  },
  'calls.cancel': {
    summary: 'Gives back what was held for a call that never came about.',
    method: 'POST',
    callers: { agency: 'usage:write' },
    unjournaled,
    input: z.strictObject(call),
    example: { clientId: 'cli_example', callId: 'call-1' },
    output: z.strictObject({ repeated, balance }),
    errors: ['client.not_found', 'call.not_found', 'call.over'],
  },
} as const satisfies Record<string, Operation>;
