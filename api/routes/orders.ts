import { cancelOrder, orderView, showOrder } from '../domain/orders/orders.ts';
import { scopeOfClient } from '../http/caller.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const orderRoutes = (deps: Deps): Route[] => [
  answer('orders.read', (caller, { orderId }, { signal }) =>
    showOrder(scopeOfClient(caller) ?? caller.access.scope, orderId, { signal, deps }),
  ),
  answer('orders.cancel', async ({ scope }, { orderId }) => orderView(await cancelOrder(scope, orderId, deps))),
];
