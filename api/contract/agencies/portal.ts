import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { mode, told } from '../values.ts';

/** The fields that a portal needs before it is on for real money. */
export const portalFields = [
  'brand.companyName',
  'slug',
  'stripe.publishableKey',
  'stripe.secretKey',
  'stripe.productId',
  'stripe.priceId',
  'stripe.webhookSecret',
] as const;

export const portalOperations = {
  'portal.read': {
    summary:
      'Whether the portal is on in the mode of the key, and what is missing. A live portal is on once every field is there: until then it takes nobody in and sells nothing, while clients keep what they have. A test one is on from the start.',
    method: 'GET',
    callers: { agency: 'agency:read' },
    input: z.strictObject({}),
    example: {},
    output: z.strictObject({
      mode,
      active: z.boolean().describe('Whether it is on: switched on and, in live mode, complete.'),
      notice: z.string().nullable(),
      missing: z.array(z.enum(portalFields)),
      fields: z.array(z.strictObject({ field: z.enum(portalFields), complete: z.boolean(), reason: told.nullable() })),
    }),
    errors: [],
  },
  'portal.page': {
    summary:
      "The agency's hosted page, with the same widgets in its name and colors. A former slug leads to the present one; a closed agency shows its notice.",
    method: 'GET',
    path: '/p/:slug',
    callers: { anyone: true },
    page: true,
    // Parameters that advertisements and mail programs append are dropped, not refused.
    input: z.object({ slug: z.string() }),
    example: { slug: 'example-voice' },
    output: z.string(),
    errors: [],
    limits: [{ per: ['address'], count: 300, seconds: 60 }],
  },
} as const satisfies Record<string, Operation>;
