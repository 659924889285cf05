import { z } from 'zod';
import { purchaseState } from './credits/purchases.ts';
import type { Operation } from './operation.ts';
import { cents, currency, id, instant, millis } from './values.ts';

const clientId = id('cli').optional().describe("Needed with a secret key. A session's own, unless said.");

export const receiptOperations = {
  'purchases.list': {
    summary: 'What a client has bought with money, newest first.',
    method: 'GET',
    callers: { client: 'balance:read', agency: 'clients:read' },
    input: z.strictObject({
      clientId,
      before: id('pur').optional().describe('Only older ones than this purchase.'),
    }),
    example: { clientId: 'cli_example' },
    output: z.strictObject({
      purchases: z.array(
        z.strictObject({
          purchaseId: id('pur'),
          name: z.string().describe('What was bought, as it was called then; of credits with their number.'),
          credits: millis,
          priceCents: cents,
          returnedCents: cents.describe('Of the price: what was refunded, or lost in a dispute.'),
          currency,
          state: purchaseState,
          createdAt: instant,
          receipt: z.boolean().describe('`receipts.read` has a receipt for it.'),
        }),
      ),
      next: id('pur').nullable().describe('Pass it as `before` for older ones; null: there are none.'),
    }),
    errors: ['client.not_found', 'purchase.not_found'],
  },
  'receipts.read': {
    summary: "The receipt of a paid purchase as a PDF, in the agency's name. It keeps its number and its seller; refunds are added.",
    method: 'GET',
    callers: { client: 'balance:read', agency: 'clients:read' },
    input: z.strictObject({ purchaseId: id('pur') }),
    example: { purchaseId: 'pur_example' },
    output: z.strictObject({
      number: z.string().describe('Of one sequence without gaps for each mode of an agency.'),
      issuedAt: instant,
      fileName: z.string(),
      pdf: z
        .base64()
        .describe(
          'The bytes of the document in base64. It has the letters of all European scripts, of Vietnamese, Arabic and Hebrew; any other is a box.',
        ),
    }),
    errors: ['purchase.not_found', 'receipt.not_paid'],
  },
} as const satisfies Record<string, Operation>;
