import { CREDIT_CENTS, PLAN_PRICE_TIMES, storedPackage } from '../../contract/agencies/packages.ts';
import type { Parsed } from '../../contract/index.ts';
import { fieldAt, parseAs } from '../../contract/parse.ts';
import { applyPatch } from '../../contract/patch.ts';
import { refuse } from '../../contract/refusal.ts';
import type { ModeSettings, StoredPackage } from '../../models/agency.ts';
import { priceOf } from '../../rules/money.ts';
import { withOnePopular } from '../../rules/popular.ts';
import { FIRST_PLAN, type Plan } from '../directory/plan.ts';
import { CHARGE_CENTS } from '../payments/prices.ts';
import type { ListKind } from './lists.ts';

type Draft = NonNullable<Parsed<'agency.update'>['packages']>[number];

export const packagesKind: ListKind<StoredPackage, Draft> = {
  at: 'packages',
  prefix: 'pkg',
  param: 'packageId',
  tooMany: 'package.too_many',
  notFound: () => 'package.not_found',
  whole: storedPackage,
  listIn: ({ packages }) => packages,
  complete({ creditsMillis, credits, priceConfirmed, ...named }, known, at, first) {
    const amount = amountOf({ creditsMillis, credits }, known, at);
    const next = parseAs(storedPackage, applyPatch(storedPackage, known, { ...named, creditsMillis: amount }), at);
    const isRepriced = next.creditsMillis !== known?.creditsMillis || next.priceCents !== known.priceCents;
    if (isRepriced && priceConfirmed !== true) {
      checkCreditPrice(next, at);
      checkAgainstPlan(next, first, at);
    }
    return next;
  },
  settle(packages, changes, at) {
    const [taker, second] = changes.flatMap(({ popular }, index) => (popular === true ? [index] : []));
    if (second !== undefined) refuse('input.invalid', { param: fieldAt(at(second), 'popular'), values: { reason: 'popular_before' } });
    return withOnePopular(packages, taker === undefined ? undefined : changes[taker]?.id);
  },
  check({ active, currency }, first, at) {
    if (active && currency !== first.currency) refuse('package.currency_mixed', { param: fieldAt(at, 'currency') });
  },
};

/** Returns the wanted amount. If only one of its two names differs from the stored one, that one was changed. */
function amountOf({ creditsMillis, credits }: Pick<Draft, 'creditsMillis' | 'credits'>, known: StoredPackage | undefined, at: string) {
  if (creditsMillis === undefined || credits === undefined || creditsMillis === credits) return creditsMillis ?? credits;
  if (creditsMillis === known?.creditsMillis) return credits;
  if (credits === known?.creditsMillis) return creditsMillis;
  return refuse('input.invalid', {
    param: fieldAt(at, 'credits'),
    values: { reason: 'old_name', name: 'creditsMillis' },
  });
}

/** Refuses a price per credit that is probably a slip in the unit, unless it is confirmed. */
function checkCreditPrice({ creditsMillis, priceCents, currency }: StoredPackage, at: string): void {
  const { min, max } = CREDIT_CENTS;
  const isLow = priceCents * 1000 < min * creditsMillis;
  if (!isLow && priceCents * 1000 <= max * creditsMillis) return;
  const price = { priceCents: Math.floor((priceCents * 1000) / creditsMillis), currency };
  refuse('package.price_unusual', {
    param: fieldAt(at, 'creditsMillis'),
    values: isLow ? { price: 'low', leastCents: min, currency } : { price: 'high', ...price },
  });
}

/** Refuses a price that is far from what the first plan's credits cost. */
function checkAgainstPlan({ creditsMillis, priceCents, currency }: StoredPackage, first: ModeSettings['plan'], at: string): void {
  const { centsPer100Credits: planCents } = first;
  if (planCents === 0 || currency !== first.currency) return;
  // The products exceed what a number holds exactly.
  const [own, usual, most] = [BigInt(priceCents) * 100_000n, BigInt(planCents) * BigInt(creditsMillis), BigInt(PLAN_PRICE_TIMES)];
  const isFarAbove = own > most * usual;
  if (!isFarAbove && most * own >= usual) return;
  const both = { priceCents: Math.floor((priceCents * 100_000) / creditsMillis), planCents, currency };
  refuse('package.price_unusual', {
    param: fieldAt(at, 'creditsMillis'),
    values: isFarAbove ? { price: 'far_above', ...both } : { price: 'far_below', ...both },
  });
}

/** Refuses offered packages in another currency than the plan's. */
export const checkPackages = (first: ModeSettings['plan'], packages: readonly StoredPackage[]): void =>
  packages.forEach((one, index) => {
    packagesKind.check(one, first, `packages.${index}`);
  });

/** A package at a client's price. */
export type PricedPackage = StoredPackage & {
  /** True if this is not the package's own price. */
  isRepriced: boolean;
};

/**
 * Returns the packages on offer at the prices of a client's plan. Their own prices are those of the first plan. In a plan with cheaper
 * credits a package costs at most what its credits cost there, and in one with dearer credits at least that. Prices that could not be paid
 * are left out.
 */
export function packagesFor(settings: Pick<ModeSettings, 'packages' | 'plan'>, plan: Plan): PricedPackage[] {
  const { centsPer100Credits } = plan;
  const isOwn = plan.id === FIRST_PLAN || centsPer100Credits === 0;
  const bound = centsPer100Credits > settings.plan.centsPer100Credits ? Math.max : Math.min;
  return offeredPackages(settings)
    .map((one) => {
      const priceCents = isOwn ? one.priceCents : bound(one.priceCents, priceOf(one.creditsMillis, centsPer100Credits));
      return { ...one, priceCents, isRepriced: priceCents !== one.priceCents };
    })
    .filter(({ priceCents, isRepriced }) => !isRepriced || (priceCents >= CHARGE_CENTS.min && priceCents <= CHARGE_CENTS.max));
}

/** Returns the packages on offer, in the order shown. */
export const offeredPackages = ({ packages }: Pick<ModeSettings, 'packages'>): StoredPackage[] => packages.filter(({ active }) => active);
