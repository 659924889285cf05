import type { Output } from '../../contract/index.ts';
import { type Client, scopeOf } from '../../models/client.ts';
import { countNumbers } from '../../models/number.ts';
import { readOrder } from '../../models/order.ts';
import { readUsedStorage } from '../../models/storage-allowance.ts';
import type { ClientScope, Deps } from '../../ports/index.ts';
import { priceOf } from '../../rules/money.ts';
import { isMailboxFree, nextFree } from '../accounts/free-credits.ts';
import { FIRST_PLAN, type Plan } from '../directory/plan.ts';

export type PlanView = Output<'plans.list'>['plans'][number];
type Used = Record<keyof Plan['limits'], number>;

/** Shows a plan to visitors, or to the agency. */
export function showPlan(plan: Plan, creditCents: number): PlanView {
  const { id, name, summary, priceMillis, currency, centsPer100Credits, freeMillis, numbers, features, limits } = plan;
  const { fileMillis, textMillis, urlMillis, freeItems } = plan.knowledge;
  const price = { priceMillis, priceCents: priceOf(priceMillis, creditCents), currency, centsPer100Credits };
  const knowledge = { fileMillis, textMillis, urlMillis, freeItems };
  return { id, name, summary, ...price, freeMillis, numbers, knowledge, features, limits, current: false, bought: null, loses: null };
}

/** Shows a plan to a client: the price in the client's own credits, and what a change to it would bring and take. */
export async function showPlanTo(
  client: Client,
  plan: Plan,
  { current, used }: { current: Plan; used: Used },
  deps: Deps,
): Promise<PlanView> {
  const view = showPlan(plan, current.centsPer100Credits);
  if (plan.id === current.id) return { ...view, ...(await asBought(client)), freeMillis: 0, current: true };
  return { ...view, freeMillis: await freeToCome(client, plan, deps), loses: listLosses(current, plan, used) };
}

/**
 * Returns the free credits that a client gets by changing to a plan. Each plan gives them once; the first one gives its own at sign-up, and
 * one without a price only to a mailbox that had none, which only its owner is told.
 */
export async function freeToCome(client: Client, { id, freeMillis, priceMillis }: Plan, deps: Pick<Deps, 'keys'>): Promise<number> {
  if (freeMillis === 0 || id === FIRST_PLAN || (await nextFree(client, id)) === undefined) return 0;
  const [member] = client.members;
  // Nobody may learn by typing an address whether its owner had free credits.
  const isOwn = member?.emailVerifiedAt !== undefined;
  const isDue = priceMillis > 0 || (member !== undefined && (!isOwn || (await isMailboxFree(scopeOf(client), member.email, deps))));
  return isDue ? freeMillis : 0;
}

/** Returns the price at which a client bought its plan; nothing if it was given or is the first one. */
async function asBought(client: Client): Promise<Pick<PlanView, 'priceMillis' | 'priceCents' | 'currency' | 'bought'> | undefined> {
  const order = client.planOrderId === undefined ? null : await readOrder(scopeOf(client), client.planOrderId);
  if (!order) return undefined;
  const { priceMillis, priceCents, currency, pay, createdAt } = order;
  return { priceMillis, priceCents, currency, bought: { at: createdAt.toISOString(), paidWith: pay } };
}

/** Lists what a client has now and would not have in another plan. */
export function listLosses(current: Plan, next: Plan, used: Used): NonNullable<PlanView['loses']> {
  const limits = (['numbers', 'sources', 'storageBytes'] as const).flatMap((limit) => {
    const [was, most] = [current.limits[limit], next.limits[limit]];
    return most === null || (was !== null && was <= most) ? [] : [{ limit, was, most, used: used[limit] }];
  });
  return { features: current.features.filter((feature) => !next.features.includes(feature)), limits };
}

/** Reads a client's use of its plan's limits. */
export async function usedOf(scope: ClientScope): Promise<Used> {
  const [{ sources, bytes: storageBytes }, numbers] = await Promise.all([readUsedStorage(scope), countNumbers(scope)]);
  return { numbers, sources, storageBytes };
}
