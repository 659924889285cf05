import type { Output, Parsed } from '../../contract/index.ts';
import type { AgencyAccess, Deps } from '../../ports/index.ts';
import { reorderItems, saveItem } from '../agencies/items.ts';
import { plansKind } from '../agencies/plan-settings.ts';

type Changed = Output<'plans.update'>;

/** @param planId belongs to the attempt, so that the same attempt creates one plan */
export async function createPlan(
  opened: AgencyAccess,
  draft: Parsed<'plans.create'>,
  { planId, deps }: { planId: string; deps: Deps },
): Promise<Changed> {
  const { item: plan, version } = await saveItem(plansKind, opened, { draft: { ...draft, id: planId }, isNew: true }, deps);
  return { plan, version };
}

/** Changes the named fields of a plan, also for clients on it. */
export async function updatePlan(opened: AgencyAccess, { planId, ...named }: Parsed<'plans.update'>, deps: Deps): Promise<Changed> {
  const { item: plan, version } = await saveItem(plansKind, opened, { draft: { ...named, id: planId } }, deps);
  return { plan, version };
}

export async function reorderPlans(opened: AgencyAccess, planIds: readonly string[], deps: Deps): Promise<Output<'plans.reorder'>> {
  const { ids, version } = await reorderItems(plansKind, opened, planIds, deps);
  return { planIds: ids, version };
}
