import type { Parsed } from '../contract/index.ts';
import { refuse } from '../contract/refusal.ts';
import type { StoredPlan } from '../models/agency.ts';
import { newId } from '../security/random.ts';
import { checkPrices } from './payments.ts';
import { FIRST_PLAN } from './plans.ts';

type Settings = Parsed<'agencies.create'>;

/** Plans as they are stored: one that is new gets its id, and the others keep theirs. */
export const withPlanIds = (drafts: NonNullable<Parsed<'agency.update'>['plans']>): StoredPlan[] =>
  drafts.map((draft) => ({ ...draft, id: draft.id ?? newId('pln') }));

/** Refuses plans that could not be told apart, or whose prices could not be compared or paid. */
export function checkPlans({ currency }: Settings['plan'], plans: readonly StoredPlan[]): void {
  const ids = [FIRST_PLAN, ...plans.map(({ id }) => id)];
  plans.forEach((plan, index) => {
    if (ids.indexOf(plan.id) <= index)
      refuse('input.invalid', {
        param: `plans.${index}.id`,
        values: { sentence: 'Each plan has an id of its own; leave it out for a new one.' },
      });
    if (plan.currency !== currency) refuse('plan.currency_mixed', { param: `plans.${index}.currency` });
    checkPrices(plan, `plans.${index}`);
  });
}
