import type { Capabilities, NumberType } from './objects.ts';
import { places } from './places.ts';

export type AddressNeed = 'none' | 'any' | 'local' | 'foreign';

/** Twilio's offer of one type of number in one country. */
export interface Offer {
  /** Monthly price in US dollars. */
  monthly: string;
  addressNeed: AddressNeed;
  /** True if a number is only sold with approved papers. */
  needsBundle: boolean;
  capabilities: Capabilities;
}

export interface Country {
  code: string;
  name: string;
  callingCode: string;
  offers: Partial<Record<NumberType, Offer>>;
}

const all = { voice: true, sms: true, mms: true };
const spoken = { voice: true, sms: false, mms: false };
const texting = { voice: true, sms: true, mms: false };

const offer = (
  monthly: string,
  capabilities: Capabilities,
  addressNeed: AddressNeed = 'none',
  needsBundle = addressNeed !== 'none',
): Offer => ({
  monthly,
  addressNeed,
  needsBundle,
  capabilities,
});

const country = (code: string, name: string, callingCode: string, offers: Country['offers']): Country => ({
  code,
  name,
  callingCode,
  offers,
});

const america = { local: offer('1.15', all), 'toll-free': offer('2.15', texting) };

export const countries: readonly Country[] = [
  country('AU', 'Australia', '61', {
    local: offer('3.00', spoken, 'any'),
    mobile: offer('6.50', texting, 'any'),
    'toll-free': offer('16.00', spoken, 'any'),
  }),
  country('CA', 'Canada', '1', america),
  country('FR', 'France', '33', {
    local: offer('1.15', spoken, 'local'),
    mobile: offer('15.00', texting, 'local'),
    national: offer('1.15', spoken, 'local'),
    'toll-free': offer('25.00', spoken, 'any'),
  }),
  country('DE', 'Germany', '49', {
    local: offer('1.15', spoken, 'local'),
    mobile: offer('15.00', texting, 'local'),
    national: offer('1.15', spoken, 'local'),
    'toll-free': offer('25.00', spoken, 'any'),
  }),
  country('IT', 'Italy', '39', { local: offer('1.50', spoken, 'local'), 'toll-free': offer('25.00', spoken, 'any') }),
  country('NL', 'Netherlands', '31', {
    local: offer('1.50', spoken, 'local'),
    mobile: offer('6.00', texting, 'any'),
    'toll-free': offer('25.00', spoken, 'any'),
  }),
  country('ES', 'Spain', '34', {
    local: offer('1.50', spoken, 'local'),
    mobile: offer('18.00', texting, 'any'),
    'toll-free': offer('25.00', spoken, 'any'),
  }),
  country('GB', 'United Kingdom', '44', {
    local: offer('1.15', spoken, 'any', true),
    mobile: offer('1.15', texting, 'none', true),
    national: offer('1.15', spoken, 'any', true),
    'toll-free': offer('2.15', spoken, 'none', false),
  }),
  country('US', 'United States', '1', america),
];

/** @param code `US` in any case */
export const countryOf = (code: string): Country | undefined => countries.find((one) => one.code === code.toUpperCase());

/** Tells whether a number belongs to a country, by its first digits. */
export const isIn = (code: string, phoneNumber: string): boolean => phoneNumber.startsWith(`+${countryOf(code)?.callingCode}`);

export const placesOf = ({ code }: Country, type: NumberType) => places[code]?.[type] ?? [];
