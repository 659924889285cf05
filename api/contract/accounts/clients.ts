import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { because, email, id, instant, line } from '../values.ts';
import { externalId } from './sessions.ts';

const act = z.strictObject({ clientId: id('cli'), reason: line(200).optional().describe('Stands in the journal.') });
const example = { clientId: 'cli_example', reason: 'Asked for by phone' };
const standing = z.strictObject({ clientId: id('cli'), disabled: z.boolean() });

export const clientOperations = {
  'clients.find': {
    summary:
      "Finds the client that has this e-mail address or the agency's own id, in the world of the key. Its `clientId` is what all other operations take.",
    method: 'GET',
    callers: { agency: 'clients:read' },
    input: z
      .strictObject({ email: email.optional(), externalId: externalId.optional() })
      .refine((input) => (input.email === undefined) !== (input.externalId === undefined), {
        ...because({ reason: 'finding_not_one' }),
        path: ['email'],
      }),
    example: { email: 'robin@example.com' },
    output: z.strictObject({
      clientId: id('cli'),
      firstName: z.string(),
      lastName: z.string(),
      email: z.string(),
      emailVerified: z.boolean(),
      externalId: z.string().nullable().describe("The agency's own id of the client, if it has one."),
      disabled: z.boolean(),
      createdAt: instant,
    }),
    errors: ['client.not_found'],
  },
  'clients.disable': {
    summary: 'Shuts a client out: its sessions end and nobody signs in. What it has bought and is paying for is still credited.',
    method: 'POST',
    callers: { agency: 'clients:write' },
    input: act,
    example,
    output: standing,
    errors: ['client.not_found', 'client.deleted'],
  },
  'clients.enable': {
    summary: 'Lets a disabled client sign in again.',
    method: 'POST',
    callers: { agency: 'clients:write' },
    input: act,
    example,
    output: standing,
    errors: ['client.not_found', 'client.deleted'],
  },
  'clients.link': {
    summary:
      "Gives a client that signed up in the widget the agency's own id, so that `sessions.mint` lets it in. Takes the token that its member got by `accounts.linkToken`, which proves that both log-ins are one person's. The member is told by mail, and `clients.unlink` undoes it.",
    method: 'POST',
    callers: { agency: 'clients:write' },
    input: z.strictObject({ externalId, token: z.string().max(2000) }),
    example: { externalId: 'user-7', token: 'eyJ…' },
    output: z.strictObject({ clientId: id('cli'), externalId: z.string() }),
    errors: ['link.refused', 'link.expired', 'link.outdated', 'client.linked', 'external_id.taken'],
  },
  'clients.unlink': {
    summary:
      "Takes the agency's own id from a client again, and ends the sessions that were minted for it. The client signs in by its password. Repeating it changes nothing.",
    method: 'POST',
    callers: { agency: 'clients:write' },
    input: act,
    example,
    output: z.strictObject({ clientId: id('cli'), externalId: z.null() }),
    errors: ['client.not_found', 'client.deleted', 'password.none'],
  },
  'clients.endSessions': {
    summary: 'Signs every member of a client out everywhere.',
    method: 'POST',
    callers: { agency: 'clients:write' },
    input: act,
    example,
    output: z.strictObject({ ended: z.int().min(0) }),
    errors: ['client.not_found', 'client.deleted'],
  },
} as const satisfies Record<string, Operation>;
