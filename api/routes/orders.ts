import { cancelOrder, orderView, readOrderOf } from '../domain/orders/orders.ts';
import { lookingAt } from '../domain/payments/checkout.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const orderRoutes = (deps: Deps): Route[] => [
  answer('orders.read', async (caller, { orderId }, { signal }) => {
    const scope = caller.kind === 'client' ? caller.scope : caller.access.scope;
    return orderView(await readOrderOf(scope, orderId, lookingAt(scope, signal, deps)));
  }),
  answer('orders.cancel', async ({ scope }, { orderId }) => orderView(await cancelOrder(scope, orderId, deps))),
];
