import { z } from 'zod';
import { spellLogin } from '../rules/spelling.ts';
import { password } from './accounts/accounts.ts';
import { display } from './numbers/values.ts';
import type { Operation } from './operation.ts';
import { id, millis } from './values.ts';

const losses = z.strictObject({
  confirmation: z
    .string()
    .describe("What the person types to confirm: the account's e-mail address or, where it has lost that, its username or its name."),
  returnedMillis: millis.describe('Unused free credits, which go back to the agency.'),
  lostMillis: millis.describe('Unused credits that were bought or given, which lapse.'),
  numbers: z.array(
    z.strictObject({
      id: id('num'),
      number: z.string(),
      display: display.optional(),
      released: z.boolean().describe("Given up for good; otherwise it is the client's own and is only disconnected."),
    }),
  ),
  sources: z.int().min(0).describe('Pieces of knowledge, which are deleted here and at the voice provider.'),
  openPages: z
    .int()
    .min(0)
    .optional()
    .describe('Payment pages that were opened and not paid: the deletion closes them. Versions before leave it out.'),
  underWay: z
    .boolean()
    .describe(
      'A call runs, an order is being delivered or a payment is being processed by a bank, so the account cannot be deleted yet. A payment page that is only open is not among them: the deletion closes it.',
    ),
});

export const deletionOperations = {
  'accounts.deletion': {
    summary: 'What would be lost with the account, to be shown before it is deleted.',
    method: 'GET',
    callers: { client: 'account:write' },
    input: z.strictObject({}),
    example: {},
    output: losses,
    errors: ['client.not_found'],
  },
  'accounts.delete': {
    summary:
      'Deletes the account for good. Signs out everywhere, closes payment pages that are open, undoes orders that wait for a payment, releases the numbers, deletes the knowledge and all personal data; what is paid nevertheless is refunded; unused free credits go back to the agency, others lapse. The ledger keeps its entries under a random name. Takes the password, or a session of the last ten minutes.',
    method: 'POST',
    callers: { client: 'account:write' },
    limits: [{ per: ['caller'], count: 10, seconds: 300, shared: true, guesses: true }],
    input: z.strictObject({
      password: password.optional(),
      confirmation: z.string().overwrite(spellLogin).max(254).describe('What `accounts.deletion` names, as the person typed it.'),
      lostMillis: millis.describe('As `accounts.deletion` told it: refuses with 409 where more would be lost by now.'),
      numbers: z.int().min(0).max(1_000_000).describe('How many numbers `accounts.deletion` told.'),
    }),
    example: { confirmation: 'robin@example.com', password: 'Sunny-day-42', lostMillis: 0, numbers: 0 },
    output: z.strictObject({}),
    errors: ['password.wrong', 'sign_in.too_old', 'deletion.unconfirmed', 'deletion.changed', 'deletion.under_way', 'server.busy'],
  },
} as const satisfies Record<string, Operation>;
