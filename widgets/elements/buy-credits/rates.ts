import { formatThousandths, type Offered, priceOf, pricePerCredit, savingPercent } from '../../../api/rules/money.ts';
import type { Kit } from '../../kit/kit.ts';
import type { WlElement } from '../../ui/element.ts';

type Packages = NonNullable<Kit['data']>['packages'];
type Offer = Packages['packages'][number];
type Custom = NonNullable<Packages['custom']>;

/** Says what a credit of a package costs, how much less than in the dearest offer of that currency, and for how many hours of calls it lasts. */
export function rateOf(host: WlElement, offer: Offer, { packages, custom }: Packages): string {
  const alike: Offered[] = packages.filter(({ currency }) => currency === offer.currency);
  if (custom?.currency === offer.currency) alike.push({ creditsMillis: 100_000, priceCents: custom.centsPer100Credits });
  const percent = savingPercent(offer, alike);
  const price = formatThousandths(pricePerCredit(offer), offer.currency, host.language);
  return host.say(percent > 0 ? 'buy.saving' : 'buy.each', { price, percent, hours: Math.round(offer.credits / 6000) / 10 });
}

/** Returns the price of the amount that is being typed, or nothing as long as it cannot be bought. */
export function priceOfAmount(
  host: WlElement,
  { minMillis, maxMillis, centsPer100Credits, currency }: Custom,
  typed: string,
): string | undefined {
  const millis = Number(typed) * 1000;
  if (!/^\d+$/.test(typed) || millis < minMillis || millis > maxMillis) return undefined;
  return host.price(priceOf(millis, centsPer100Credits), currency);
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    rateOf: typeof rateOf;
    priceOfAmount: typeof priceOfAmount;
  }
}
