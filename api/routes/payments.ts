import { advancePaidOrder } from '../domain/orders/orders.ts';
import { handleStripeEvent } from '../domain/payments/events.ts';
import { receiversOf } from '../domain/payments/stripe.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const webhookRoutes = (deps: Deps): Route[] => [
  answer('webhooks.stripe', async (_anyone, { slug }, { bytes, req }) => {
    const signature = req.headers['stripe-signature'];
    const signed = typeof signature === 'string' ? signature : undefined;
    await handleStripeEvent(await receiversOf(slug, deps), bytes, signed, deps, (purchase) => advancePaidOrder(purchase, deps));
    return { received: true };
  }),
];
