import { z } from 'zod';
import type { Operation } from '../operation.ts';

export const portalOperations = {
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
