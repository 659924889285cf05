import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Client, scopeOf } from '../../models/client.ts';
import { setPlan } from '../../models/client-plan.ts';
import { readProviderAccount } from '../../models/provider-account.ts';
import type { AgencyAccess, AgencyScope, ClientScope, Deps } from '../../ports/index.ts';
import { giveWaiting, requireClient, requireKnownClient } from '../accounts/clients.ts';
import { mayPromiseFree, promiseWithPlan } from '../accounts/free-credits.ts';
import { entitlementsOf, FIRST_PLAN, type Plan, planOf, plansOf } from '../directory/plan.ts';
import { orderView, placeOrder } from '../orders/orders.ts';
import { sealedPlan } from '../seals/documents.ts';
import type { PlanItem } from './free-returns.ts';
import { freeToCome, type PlanView, showPlan, showPlanTo, usedOf } from './view.ts';

/** Lists the plans that can be chosen, and the client's own plan even if it is retired. */
export async function listPlans(access: AgencyAccess, scope: ClientScope | undefined, deps: Deps): Promise<Output<'plans.list'>> {
  const { agency } = access;
  const promised = async (plan: Plan, view: PlanView): Promise<PlanView> => {
    const free = { millis: view.freeMillis, isEarned: plan.priceMillis > 0, perDay: plan.freeGrantsPerDay };
    return { ...view, freeMillis: await mayPromiseFree(access.scope, agency, free, deps) };
  };
  const plans = plansOf(agency);
  const withoutProvider = await featuresWithoutProvider(access.scope);
  if (!scope) {
    const onOffer = plans.filter(({ active }) => active);
    const { centsPer100Credits } = agency.plan;
    return { plans: await Promise.all(onOffer.map((plan) => promised(plan, showPlan(plan, centsPer100Credits)))), withoutProvider };
  }
  const [client, used] = await Promise.all([requireClient(scope, scope.clientId), usedOf(scope)]);
  const current = planOf(agency, client);
  const shown = plans.filter(({ id, active }) => active || id === current.id);
  const show = async (plan: Plan) => promised(plan, await showPlanTo(client, plan, { current, used }, deps));
  return { plans: await Promise.all(shown.map(show)), withoutProvider };
}

/** Lists the features that wait for the agency to connect a provider. */
async function featuresWithoutProvider(scope: AgencyScope): Promise<('numbers' | 'knowledge')[]> {
  const [telephony, voice] = await Promise.all([readProviderAccount(scope, 'telephony'), readProviderAccount(scope, 'voice')]);
  return [...(telephony ? [] : ['numbers' as const]), ...(voice ? [] : ['knowledge' as const])];
}

/** Changes a client to another plan by an order, which is paid and delivered like any other. */
export async function choosePlan(
  access: AgencyAccess,
  { scope, memberId }: { scope: ClientScope; memberId: string },
  { planId, priceMillis, priceCents, currency, ...payment }: Parsed<'plans.choose'>,
  { orderId, signal, deps }: { orderId: string; signal: AbortSignal; deps: Deps },
): Promise<Output<'plans.choose'>> {
  const client = await requireClient(scope, scope.clientId);
  const wanted = plansOf(access.agency).find(({ id }) => id === planId) ?? refuse('plan.not_found', { param: 'planId' });
  const isCurrent = planOf(access.agency, client).id === planId;
  if (!wanted.active && !isCurrent) refuse('plan.not_found', { param: 'planId' });
  const freeMillis = await freeToCome(client, wanted, deps);
  const item: PlanItem = freeMillis > 0 ? { freeMillis } : {};
  const ware = { kind: 'plan', name: wanted.name, item: { ...item }, subjectId: planId, priceMillis: wanted.priceMillis } as const;
  const refusedUnlessBegun = isCurrent ? 'plan.current' : undefined;
  const placement = {
    orderId,
    memberId,
    ware,
    shown: { priceMillis, priceCents, currency },
    ...payment,
    signal,
    refusedUnlessBegun,
  } as const;
  return orderView(await placeOrder(access, scope, placement, deps));
}

/** Assigns a plan to a client without a payment, for the agency. The client gets the plan's free credits, as if it had bought it. */
export async function assignPlan(
  access: AgencyAccess,
  { clientId, planId }: Parsed<'plans.assign'>,
  deps: Deps,
): Promise<Output<'plans.assign'>> {
  const client = await requireClient(access.scope, clientId);
  const { freeMillis } = plansOf(access.agency).find(({ id }) => id === planId) ?? refuse('plan.not_found', { param: 'planId' });
  const scope = scopeOf(client);
  await setPlan(scope, sealedPlan(scope, { planId }));
  deps.reached('plan.after_move');
  if (freeMillis > 0 && planId !== FIRST_PLAN) {
    await promiseWithPlan(client, planId, { millis: freeMillis, isEarned: true });
    await giveWaiting(access, await requireClient(access.scope, clientId), deps);
  }
  return { clientId, planId };
}

/** Reads a client's rights and its use of the limits. */
export async function readEntitlements({ agency, scope }: AgencyAccess, clientId: string): Promise<Output<'entitlements.read'>> {
  const client: Client = await requireKnownClient(scope, clientId);
  const plan = planOf(agency, client);
  const used = await usedOf(scopeOf(client));
  const share = (limit: keyof Plan['limits']) => ({ used: used[limit], most: plan.limits[limit] });
  return { ...entitlementsOf(plan), numbers: share('numbers'), sources: share('sources'), storageBytes: share('storageBytes') };
}
