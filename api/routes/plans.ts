import { assignPlan, choosePlan, listPlans, readEntitlements } from '../domain/plans/choice.ts';
import { createPlan, reorderPlans, updatePlan } from '../domain/plans/offers.ts';
import { clientIdOf, scopeOfClient } from '../http/caller.ts';
import { answer, type Route } from '../http/route.ts';
import type { Deps } from '../ports/index.ts';

export const planRoutes = (deps: Deps): Route[] => [
  answer('plans.list', (caller) => listPlans(caller.access, scopeOfClient(caller), deps)),
  answer('plans.choose', (caller, input, { seed, signal }) =>
    choosePlan(caller.access, caller, input, { orderId: `ord_${seed}`, signal, deps }),
  ),
  answer('plans.create', ({ access }, input, { seed }) => createPlan(access, input, { planId: `pln_${seed}`, deps })),
  answer('plans.update', ({ access }, input) => updatePlan(access, input, deps)),
  answer('plans.retire', ({ access }, { planId }) => updatePlan(access, { planId, active: false }, deps)),
  answer('plans.reorder', ({ access }, { planIds }) => reorderPlans(access, planIds, deps)),
  answer('plans.assign', ({ access }, input) => assignPlan(access, input, deps)),
  answer('entitlements.read', (caller, { clientId }) => readEntitlements(caller.access, clientIdOf(caller, clientId))),
];
