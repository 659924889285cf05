import type { Output, Parsed } from '../../contract/index.ts';
import { plan as planShape } from '../../contract/plans.ts';
import { refuse } from '../../contract/refusal.ts';
import type { ModeSettings } from '../../models/agency.ts';
import type { Client } from '../../models/client.ts';

type PlanSettings = Parsed<'agencies.create'>['plan'];

/** What a client may do and what things cost: the agency's first plan, or one beside it. */
export interface Plan extends PlanSettings {
  id: string;
  summary: string | null;
  /** What it costs once to change to it, in milli-credits. */
  priceMillis: number;
  /** Whether it can be chosen. Who has it keeps it. */
  active: boolean;
}

/** The id of an agency's first plan, which new clients are on. */
export const FIRST_PLAN = 'pln_standard';

/** What a plan that was stored before it could say more leaves unsaid. */
const unsaid = planShape.parse({ centsPer100Credits: 0, currency: 'EUR' });

/** All plans of an agency in the order in which it shows them, those that cannot be chosen any more among them. */
export const plansOf = ({ plan, plans }: Pick<ModeSettings, 'plan' | 'plans'>): Plan[] => [
  { ...unsaid, ...plan, id: FIRST_PLAN, summary: null, priceMillis: 0, active: true },
  ...plans.map((further) => ({ ...unsaid, ...further })),
];

/** The plan that a client is on. One that the agency has removed is the first one from then on, as for whoever never chose. */
export function planOf(agency: Pick<ModeSettings, 'plan' | 'plans'>, client: Pick<Client, 'planId'> | null | undefined): Plan {
  const [first, ...further] = plansOf(agency) as [Plan, ...Plan[]]; // the first is always there
  return further.find(({ id }) => id === client?.planId) ?? first;
}

/** Refuses with `feature.locked` what the client's plan does not include. */
export function requireFeature({ features }: Plan, feature: string): void {
  if (!features.includes(feature)) refuse('feature.locked', { values: { feature } });
}

/** What a page may know of a client's plan without asking further. */
export const entitlementsOf = ({ id, name, features }: Plan): NonNullable<Output<'bootstrap.read'>['entitlements']> => ({
  planId: id,
  planName: name,
  features,
});
