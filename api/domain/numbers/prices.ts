import { LRUCache } from 'lru-cache';
import type { Output } from '../../contract/index.ts';
import { Refusal, refuse } from '../../contract/refusal.ts';
import type { Deps, NumberType, TelephonyAccess } from '../../ports/index.ts';
import { priceOf } from '../../rules/money.ts';
import { HOUR_MS } from '../../rules/time.ts';
import type { Plan } from '../directory/plan.ts';

type Kind = Plan['numbers'][number];
type Cost = NonNullable<Output<'numbers.list'>['numbers'][number]['providerCost']>;
type Prices = Awaited<ReturnType<Deps['telephony']['readPrices']>>;

/**
 * Returns a client's price of a kind of number, in milli-credits and in money. Refuses with `number.none_sold` where the plan sells no
 * number at all, and with `number.kind_not_sold` where it sells others.
 */
export function soldAt(plan: Plan, { country, type }: Pick<Kind, 'country' | 'type'>) {
  if (plan.numbers.length === 0) refuse('number.none_sold');
  const kind =
    plan.numbers.find((sold) => sold.country === country && sold.type === type) ?? refuse('number.kind_not_sold', { param: 'type' });
  return inMoney(plan, kind);
}

/** Returns a price as shown: setup together with the first month, then monthly. */
export const inMoney = (
  { centsPer100Credits, currency }: Plan,
  { setupMillis, monthlyMillis }: Pick<Kind, 'setupMillis' | 'monthlyMillis'>,
) => ({
  setupMillis,
  monthlyMillis,
  setupCents: priceOf(setupMillis, centsPer100Credits),
  monthlyCents: priceOf(monthlyMillis, centsPer100Credits),
  currency,
});

const remembered = new LRUCache<string, Prices>({ max: 2_000, ttl: HOUR_MS });

/** Reads the provider's price of a kind of number, only for the agency. Null if the provider names none. */
export async function providerCost(account: TelephonyAccess, country: string, type: string, deps: Deps): Promise<Cost | null> {
  const key = `${account.accountSid}/${country}`;
  try {
    const prices = remembered.get(key) ?? (await deps.telephony.readPrices(account, country));
    remembered.set(key, prices);
    const monthlyCents = prices.monthlyCents[type as NumberType]; // an unknown type has no price
    return monthlyCents === undefined ? null : { monthlyCents, currency: prices.currency };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    deps.log.info({ code: error.code, country }, 'number.prices_unknown: the provider did not tell its prices');
    return null;
  }
}
