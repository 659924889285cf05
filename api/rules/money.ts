/** The currencies that a wallet may have. All three have two decimals. */
export const currencies = ['EUR', 'USD', 'GBP'] as const;
export type Currency = (typeof currencies)[number];

/** The platform's share of a settled payment: 2 %, in basis points. */
export const PLATFORM_FEE_BASIS_POINTS = 200;

/** A share of an amount, rounded half to even, so that over many payments nobody gains by the rounding. Both in minor units. */
export const feeCents = (amountCents: number, basisPoints: number): number =>
  divideHalfEven(BigInt(amountCents) * BigInt(basisPoints), 10_000n);

/** What a free choice of credits costs, in minor units. The price is per 100 credits, so that a credit may cost a fraction of a cent. */
export const priceOf = (millis: number, centsPer100Credits: number): number =>
  divideHalfEven(BigInt(millis) * BigInt(centsPer100Credits), 100_000n);

/** An amount as people of a place write it, e.g. `€40.00`. Minor units in, and no fraction is ever formed of them. */
export function formatMoney(cents: number, currency: Currency, locale = 'en'): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  const decimal = `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}` as `${number}`; // two decimals each
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(decimal);
}

/** Milli-credits as credits, with as many of three decimals as there are. As text, because a fraction is not exact. */
export const formatCredits = (millis: number): string => {
  const decimal = `${millis}`.padStart(4, '0').replace(/(\d{3})$/, '.$1');
  return new Intl.NumberFormat('en', { maximumFractionDigits: 3 }).format(decimal as `${number}`);
};

/** The same in words: `1 credit`, `2.5 credits`. */
export const creditsInWords = (millis: number, unit = 'credit'): string =>
  `${formatCredits(millis)} ${millis === 1000 ? unit : `${unit}s`}`;

/** Whole numbers only, neither negative. BigInt, because a product of two amounts need not be a safe integer. */
function divideHalfEven(dividend: bigint, divisor: bigint): number {
  const quotient = dividend / divisor;
  const twiceRest = (dividend % divisor) * 2n;
  const up = twiceRest > divisor || (twiceRest === divisor && quotient % 2n === 1n);
  return Number(up ? quotient + 1n : quotient);
}
