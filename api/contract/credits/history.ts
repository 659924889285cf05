import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { wareName } from '../orders.ts';
import { cents, currency, id, instant, millis } from '../values.ts';
import { purchaseState } from './purchases.ts';

/** A thing that brought or cost credits, with all entries that it left in the account. */
export const thing = z.strictObject({
  id: z.string().describe('Names the thing for as long as there is the account.'),
  kind: z
    .enum(['number', 'rent', 'knowledge', 'plan', 'credits', 'call', 'free', 'given', 'added', 'closed'])
    .describe('`given` credits have a reason, `added` ones none; `closed`: what was left when the account was closed.'),
  name: z.string().nullable().describe('A name that somebody gave it, or the reason of given credits. Null for calls and free credits.'),
  named: wareName.nullable().describe('One of our own names by its code, for words of your own.'),
  at: instant.describe('When it began.'),
  amountMillis: millis.describe('What it brought by now, or cost if it is below 0. Held credits count as a cost.'),
  heldMillis: millis.describe('The part of it that is only set aside.'),
  state: z.enum(['pending', 'done', 'void']).describe('pending: credits are held for it · void: it cost nothing in the end.'),
  money: z.strictObject({ priceCents: cents, currency, state: purchaseState }).nullable().describe('What was paid for it with money.'),
  purchaseId: id('pur').nullable(),
  orderId: id('ord').nullable(),
  callId: z.string().nullable(),
  call: z
    .strictObject({
      seconds: z.int().nullable().describe('Connected time; null as long as it lasts, and where the ledger cannot tell.'),
      number: z.string().nullable().describe('As the agency gave it with the call.'),
      agentName: z.string().nullable().describe('As the agency gave it with the call.'),
    })
    .nullable()
    .optional()
    .describe('What is known of a call. Null for other things.'),
  entries: z.array(
    z.strictObject({
      seq: z.int().min(1),
      kind: z.string(),
      at: instant,
      amount: millis,
      availableAfter: millis,
      cause: z
        .strictObject({
          kind: z
            .enum(['call', 'order', 'purchase', 'refund', 'dispute', 'agency', 'account'])
            .describe('`agency`: it gave credits · `account`: it was opened, or closed.'),
          id: z.string(),
        })
        .nullable()
        .optional()
        .describe('What caused the entry. Null where the ledger does not say.'),
    }),
  ),
});

export const historyOperations = {
  'credits.history': {
    summary:
      'What the credits came from and went to, newest first: one row for each purchase, order, call and gift, whatever number of entries it left in the account.',
    method: 'GET',
    callers: { client: 'balance:read', agency: 'clients:read' },
    input: z.strictObject({
      clientId: id('cli').optional().describe("The agency's server names the client; a session token is about its own."),
      before: z.coerce.number().pipe(z.int().min(1)).optional().describe('`next` of the page before.'),
      asOf: z.coerce
        .number()
        .pipe(z.int().min(0))
        .optional()
        .describe('`asOf` of the first page, so that all pages show one moment: their amounts add up to its `availableMillis`.'),
      limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(25),
    }),
    example: { limit: 25 },
    output: z.strictObject({
      things: z.array(thing),
      asOf: z.int().min(0).describe('The number of the newest entry that counts, 0 before the first.'),
      availableMillis: millis.describe('The available credits at that moment.'),
      firstAt: instant
        .nullable()
        .optional()
        .describe('When the first entry of the account was made; null before it. Versions before leave it out.'),
      next: z.int().nullable().describe('Pass it as `before` for the next page. A page may have fewer things than asked for.'),
    }),
    errors: ['client.not_found'],
  },
} as const satisfies Record<string, Operation>;
