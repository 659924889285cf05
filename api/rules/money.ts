/** The currencies of wallets. All have two decimals. */
export const currencies = ['EUR', 'USD', 'GBP'] as const;
export type Currency = (typeof currencies)[number];

/** The platform's share of a settled payment: 2 %, in basis points. */
export const PLATFORM_FEE_BASIS_POINTS = 200;

/** Returns a share of an amount, rounded half to even, so that rounding favors nobody over many payments. Minor units. */
export const feeCents = (amountCents: number, basisPoints: number): number =>
  divideHalfEven(BigInt(amountCents) * BigInt(basisPoints), 10_000n);

/**
 * Returns the tax that a price contains, at a rate in basis points of the price without it: 639 of 4000 at 1900. Rounded half to even; the
 * price without tax is the rest, so that both add up. Minor units.
 */
export const includedTaxCents = (grossCents: number, basisPoints: number): number =>
  divideHalfEven(BigInt(grossCents) * BigInt(basisPoints), 10_000n + BigInt(basisPoints));

/** Formats a rate in basis points, e.g. 1900 as `19%` and 770 as `7.7%`. Never forms a fraction. */
export function formatRate(basisPoints: number, language: string): string {
  const digits = String(basisPoints).padStart(5, '0');
  const ratio = `${digits.slice(0, -4)}.${digits.slice(-4)}` as `${number}`; // two groups of digits
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 2 }).format(ratio);
}

/** Returns the price of freely chosen credits, in minor units. The price is per 100 credits, so that one may cost a fraction of a cent. */
export const priceOf = (millis: number, centsPer100Credits: number): number =>
  divideHalfEven(BigInt(millis) * BigInt(centsPer100Credits), 100_000n);

/** An amount of credits and its price in one currency: milli-credits and minor units, both above 0. */
export interface Offered {
  creditsMillis: number;
  priceCents: number;
}

/** Returns the price of one credit in thousandths of the currency: whole minor units from ten minor units on. Rounded half to even. */
export function pricePerCredit({ creditsMillis, priceCents }: Offered): number {
  const [price, credits] = [BigInt(priceCents) * 1000n, BigInt(creditsMillis)];
  const cents = divideHalfEven(price, credits);
  return cents >= 10 ? cents * 10 : divideHalfEven(price * 10n, credits);
}

/** Returns how much less a credit costs than in the dearest of the other offers, in whole percent, rounded down. */
export function savingPercent(offer: Offered, others: readonly Offered[]): number {
  const priceOfBoth = (one: Offered, other: Offered) => BigInt(one.priceCents) * BigInt(other.creditsMillis);
  const dearest = others.reduce((most, one) => (priceOfBoth(one, most) > priceOfBoth(most, one) ? one : most), offer);
  const [own, most] = [priceOfBoth(offer, dearest), priceOfBoth(dearest, offer)];
  return most === 0n ? 0 : Number(((most - own) * 100n) / most);
}

/** Formats thousandths of a currency, e.g. 390 as `€0.39` and 79 as `€0.079`. Never forms a fraction. */
export function formatThousandths(thousandths: number, currency: Currency, language?: string): string {
  return new Intl.NumberFormat(language, { style: 'currency', currency, maximumFractionDigits: 3 }).format(decimalOf(thousandths, 3));
}

/** Formats an amount for a language, e.g. `€40.00`. Takes minor units and never forms a fraction. */
export function formatMoney(cents: number, currency: Currency, language: string): string {
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(decimalOf(cents, 2)); // all currencies have two decimals
}

/** Formats milli-credits as credits with up to three decimals. */
export const formatCredits = (millis: number, language: string): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 3 }).format(decimalOf(millis, 3));

/** Writes units of a decimal place as a decimal, e.g. -17 thousandths as `-0.017`. Works on text, because fractions are not exact. */
export function decimalOf(units: number, places: number): `${number}` {
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  return `${units < 0 ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}` as `${number}`; // two groups of digits
}

/** Divides non-negative integers, half to even. BigInt, because the product of two amounts may exceed safe integers. */
function divideHalfEven(dividend: bigint, divisor: bigint): number {
  const quotient = dividend / divisor;
  const twiceRest = (dividend % divisor) * 2n;
  const up = twiceRest > divisor || (twiceRest === divisor && quotient % 2n === 1n);
  return Number(up ? quotient + 1n : quotient);
}
