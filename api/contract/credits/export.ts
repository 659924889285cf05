import { z } from 'zod';
import { cleanText } from '../../rules/spelling.ts';
import type { Operation } from '../operation.ts';
import { because, id, millis } from '../values.ts';

const day = z.string().overwrite(cleanText).check(z.iso.date());

export const exportOperations = {
  'credits.export': {
    summary:
      'The statement of a time as a file: one row for each thing with what it brought or cost in that time, so that the opening balance and all rows add up to the closing one. Days begin and end in UTC.',
    method: 'GET',
    callers: { client: 'balance:read', agency: 'clients:read' },
    limits: [{ per: ['caller'], count: 10, seconds: 60 }],
    input: z
      .strictObject({
        clientId: id('cli').optional().describe("The agency's server names the client; a session token is about its own."),
        format: z.enum(['csv', 'pdf']).describe('`csv` for spreadsheets; `pdf` for people, in the name of the agency.'),
        from: day.optional().describe('The first day; the beginning of the account unless said.'),
        to: day.optional().describe('The last day; today unless said.'),
      })
      .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
        ...because({ reason: 'period_backwards' }),
        path: ['from'],
      }),
    example: { format: 'csv', from: '2026-01-01', to: '2026-01-31' },
    output: z.strictObject({
      fileName: z.string(),
      type: z.string().describe('The media type of the file.'),
      file: z.base64().describe('The bytes of the file in base64.'),
      openingMillis: millis.describe('The available credits before the first day.'),
      closingMillis: millis.describe('The available credits after the last day.'),
      rows: z.int().min(0).describe('Things in the file. What cost nothing in the end is left out.'),
      seq: z.int().min(0).describe('The number of the newest entry that counts, 0 before the first.'),
      hash: z.string().nullable().describe('The hash of that entry, as in `credits.statement`; null where nothing happened in this time.'),
    }),
    errors: ['client.not_found', 'statement.too_long'],
  },
} as const satisfies Record<string, Operation>;
