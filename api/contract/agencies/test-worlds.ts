import { z } from 'zod';
import type { Operation } from '../operation.ts';

export const testWorldOperations = {
  'agency.startTestAnew': {
    summary:
      'Begins an empty test world: no clients, no purchases, and the minutes that the first one began with. The live world is untouched.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    input: z.strictObject({
      leaving: z.int().min(0).describe('The test world that is left, `testGeneration` of agency.read: a second click does not leave two.'),
    }),
    example: { leaving: 0 },
    output: z.strictObject({
      testGeneration: z.int().describe('The test world of now. What was left is kept, and what is paid for in it still settles there.'),
    }),
    errors: ['agency.test_left'],
  },
} as const satisfies Record<string, Operation>;
