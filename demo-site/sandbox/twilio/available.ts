import { parsePhoneNumberWithError } from 'libphonenumber-js/min';
import { chance } from '../faults/chance.ts';
import { type Country, countries, placesOf } from './countries.ts';
import type { Capabilities, NumberType } from './objects.ts';
import type { Place } from './places.ts';

/** A number of the sandbox, sold or not; sales are stored elsewhere. */
export interface Listed {
  phoneNumber: string;
  friendlyName: string;
  place: Place;
  capabilities: Capabilities;
}

const perPlace = 40;
/** Every seventh number lacks a capability, so that a search for it shows a difference. */
const poorerEvery = 7;

const made = new Map<string, Listed[]>();

/** Lists every number of this kind, the same at each start. */
export function numbersOf(country: Country, type: NumberType): Listed[] {
  const name = `${country.code} ${type}`;
  const known = made.get(name) ?? inOrder(placesOf(country, type).map((place) => numbersAt(country, type, place)));
  made.set(name, known);
  return known;
}

/** Orders numbers by turns: the first of each place, then the second, so that a short list has several cities. */
const inOrder = (groups: Listed[][]): Listed[] => {
  const most = Math.max(0, ...groups.map(({ length }) => length));
  return Array.from({ length: most }, (_, at) => groups.flatMap((group) => group.slice(at, at + 1))).flat();
};

function numbersAt(country: Country, type: NumberType, place: Place): Listed[] {
  const die = chance(1, `${country.code} ${place.prefix}`);
  const count = 10 ** place.digits;
  const endings = new Set<number>();
  while (endings.size < Math.min(perPlace, count / 2)) endings.add(Math.floor(die() * count));
  const offered = country.offers[type]?.capabilities ?? { voice: true, sms: false, mms: false };
  return [...endings].map((ending, at) => {
    const phoneNumber = `+${country.callingCode}${place.prefix}${String(ending).padStart(place.digits, '0')}`;
    return { phoneNumber, friendlyName: national(phoneNumber), place, capabilities: poorer(offered, at) };
  });
}

function poorer(offered: Capabilities, at: number): Capabilities {
  if (at % poorerEvery === 3 && offered.sms) return { ...offered, voice: false };
  if (at % poorerEvery === 5) return { ...offered, mms: false };
  return offered;
}

export const national = (phoneNumber: string): string => parsePhoneNumberWithError(phoneNumber).formatNational();

/** The letters on a phone's keys. */
const keys = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];
const digitOf = (letter: string): string => {
  const key = keys.findIndex((letters) => letters.includes(letter.toLowerCase()));
  return key < 0 ? letter : String(key + 2);
};

/**
 * Turns Twilio's pattern into an expression for a number without its plus: `*` for one digit, `%` for any, a leading `+` for its beginning,
 * `$` for its end. Wildcards only stand at the beginning or end, and never side by side.
 * @returns undefined for an invalid pattern
 */
export function patternOf(text: string): RegExp | undefined {
  if (!/^(?=.{2,16}$)[+*%]?[0-9a-z]+[*%$]?$/i.test(text) || text.replace(/[^0-9a-z]/gi, '').length < (/[*%]/.test(text) ? 2 : 1))
    return undefined;
  const digits = text.replace(/[a-z]/gi, digitOf).replaceAll('*', '\\d').replaceAll('%', '\\d*').replace(/^\+/, '^');
  return new RegExp(digits);
}

/** Number types as the API's paths write them. */
export const numberTypes: Record<string, NumberType> = { Local: 'local', Mobile: 'mobile', National: 'national', TollFree: 'toll-free' };

/** Returns the kind of one of the sandbox's numbers. */
export function kindOf(phoneNumber: string): { country: Country; type: NumberType; listed: Listed } | undefined {
  for (const country of countries) {
    for (const type of Object.values(numberTypes)) {
      const listed = country.offers[type] && numbersOf(country, type).find((one) => one.phoneNumber === phoneNumber);
      if (listed) return { country, type, listed };
    }
  }
  return undefined;
}
