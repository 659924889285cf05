import { z } from 'zod';
import { balance } from '../credits/credits.ts';
import type { Operation } from '../operation.ts';
import { because, id, line, millis } from '../values.ts';

export const callId = z
  .string()
  .regex(/^[\w.:-]{1,120}$/, because({ reason: 'call_id_malformed' }))
  .describe("The provider's own id of the call.");
export const callSeconds = z.int().min(0).max(86_400).describe('Connected time. 0 costs nothing.');

/** Tells the first answer about a call from a later one. */
export const repeated = z.boolean().describe('True where the same was told of this call before: nothing moved a second time.');

/** For the client's statement only: the first ones that come with a call stay. They are deleted with the client. */
export const callDetails = {
  number: line(40).optional().describe('The phone number that the statement shows, of whoever called or was called.'),
  agentName: line(80).optional().describe('The agent that the statement shows, as the client calls it.'),
};

export const charged = z.strictObject({
  costMillis: millis,
  overrunMillis: millis.describe('The part of the cost that the client did not have. 0 where there was enough.'),
  repeated,
  balance,
});

export const usageOperations = {
  'usage.record': {
    summary:
      "Charges one finished call, once per call id: the client's credits and, for what the agency promised, its minutes, in one transfer. A call that was started is ended by it. It was made, so it is never refused for lack of credits or minutes: what the client does not have is the overrun, which the agency bears. Ask `calls.start` before a call whether there is enough.",
    method: 'POST',
    callers: { agency: 'usage:write' },
    unjournaled: 'Each call is an entry of the ledger, which is append-only and chained itself.',
    input: z.strictObject({
      clientId: id('cli'),
      callId,
      seconds: callSeconds,
      ...callDetails,
    }),
    example: { clientId: 'cli_example', callId: 'call-1', seconds: 61 },
    output: charged,
    errors: ['client.not_found', 'call.over', 'usage.mismatch'],
  },
} as const satisfies Record<string, Operation>;
