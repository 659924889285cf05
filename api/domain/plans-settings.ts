import type { Parsed } from '../contract/index.ts';
import { parseAs } from '../contract/parse.ts';
import { patched } from '../contract/patch.ts';
import { furtherPlan } from '../contract/plans.ts';
import { refuse } from '../contract/refusal.ts';
import type { ModeSettings, StoredPlan } from '../models/agency.ts';
import { mergeList } from './agencies-lists.ts';
import { checkPrices } from './payments.ts';
import { FIRST_PLAN } from './plans.ts';

type Drafts = NonNullable<Parsed<'agency.update'>['plans']>;

export const plansKind = {
  at: 'plans',
  prefix: 'pln',
  tooMany: 'plan.too_many',
  complete: (draft: Drafts[number] & { id: string }, known: StoredPlan | undefined, at: string): StoredPlan =>
    parseAs(furtherPlan, patched(furtherPlan, known, draft), at),
} as const;

export const mergePlans = (stored: readonly StoredPlan[], drafts: Drafts): StoredPlan[] => mergeList(plansKind, stored, drafts);

/** Refuses plans that could not be told from the first one, or whose prices could not be compared or paid. */
export function checkPlans({ currency }: ModeSettings['plan'], plans: readonly StoredPlan[]): void {
  plans.forEach((plan, index) => {
    if (plan.id === FIRST_PLAN) {
      const sentence = 'The first plan stands in plan, not in plans; leave the id out for a new one.';
      refuse('input.invalid', { param: `plans.${index}.id`, values: { sentence } });
    }
    if (plan.currency !== currency) refuse('plan.currency_mixed', { param: `plans.${index}.currency`, values: { name: plan.name } });
    checkPrices(plan, `plans.${index}`);
  });
}
