import { handleStripeEvent, type OnSettled } from '../domain/payments/events.ts';
import { receiversOf } from '../domain/payments/stripe.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

/** @param advanceOrder goes on with what a paid purchase was for; orders stand on payments, so it is handed in */
export const paymentRoutes = (deps: Deps, advanceOrder: OnSettled): Route[] => [
  answer('webhooks.stripe', async (_anyone, { slug }, { bytes, req }) => {
    const signature = req.headers['stripe-signature'];
    const signed = typeof signature === 'string' ? signature : undefined;
    await handleStripeEvent(await receiversOf(slug, deps), bytes, signed, deps, advanceOrder);
    return { received: true };
  }),
];
