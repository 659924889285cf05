import { z } from 'zod';
import type { Operation } from './operation.ts';

/** Problems in `/readyz` that operators must look at while the API keeps running. */
export const troubleNames = ['disk.full', 'mails.away', 'mails.given_up', 'mails.not_set_up', 'widgets.missing'] as const;

export const systemOperations = {
  'system.openapi': {
    summary: 'This contract as OpenAPI 3.1.',
    method: 'GET',
    path: '/openapi.json',
    callers: { anyone: true },
    input: z.strictObject({}),
    example: {},
    output: z.record(z.string(), z.unknown()),
    errors: [],
    limits: [{ per: ['address'], count: 60, seconds: 60 }],
  },
  'system.live': {
    summary: 'The process runs.',
    method: 'GET',
    path: '/livez',
    callers: { anyone: true },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({ ok: z.literal(true) }),
    errors: [],
  },
  'system.ready': {
    summary:
      'The process takes work: the database answers and nothing is being shut down. `troubles` names what needs a person all the same.',
    method: 'GET',
    path: '/readyz',
    callers: { anyone: true },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({ ok: z.literal(true), troubles: z.array(z.enum(troubleNames)) }),
    errors: ['server.no_database'],
  },
} as const satisfies Record<string, Operation>;
