import type { Parsed } from '../../contract/index.ts';
import { fieldAt, parseAs } from '../../contract/parse.ts';
import { applyPatch } from '../../contract/patch.ts';
import { furtherPlan } from '../../contract/plans.ts';
import { refuse } from '../../contract/refusal.ts';
import type { ModeSettings, StoredPlan } from '../../models/agency.ts';
import { FIRST_PLAN } from '../directory/plan.ts';
import { checkPrices } from '../payments/prices.ts';
import type { ListKind } from './lists.ts';

type Draft = NonNullable<Parsed<'agency.update'>['plans']>[number];

export const plansKind: ListKind<StoredPlan, Draft> = {
  at: 'plans',
  prefix: 'pln',
  param: 'planId',
  tooMany: 'plan.too_many',
  notFound: (id) => (id === FIRST_PLAN ? 'plan.first' : 'plan.not_found'),
  whole: furtherPlan,
  listIn: ({ plans }) => plans,
  complete: (draft, known, at) => parseAs(furtherPlan, applyPatch(furtherPlan, known, draft), at),
  settle: (plans) => plans,
  check(plan, { currency }, at) {
    if (plan.id === FIRST_PLAN) refuse('plan.first', { param: fieldAt(at, 'id') });
    if (plan.currency !== currency) refuse('plan.currency_mixed', { param: fieldAt(at, 'currency'), values: { name: plan.name } });
    checkPrices(plan, at);
  },
};

/** Refuses plans that are confusable with the first one, or whose prices could not be compared or paid. */
export const checkPlans = (first: ModeSettings['plan'], plans: readonly StoredPlan[]): void =>
  plans.forEach((plan, index) => {
    plansKind.check(plan, first, `plans.${index}`);
  });
