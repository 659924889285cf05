import { type Client, ClientModel, type FreeShare, type HeldPlan, type PlanPromise } from './client.ts';
import { type AgencyScope, type ClientScope, within } from './scope.ts';

/** Counts the clients of each plan. Clients without a plan of their own count under ''. */
export async function countByPlan(scope: AgencyScope): Promise<Map<string, number>> {
  // Every client has logins; the condition lets an index answer.
  const mine = { ...within(scope), logins: { $exists: true } };
  const groups = await ClientModel.aggregate<{ _id: string | null; count: number }>([
    { $match: mine },
    { $group: { _id: '$planId', count: { $sum: 1 } } },
  ]);
  return new Map(groups.map(({ _id, count }) => [_id ?? '', count]));
}

/** The new plan of a client, with its seal if this process has the key. */
type SealedPlan = HeldPlan & Pick<Client, 'planSeal'>;

export async function setPlan(scope: ClientScope, plan: SealedPlan): Promise<void> {
  await ClientModel.updateOne({ ...within(scope), _id: scope.clientId }, putOn(plan));
}

/**
 * Moves a client from one plan to another.
 * @returns false if the client is no longer on the first
 */
export async function movePlan(scope: ClientScope, before: HeldPlan, after: SealedPlan): Promise<boolean> {
  const { planId: wasId = null, planOrderId: wasOrderId = null } = before; // null also matches absent fields
  const filter = { ...within(scope), _id: scope.clientId, planId: wasId, planOrderId: wasOrderId };
  return (await ClientModel.updateOne(filter, putOn(after))).matchedCount === 1;
}

/**
 * Makes an order the one that may bring a plan.
 * @param before the order that was the one until now; null if there was none
 * @returns false if another order has become the one
 */
export async function claimPlan(
  scope: ClientScope,
  { planId, orderId, before }: { planId: string; orderId: string; before: string | null },
): Promise<boolean> {
  const claim = `planClaims.${planId}`;
  const filter = { ...within(scope), _id: scope.clientId, [claim]: before }; // null also matches an absent field
  return (await ClientModel.updateOne(filter, { $set: { [claim]: orderId } })).matchedCount === 1;
}

function putOn({ planId, planOrderId, planSeal }: SealedPlan) {
  const fields = Object.entries({ planId, planOrderId, planSeal });
  const having = (isThere: boolean) => fields.filter(([, value]) => (value !== undefined) === isThere);
  return { $set: Object.fromEntries(having(true)), $unset: Object.fromEntries(having(false).map(([name]) => [name, 1 as const])) };
}

/** Promises the free credits of a plan, once under each name, and none to a deleted client. */
export async function promisePlanFree(scope: ClientScope, name: string, promise: PlanPromise): Promise<void> {
  const at = `planFree.${name}`;
  await ClientModel.updateOne(
    { ...within(scope), _id: scope.clientId, [at]: { $exists: false }, deletion: { $exists: false }, deletedAt: { $exists: false } },
    { $set: { [at]: promise }, $addToSet: { planFreeWaits: name } },
  );
}

/** Ends the waiting of a plan's free credits. */
export async function endPlanFreeWaiting(scope: ClientScope, name: string): Promise<void> {
  await ClientModel.updateOne({ ...within(scope), _id: scope.clientId }, { $pull: { planFreeWaits: name } });
}

/** Notes how many free credits of a promise go back with a part of its order's money. */
export async function notePlanFreeShare(scope: ClientScope, name: string, share: FreeShare): Promise<void> {
  await ClientModel.updateOne({ ...within(scope), _id: scope.clientId }, { $set: { [`planFreeShares.${name}`]: share } });
}

/** Ends a promise whose credits went back, and its waiting. */
export async function endPlanFree(scope: ClientScope, name: string): Promise<void> {
  const change = { $pull: { planFreeWaits: name }, $addToSet: { planFreeOver: name } };
  await ClientModel.updateOne({ ...within(scope), _id: scope.clientId }, change);
}
