import type { Output, Parsed } from '../../contract/index.ts';
import { plan as planShape } from '../../contract/plans.ts';
import { refuse } from '../../contract/refusal.ts';
import type { ModeSettings } from '../../models/agency.ts';
import type { Client } from '../../models/client.ts';

type PlanSettings = Parsed<'agencies.create'>['plan'];

/** A client's rights and prices: the agency's first plan or another. */
export interface Plan extends PlanSettings {
  id: string;
  summary: string | null;
  /** One-time price of changing to it, in milli-credits. */
  priceMillis: number;
  /** True if it can be chosen. Clients on it keep it. */
  active: boolean;
}

/** Id of an agency's first plan, which new clients get. */
export const FIRST_PLAN = 'pln_standard';

/** Defaults for fields that older stored plans lack. */
const unsaid = planShape.parse({ centsPer100Credits: 0, currency: 'EUR' });

/** Lists all plans of an agency in the order shown, including retired ones. */
export const plansOf = ({ plan, plans }: Pick<ModeSettings, 'plan' | 'plans'>): Plan[] => [
  { ...unsaid, ...plan, id: FIRST_PLAN, summary: null, priceMillis: 0, active: true },
  ...plans.map((further) => ({ ...unsaid, ...further })),
];

/** Returns a client's plan. If the agency has removed it, or the client never chose, it is the first plan. */
export function planOf(agency: Pick<ModeSettings, 'plan' | 'plans'>, client: Pick<Client, 'planId'> | null | undefined): Plan {
  const [first, ...further] = plansOf(agency) as [Plan, ...Plan[]]; // there is always a first plan
  return further.find(({ id }) => id === client?.planId) ?? first;
}

/** Refuses with `feature.locked` a feature that the client's plan lacks. */
export function requireFeature({ features }: Plan, feature: string): void {
  if (!features.includes(feature)) refuse('feature.locked');
}

/** Returns the entitlements of a client's plan that a page gets without asking. */
export const entitlementsOf = ({ id, name, features }: Plan): NonNullable<Output<'bootstrap.read'>['entitlements']> => ({
  planId: id,
  planName: name,
  features,
});
