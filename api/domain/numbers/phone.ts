import { refuse } from '../../contract/refusal.ts';
import type { NumberType } from '../../ports/index.ts';

/** What the public numbering plans say of a number. */
export interface PhoneFacts {
  number: string;
  country: string;
  type: NumberType;
  /** The digits after the country's. */
  national: string;
  /** Whether it may cost whoever calls it more than a call does. */
  isCostly: boolean;
}

/** The tables are big and seldom needed, so they are read when the first number has to be looked up. */
const plans = () => import('libphonenumber-js/max');

/** @returns undefined for what no plan has */
export async function phoneFacts(number: string): Promise<PhoneFacts | undefined> {
  const { parsePhoneNumberFromString } = await plans();
  const parsed = parsePhoneNumberFromString(number);
  if (!parsed?.isValid() || parsed.country === undefined) return undefined;
  const kind = parsed.getType();
  const isCostly = !plain.has(kind);
  return { number: parsed.number, country: parsed.country, type: typeOf(kind), national: parsed.nationalNumber, isCostly };
}

/** Kinds of number whose owner earns nothing by being called. What a plan does not tell the kind of is none of them. */
const plain = new Set<string | undefined>(['FIXED_LINE', 'MOBILE', 'FIXED_LINE_OR_MOBILE', 'TOLL_FREE', 'VOIP', 'UAN']);

/** A number in groups, with its country, as people everywhere read it: +44 7700 900123. */
export async function displayNumber(number: string): Promise<string> {
  const { parsePhoneNumberFromString } = await plans();
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
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
