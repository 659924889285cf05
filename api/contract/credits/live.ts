import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { id, millis } from '../values.ts';
import { balance } from './credits.ts';

/** One entry of the client's account. `seq` has no gaps; resume by passing the last one as `after`. */
export const liveEvent = z.strictObject({
  seq: z.int().min(0),
  kind: z.string().describe('The kind of transfer, or `hello` for the state at the start of the stream.'),
  amount: millis,
  purchaseId: id('pur').nullable(),
  balance,
});

export const liveOperations = {
  'live.stream': {
    summary: "The client's balance as it changes, as server-sent events. Ends with its token.",
    method: 'GET',
    callers: { client: 'balance:read' },
    stream: true,
    input: z.strictObject({ after: z.coerce.number().pipe(z.int().min(0)).optional() }),
    example: { after: 0 },
    output: liveEvent,
    errors: [],
  },
} as const satisfies Record<string, Operation>;
