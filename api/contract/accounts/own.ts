import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { email, id, instant, name } from '../values.ts';
import { mailedUrl, newPasswordErrors, password, profile, profileFields } from './accounts.ts';

/** A value of each field that the agency's sign-up asks for; a change clears one by null. */
const profilePatch = z.strictObject(
  Object.fromEntries(profileFields.map((field) => [field, profile.shape[field].nullable()])) as {
    [Field in (typeof profileFields)[number]]: z.ZodNullable<(typeof profile.shape)[Field]>;
  },
);

/** The mails that a member may do without. Those about security and money are always sent. */
const notices = z.strictObject({
  rentDue: z.boolean().describe("That a number's next month is due and its credits are missing."),
  lowCredits: z.boolean().describe('That the credits fell below the level of the agency, once until they are above it again.'),
});

const clientId = id('cli').optional().describe("Needed with a secret key. A session's own, unless said.");

/** The facts that a client and its member state about themselves, and how the member signs in. */
const ownAccount = z.strictObject({
  clientId: id('cli'),
  memberId: id('mem'),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  newEmail: z.string().nullable().describe('Takes the place of `email` once the link that was mailed to it is opened.'),
  profile: z.strictObject(
    Object.fromEntries(profileFields.map((field) => [field, z.string().nullable()])) as Record<
      (typeof profileFields)[number],
      z.ZodNullable<z.ZodString>
    >,
  ),
  fields: z.array(z.enum(profileFields)).describe('What the sign-up asks for, and so what can be changed in `profile`.'),
  signIn: z.strictObject({
    password: z.boolean().describe('The member signs in by e-mail or username, and a password.'),
    externalId: z.string().nullable().describe("The member signs in by the agency's own log-in, where the client has this id."),
  }),
  notices: notices.describe('Mails that are sent; the others cannot be turned off.'),
  createdAt: instant,
});

export const ownAccountOperations = {
  'accounts.read': {
    summary: "A client's account: its member, what the sign-up collected, and how the member signs in.",
    method: 'GET',
    callers: { client: 'account:write', agency: 'clients:read' },
    input: z.strictObject({ clientId }),
    example: {},
    output: ownAccount,
    errors: ['client.not_found', 'client.deleted'],
  },
  'accounts.update': {
    summary: "Changes the member's name and what the sign-up collected. What is not named stays, and null clears a field of the profile.",
    method: 'POST',
    callers: { client: 'account:write', agency: 'clients:write' },
    journaledForClients: true,
    input: z.strictObject({
      clientId,
      firstName: name.optional(),
      lastName: name.optional(),
      profile: profilePatch.partial().optional(),
      notices: notices.partial().optional(),
    }),
    example: { firstName: 'Robin', lastName: 'Meyer' },
    output: ownAccount,
    errors: ['client.not_found', 'client.deleted', 'username.invalid', 'username.taken', 'server.busy'],
  },
  'accounts.changePassword': {
    summary: 'Replaces the password, and ends every other session of the member.',
    method: 'POST',
    callers: { client: 'account:write' },
    journaledForClients: true,
    limits: [{ per: ['caller'], count: 10, seconds: 300, shared: true, guesses: true }],
    input: z.strictObject({ currentPassword: password, password, passwordConfirmation: password }),
    example: { currentPassword: 'Sunny-day-42', password: 'Rainy-day-43', passwordConfirmation: 'Rainy-day-43' },
    output: z.strictObject({ ended: z.int().min(0).describe('Other sessions that it ended.') }),
    errors: ['password.wrong', 'password.none', ...newPasswordErrors, 'server.busy'],
  },
  'accounts.changeEmail': {
    summary:
      'Mails a link to a new address, which takes the place of the present one once the link is opened. The answer does not tell whether somebody has the address. Takes the password, or a session of the last ten minutes.',
    method: 'POST',
    callers: { client: 'account:write' },
    journaledForClients: true,
    repeatable: true,
    limits: [
      { per: ['caller'], count: 10, seconds: 3600, shared: true },
      // A mailbox is not flooded by many accounts either.
      { per: ['agency', 'field:email'], count: 30, seconds: 900, shared: true },
    ],
    input: z.strictObject({ email, password: password.optional(), returnUrl: mailedUrl }),
    example: { email: 'robin.meyer@example.com', password: 'Sunny-day-42', returnUrl: 'https://www.example.com/account' },
    output: z.strictObject({ newEmail: z.string().nullable().describe('Null: it is the present address.') }),
    errors: ['password.wrong', 'sign_in.too_old', 'return_url.refused', 'server.busy'],
  },
  'accounts.linkToken': {
    summary:
      "A token for the agency's server: with it `clients.link` lets this client in by the agency's own log-in. Works ten minutes. Takes a confirmed e-mail address, and the password or a session of the last ten minutes.",
    method: 'POST',
    callers: { client: 'account:write' },
    limits: [{ per: ['caller'], count: 10, seconds: 300, shared: true }],
    input: z.strictObject({ password: password.optional() }),
    example: { password: 'Sunny-day-42' },
    output: z.strictObject({ token: z.string() }),
    errors: ['password.wrong', 'sign_in.too_old', 'email.unconfirmed', 'server.busy'],
  },
  'accounts.keepEmail': {
    summary: 'Forgets a new address that was not confirmed yet.',
    method: 'POST',
    callers: { client: 'account:write' },
    journaledForClients: true,
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({}),
    errors: [],
  },
} as const satisfies Record<string, Operation>;
