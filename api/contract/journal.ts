import { z } from 'zod';
import type { Operation } from './operation.ts';
import { instant, mode } from './values.ts';

const values = z.record(z.string(), z.unknown());

/** One action of the agency or the platform. It is never changed or removed, and its hash covers the previous one. */
export const journalEntry = z.strictObject({
  seq: z.int().min(1),
  at: instant,
  actor: z
    .string()
    .describe('`platform`, the end of the secret key that was used, who used a key that was refused, a provider, or `deletion`.'),
  mode: mode.nullable().describe("The key's mode; null for what the platform did and for what test and live share."),
  action: z
    .string()
    .describe(
      'The operation; or `alert.…`: one of the keys was refused, told once an hour; a provider refused the agency, told once a day; or a further page may use the live key; or `credits.lapse`: credits came back to a deleted client, and went as its others did.',
    ),
  target: z.string(),
  before: values.describe('What changed, as it was. Long values stand as their hash; secrets never.'),
  after: values,
  reason: z
    .string()
    .nullable()
    .describe('Why, as the platform said it; of an alert, its sentence, which follows from `action` and `target`.'),
  requestId: z.string(),
  hash: z.string(),
});

export const journalOperations = {
  'journal.list': {
    summary: 'What the agency and the platform did, newest first.',
    method: 'GET',
    callers: { agency: 'agency:read' },
    input: z.strictObject({
      before: z.coerce.number().pipe(z.int().min(1)).optional().describe('Entries before this number.'),
      limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(25),
    }),
    example: { limit: 25 },
    output: z.strictObject({
      entries: z.array(journalEntry),
      next: z.int().nullable().describe('Pass it as `before` for the next page.'),
    }),
    errors: [],
  },
} as const satisfies Record<string, Operation>;
