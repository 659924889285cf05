import { z } from 'zod';
import type { Operation } from './operation.ts';

export const paymentOperations = {
  'webhooks.stripe': {
    summary: "Stripe's signed events for one agency. The address keeps working when the slug is renamed.",
    method: 'POST',
    path: '/api/webhooks/stripe/:slug',
    callers: { anyone: true },
    body: 'raw',
    input: z.strictObject({ slug: z.string() }),
    example: { slug: 'example-voice' },
    output: z.strictObject({ received: z.literal(true) }),
    errors: [
      'agency.not_found',
      'webhook.event_thin',
      'webhook.event_unreadable',
      'webhook.not_configured',
      'webhook.not_ready',
      'webhook.signature_refused',
    ],
  },
} as const satisfies Record<string, Operation>;
