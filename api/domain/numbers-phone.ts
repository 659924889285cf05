import { refuse } from '../contract/refusal.ts';
import type { NumberType } from './ports.ts';

/** What the public numbering plans say of a number. */
export interface PhoneFacts {
  number: string;
  country: string;
  type: NumberType;
  /** The digits after the country's. */
  national: string;
}

/** The tables are big and seldom needed, so they are read when the first number has to be looked up. */
const plans = () => import('libphonenumber-js/max');

/** @returns undefined for what no plan has */
export async function phoneFacts(number: string): Promise<PhoneFacts | undefined> {
  const { parsePhoneNumberFromString } = await plans();
  const parsed = parsePhoneNumberFromString(number);
  if (!parsed?.isValid() || parsed.country === undefined) return undefined;
  return { number: parsed.number, country: parsed.country, type: typeOf(parsed.getType()), national: parsed.nationalNumber };
}

/** Refuses with `number.invalid` what no plan has. */
export const requirePhone = async (number: string): Promise<PhoneFacts> =>
  (await phoneFacts(number)) ?? refuse('number.invalid', { param: 'number' });

/** The digits that numbers of a country begin with, such as 49. Undefined for a country that has none. */
export async function callingCode(country: string): Promise<string | undefined> {
  const { getCountryCallingCode, isSupportedCountry } = await plans();
  return isSupportedCountry(country) ? getCountryCallingCode(country) : undefined;
}

function typeOf(type: string | undefined): NumberType {
  if (type === 'MOBILE') return 'mobile';
  if (type === 'TOLL_FREE') return 'toll_free';
  return type === 'FIXED_LINE' || type === 'FIXED_LINE_OR_MOBILE' ? 'local' : 'national';
}
