import { cancelOrder, orderView, readOrderOf } from '../domain/orders.ts';
import type { Deps } from '../domain/ports.ts';
import { answer, type Route } from '../http/route.ts';

export const orderRoutes = (deps: Deps): Route[] => [
  answer('orders.read', async (caller, { orderId }) =>
    orderView(await readOrderOf(caller.kind === 'client' ? caller.scope : caller.access.scope, orderId, deps)),
  ),
  answer('orders.cancel', async ({ scope }, { orderId }) => orderView(await cancelOrder(scope, orderId, deps))),
];
