import { receiversOf } from '../domain/agencies-payments.ts';
import { advancePaidOrder } from '../domain/orders.ts';
import type { Deps } from '../domain/ports.ts';
import { handleStripeEvent } from '../domain/purchases-events.ts';
import { answer, type Route } from '../http/route.ts';

export const webhookRoutes = (deps: Deps): Route[] => [
  answer('webhooks.stripe', async (_anyone, { slug }, { bytes, req }) => {
    const signature = req.headers['stripe-signature'];
    const signed = typeof signature === 'string' ? signature : undefined;
    await handleStripeEvent(await receiversOf(slug, deps), bytes, signed, deps, (purchase) => advancePaidOrder(purchase, deps));
    return { received: true };
  }),
];
