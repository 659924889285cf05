import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { id, settingsVersion } from '../values.ts';
import { agency, savingErrors } from './agencies.ts';

/** Settings that test and live keep apart and that can be published. */
export const published = [
  'signUp',
  'origins',
  'plan',
  'plans',
  'packages',
  'meter',
  'portal',
  'minutesPolicy',
  'alerts',
  'receipts',
] as const;

const setting = z.enum(published);
const change = z.enum(['comes', 'changes', 'retires']);

const difference = z.strictObject({
  setting,
  path: z.string().describe('Such as `plan.freeMillis`; in a list by the id, as `plans.pln_example.priceMillis`.'),
  live: z.unknown().describe('As it is. Null: it is not there.'),
  test: z.unknown().describe('As it would be.'),
});

const comparison = z.strictObject({
  version: settingsVersion.describe('Pass it to `agency.publish`.'),
  differences: z.array(difference),
  plans: z
    .array(z.strictObject({ planId: id('pln'), name: z.string(), change, liveClients: z.int().describe('How many live clients have it.') }))
    .describe('The plans that would come, change or be retired.'),
  packages: z.array(z.strictObject({ packageId: id('pkg'), name: z.string(), change })),
  origins: z.strictObject({ come: z.array(z.string()), go: z.array(z.string()) }),
});

export const agencyPublishOperations = {
  'agency.compare': {
    summary: 'What publishing the test settings would change for live visitors and clients, and whom it reaches. Takes the live key.',
    method: 'GET',
    callers: { agency: 'agency:read' },
    input: z.strictObject({}),
    example: {},
    output: comparison,
    errors: ['settings.live_key_needed'],
  },
  'agency.publish': {
    summary:
      'Makes the test settings those of live, all or the ones that are named. Plans and packages that test does not have are retired. Takes the live key.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    journaledIfChanged: true,
    forBothModes: true,
    input: z.strictObject({
      version: settingsVersion.describe('As `agency.compare` told it: refuses with 409 where test or live was changed since.'),
      settings: z.array(setting).min(1).optional().describe('Left out: all of them.'),
      priceId: z
        .string()
        .max(120)
        .optional()
        .describe('A price at the live Stripe account, where the package that the present one sells changes its price. Left out: stays.'),
    }),
    example: { version: 0, settings: ['plan', 'plans'] },
    output: agency,
    errors: savingErrors,
  },
} as const satisfies Record<string, Operation>;
