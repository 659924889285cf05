import type { Output, Parsed } from '../../contract/index.ts';
import { refuse } from '../../contract/refusal.ts';
import { type Client, scopeOf, setPlan } from '../../models/client.ts';
import { countNumbers } from '../../models/number.ts';
import { readUsedStorage } from '../../models/storage-allowance.ts';
import type { AgencyAccess, ClientScope, Deps } from '../../ports/index.ts';
import { priceOf } from '../../rules/money.ts';
import { requireClient } from '../accounts/clients.ts';
import { entitlementsOf, type Plan, planOf, plansOf } from '../directory/plan.ts';
import { orderView, placeOrder } from '../orders/orders.ts';
import { sealedPlan } from '../seals/documents.ts';

/** Lists the plans that can be chosen, and the client's own plan even if it is retired. */
export async function listPlans({ agency }: AgencyAccess, scope: ClientScope | undefined): Promise<Output<'plans.list'>> {
  const current = planOf(agency, scope && (await requireClient(scope, scope.clientId)));
  const isCurrent = ({ id }: Plan) => scope !== undefined && id === current.id;
  const shown = plansOf(agency).filter((plan) => plan.active || isCurrent(plan));
  return { plans: shown.map((plan) => planView(plan, { current: isCurrent(plan), creditCents: current.centsPer100Credits })) };
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
  const ware = { kind: 'plan', name: wanted.name, item: {}, subjectId: planId, priceMillis: wanted.priceMillis } as const;
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

/** Assigns a plan to a client without a payment, for the agency. */
export async function assignPlan(
  { agency, scope }: AgencyAccess,
  { clientId, planId }: Parsed<'plans.assign'>,
): Promise<Output<'plans.assign'>> {
  const client = await requireClient(scope, clientId);
  if (!plansOf(agency).some(({ id }) => id === planId)) refuse('plan.not_found', { param: 'planId' });
  await setPlan(scopeOf(client), sealedPlan(scopeOf(client), { planId }));
  return { clientId, planId };
}

/** Reads a client's rights and its use of the limits. */
export async function readEntitlements({ agency, scope }: AgencyAccess, clientId: string): Promise<Output<'entitlements.read'>> {
  const client: Client = await requireClient(scope, clientId);
  const plan = planOf(agency, client);
  const used = await usedOf(scopeOf(client));
  const share = (limit: keyof Plan['limits']) => ({ used: used[limit], most: plan.limits[limit] });
  return { ...entitlementsOf(plan), numbers: share('numbers'), sources: share('sources'), storageBytes: share('storageBytes') };
}

/** @param creditCents price of 100 credits in the client's present plan, which sets the price in money */
function planView(plan: Plan, { current, creditCents }: { current: boolean; creditCents: number }): Output<'plans.list'>['plans'][number] {
  const { id, name, summary, priceMillis, currency, centsPer100Credits, freeMillis, numbers, features, limits } = plan;
  const { fileMillis, textMillis, urlMillis, freeItems } = plan.knowledge;
  const price = { priceMillis, priceCents: priceOf(priceMillis, creditCents), currency, centsPer100Credits };
  const knowledge = { fileMillis, textMillis, urlMillis, freeItems };
  return { id, name, summary, ...price, freeMillis, numbers, knowledge, features, limits, current };
}

/** Reads a client's use of its plan's limits. */
export async function usedOf(scope: ClientScope): Promise<Record<keyof Plan['limits'], number>> {
  const [{ sources, bytes: storageBytes }, numbers] = await Promise.all([readUsedStorage(scope), countNumbers(scope)]);
  return { numbers, sources, storageBytes };
}
