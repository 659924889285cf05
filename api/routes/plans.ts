import { orderView } from '../domain/orders.ts';
import { assignPlan, choosePlan, listPlans, readEntitlements } from '../domain/plans-choice.ts';
import type { Deps } from '../domain/ports.ts';
import { clientIdOf } from '../http/caller.ts';
import { answer, type Route } from '../http/route.ts';

export const planRoutes = (deps: Deps): Route[] => [
  answer('plans.list', (caller) => listPlans(caller.access, caller.kind === 'client' ? caller.scope : undefined)),
  answer('plans.choose', async (caller, input, { seed }) =>
    orderView(await choosePlan(caller.access, caller, input, { orderId: `ord_${seed}`, deps })),
  ),
  answer('plans.assign', ({ access }, input) => assignPlan(access, input)),
  answer('entitlements.read', (caller, { clientId }) => readEntitlements(caller.access, clientIdOf(caller, clientId))),
];
