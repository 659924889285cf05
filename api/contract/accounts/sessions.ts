import { z } from 'zod';
import { type Operation, tokenScopes } from '../operation.ts';
import { because, email, id, instant, name } from '../values.ts';
import { account, session } from './accounts.ts';

/** A refresh token and a proof (a DPoP JWT, RFC 9449) signed by the page's key for this very address. */
export const refreshProof = z.strictObject({ refreshToken: z.string().max(200), proof: z.string().max(2000) });

// Lone surrogates are all stored alike, so two ids would become one.
export const externalId = z
  .string()
  .min(1)
  .max(120)
  .refine((text) => !/\p{Cs}/u.test(text), because({ reason: 'id_broken' }))
  .describe("The agency's own id of the client.");

export const sessionOperations = {
  'sessions.mint': {
    summary: "A session token for a client that is already signed in at the agency's own site.",
    method: 'POST',
    callers: { agency: 'clients:write' },
    unjournaled: 'It is how the clients of an agency with its own log-in come in, at every page; each is a session that can be listed.',
    input: z
      .strictObject({
        clientId: id('cli').optional(),
        externalId: externalId.optional(),
        profile: z
          .strictObject({ firstName: name, lastName: name, email, emailVerified: z.boolean().optional() })
          .optional()
          .describe(
            'Creates the client where the external id is new, which is refused without it. An address that you vouch for by `emailVerified` is taken from a client that never confirmed it. For a known one a changed profile changes the name, and the e-mail unless another client has it or it would replace a confirmed one by one that is not.',
          ),
        scopes: z.array(z.enum(tokenScopes)).min(1).max(tokenScopes.length).optional().describe('Everything a client may do, unless said.'),
      })
      .refine((input) => (input.clientId === undefined) !== (input.externalId === undefined), {
        ...because({ reason: 'client_not_one' }),
        path: ['clientId'],
      }),
    example: { externalId: 'user-7', profile: { firstName: 'Kim', lastName: 'Lee', email: 'kim@example.com', emailVerified: true } },
    output: z.strictObject({ account, session }),
    errors: ['client.not_found', 'client.profile_missing', 'client.disabled', 'email.taken'],
  },
  'sessions.refresh': {
    whenFull: true,
    summary: 'A new session token for a page that holds the refresh token and its key.',
    method: 'POST',
    callers: { visitor: true },
    input: refreshProof,
    example: { refreshToken: 'wlr_…', proof: 'eyJ…' },
    output: z.strictObject({ session }),
    errors: ['proof.refused', 'client.disabled'],
  },
  'sessions.list': {
    summary: 'Where the member is signed in, newest first, at most 100.',
    method: 'GET',
    callers: { client: 'account:write' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({
      sessions: z.array(
        z.strictObject({
          sessionId: id('ses'),
          current: z.boolean().describe('The one that asks.'),
          origin: z.enum(['page', 'agency']).describe("Signed in on a page, or vouched for by the agency's server."),
          browser: z
            .string()
            .nullable()
            .describe('The browser and system, as they name themselves: `Firefox, Windows`. Null where unknown.'),
          lastUsedAt: instant.describe('When a page of it last renewed its token: within 15 minutes of its use.'),
          createdAt: instant,
          expiresAt: instant,
        }),
      ),
    }),
    errors: [],
  },
  'sessions.endOne': {
    summary: "Ends one of the member's sessions. Ending it again changes nothing.",
    method: 'POST',
    callers: { client: 'account:write' },
    input: z.strictObject({ sessionId: id('ses') }),
    example: { sessionId: 'ses_example' },
    output: z.strictObject({}),
    errors: ['session.not_found'],
  },
  'sessions.endAll': {
    summary: "Ends all of the member's sessions, this one too.",
    method: 'POST',
    callers: { client: 'account:write' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({ ended: z.int().min(0) }),
    errors: [],
  },
  'sessions.end': {
    whenFull: true,
    summary: 'Ends this session everywhere.',
    method: 'POST',
    callers: { client: 'account:write' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({}),
    errors: [],
  },
} as const satisfies Record<string, Operation>;
