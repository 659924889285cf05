import { refuse } from '../../contract/refusal.ts';
import type { NumberType } from '../../ports/index.ts';

/** Facts of a number from the public numbering plans. */
export interface PhoneFacts {
  number: string;
  country: string;
  type: NumberType;
  /** The digits without the country code. */
  national: string;
  /** True if calling it may cost more than a usual call. */
  isCostly: boolean;
}

/** Loads the tables on first use, because they are large and seldom needed. */
const plans = () => import('libphonenumber-js/max');

/** @returns undefined for a number outside all plans */
export async function phoneFacts(number: string): Promise<PhoneFacts | undefined> {
  const { parsePhoneNumberFromString } = await plans();
  const parsed = parsePhoneNumberFromString(number);
  if (!parsed?.isValid() || parsed.country === undefined) return undefined;
  const kind = parsed.getType();
  const isCostly = !plain.has(kind);
  return { number: parsed.number, country: parsed.country, type: typeOf(kind), national: parsed.nationalNumber, isCostly };
}

/** Kinds of numbers whose owner earns nothing from calls. Numbers of an unknown kind are not among them. */
const plain = new Set<string | undefined>(['FIXED_LINE', 'MOBILE', 'FIXED_LINE_OR_MOBILE', 'TOLL_FREE', 'VOIP', 'UAN']);

/** Formats a number in groups with its country code: +44 7700 900123. */
export async function displayNumber(number: string): Promise<string> {
  const { parsePhoneNumberFromString } = await plans();
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
}

/** Refuses with `number.invalid` a number outside all plans. */
export const requirePhone = async (number: string): Promise<PhoneFacts> =>
  (await phoneFacts(number)) ?? refuse('number.invalid', { param: 'number' });

/** Returns a country's calling code, such as 49. Undefined for a country without one. */
export async function callingCode(country: string): Promise<string | undefined> {
  const { getCountryCallingCode, isSupportedCountry } = await plans();
  return isSupportedCountry(country) ? getCountryCallingCode(country) : undefined;
}

function typeOf(type: string | undefined): NumberType {
  if (type === 'MOBILE') return 'mobile';
  if (type === 'TOLL_FREE') return 'toll_free';
  return type === 'FIXED_LINE' || type === 'FIXED_LINE_OR_MOBILE' ? 'local' : 'national';
}
