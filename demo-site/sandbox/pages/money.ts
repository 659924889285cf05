/** `1900` and `eur` become `€19.00`. Works on digits, so that no amount passes through a fraction. */
export function money(amount: number | null, currency: string | null): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: currency ?? 'usd', currencyDisplay: 'narrowSymbol' });
  const places = format.resolvedOptions().maximumFractionDigits ?? 2;
  const digits = String(amount ?? 0).padStart(places + 1, '0');
  const [whole, rest] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  // digits, a point and digits: a written number
  return format.format((places > 0 ? `${whole}.${rest}` : digits) as `${number}`);
}
