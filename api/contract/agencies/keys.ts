import { z } from 'zod';
import { agencyPermissions, type Operation } from '../operation.ts';
import { instant, mode } from '../values.ts';

const kind = z.enum(['publishable', 'secret']);

export const permissions = z.array(z.enum(agencyPermissions)).min(1);

/** A key as shown: whole if publishable, only its end if secret. */
const key = z.strictObject({
  kind,
  mode,
  hint: z.string().describe('The whole publishable key, or the last four characters of a secret one.'),
  createdAt: instant.nullable(),
  permissions: permissions.nullable().describe('All that a restricted secret key may do. Null: it is not restricted.'),
  worksUntil: instant.nullable().describe('Null: until it is rotated.'),
});

/** The key to rotate, and how long earlier ones keep working. */
export const rotation = { kind, overlapSeconds: z.int().min(0).max(2_592_000).default(86_400).describe('0 ends the old ones at once.') };

export const rotated = z.strictObject({ key: z.string(), kind, mode, previousWorkUntil: instant });

export const keyOperations = {
  'keys.list': {
    summary: "The agency's keys of this mode that still work.",
    method: 'GET',
    callers: { agency: 'agency:read' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({ keys: z.array(key) }),
    errors: [],
  },
  'keys.rotate': {
    summary:
      'Makes a new key, shown this once. The ones before it go on until the overlap ends, so that pages and servers can be changed. A restricted key makes one that may do the same, and ends no other.',
    method: 'POST',
    callers: { agency: 'agency:write' },
    input: z.strictObject(rotation),
    example: { kind: 'secret', overlapSeconds: 3600 },
    output: rotated,
    errors: ['key.rotating'],
  },
} as const satisfies Record<string, Operation>;
