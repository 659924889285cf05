import { formatThousandths, type Offered, priceOf, pricePerCredit, savingPercent } from '../../../api/rules/money.ts';
import type { Kit } from '../../kit/kit.ts';
import type { WlElement } from '../../ui/element.ts';

type Packages = NonNullable<Kit['data']>['packages'];
type Offer = Packages['packages'][number];
type Custom = NonNullable<Packages['custom']>;

/**
 * Says what a credit of a package costs, how much less than in an amount of one's own, and for how many hours of calls it lasts. Without
 * amounts of one's own it is compared with the dearest package of that currency.
 */
export function rateOf(host: WlElement, offer: Offer, { packages, custom }: Packages): string {
  const own: Offered | undefined =
    custom?.currency === offer.currency ? { creditsMillis: 100_000, priceCents: custom.centsPer100Credits } : undefined;
  const alike: Offered[] = packages.filter(({ currency }) => currency === offer.currency);
  const percent = savingPercent(offer, own ? [own] : alike);
  const key = own && savingPercent(own, [offer]) > 0 ? 'buy.dearer' : percent > 0 ? 'buy.saving' : 'buy.each';
  const price = formatThousandths(pricePerCredit(offer), offer.currency, host.language);
  const minutes = offer.credits / 1000;
  const calls = host.say(`buy.${minutes < 60 ? 'minutes' : 'hours'}`, { minutes, hours: Math.round(minutes / 6) / 10 });
  return host.say(key, { price, percent, calls });
}

/** Reads an amount as people write it, with or without marks between thousands: milli-credits, or nothing if it cannot be bought. */
export function amountOf(typed: string, { minMillis, maxMillis }: Custom): number | undefined {
  const plain = typed.normalize('NFKC').replace(/\s/g, '');
  const millis = /^\d+$|^\d{1,3}([.,'’]\d{3})+$/.test(plain) ? Number(plain.replace(/\D/g, '')) * 1000 : 0;
  return millis >= minMillis && millis <= maxMillis ? millis : undefined;
}

/** Says what the button buys: the amount that is being typed with its price, or no amount as long as it cannot be bought. */
export function buttonOfAmount(host: WlElement, custom: Custom, typed: string): string {
  const millis = amountOf(typed, custom);
  if (!millis) return host.say('buy.buttonCustom');
  const price = host.price(priceOf(millis, custom.centsPer100Credits), custom.currency);
  return host.say('buy.button', { credits: millis / 1000, price });
}

declare module '../../kit/kit.ts' {
  interface Deferred {
    rateOf: typeof rateOf;
    buttonOfAmount: typeof buttonOfAmount;
  }
}
