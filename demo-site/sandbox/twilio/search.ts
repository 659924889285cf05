import { type Listed, numbersOf, numberTypes, patternOf } from './available.ts';
import type { Call, Parameters } from './core.ts';
import { type Country, countries, countryOf } from './countries.ts';
import { isOwned } from './incoming.ts';
import { page2010 } from './lists.ts';
import type { NumberType } from './objects.ts';
import { badPattern, notFound } from './refusals.ts';

type Search = Parameters<'GET /2010-04-01/Accounts/:account/AvailablePhoneNumbers/:country/:type.json'>;

/** Numbers that can be bought now. */
export function searchNumbers({ world, parameters, named, path }: Call<Search>): object {
  const country = countryOf(named.country ?? '');
  const type = numberTypes[named.type ?? ''];
  const offer = country && type && country.offers[type];
  if (!offer) throw notFound(path);
  const found = numbersOf(country, type)
    .filter((one) => fits(one, country, parameters) && !isOwned(world, one.phoneNumber))
    .map((one) => onWire(one, country, offer.addressNeed));
  return page2010('available_phone_numbers', found, { PageSize: 30, ...parameters }, path);
}

function fits({ phoneNumber, place, capabilities }: Listed, country: Country, search: Search): boolean {
  const { AreaCode, Contains, InLocality, InPostalCode, InRegion, MmsEnabled, SmsEnabled, VoiceEnabled } = search;
  const pattern = Contains === undefined ? /^/ : patternOf(Contains);
  if (!pattern) throw badPattern(String(Contains));
  const isWhere = (wanted: string | undefined, is: string | null) => wanted === undefined || wanted.toLowerCase() === is?.toLowerCase();
  const can = (wanted: boolean | undefined, does: boolean) => wanted === undefined || wanted === does;
  return (
    // Where there are no area codes Twilio takes no notice of one.
    (AreaCode === undefined || country.callingCode !== '1' || phoneNumber.startsWith(`+1${AreaCode}`)) &&
    (pattern.test(phoneNumber.slice(1)) || pattern.test(phoneNumber.slice(1 + country.callingCode.length))) &&
    isWhere(InLocality, place.locality) &&
    isWhere(InPostalCode, place.postalCode) &&
    isWhere(InRegion, place.region) &&
    can(VoiceEnabled, capabilities.voice) &&
    can(SmsEnabled, capabilities.sms) &&
    can(MmsEnabled, capabilities.mms)
  );
}

const onWire = (
  { phoneNumber, friendlyName, place, capabilities: { voice, sms, mms } }: Listed,
  { code }: Country,
  addressNeed: string,
) => ({
  address_requirements: addressNeed,
  beta: false,
  capabilities: { voice, SMS: sms, MMS: mms, fax: false }, // here in capitals, and in a bought number not
  friendly_name: friendlyName,
  iso_country: code,
  lata: null,
  latitude: place.latitude,
  locality: place.locality,
  longitude: place.longitude,
  phone_number: phoneNumber,
  postal_code: place.postalCode,
  rate_center: place.locality?.toUpperCase() ?? null,
  region: place.region,
});

export function listCountries({
  account,
  parameters,
  path,
}: Call<Parameters<'GET /2010-04-01/Accounts/:account/AvailablePhoneNumbers.json'>>): object {
  return page2010(
    'countries',
    countries.map((country) => countryOnWire(country, account.sid)),
    parameters,
    path,
  );
}

export function fetchCountry({ account, named, path }: Call<unknown>): object {
  const country = countryOf(named.country ?? '');
  if (!country) throw notFound(path);
  return countryOnWire(country, account.sid);
}

function countryOnWire({ code, name, offers }: Country, account: string): object {
  const at = `/2010-04-01/Accounts/${account}/AvailablePhoneNumbers/${code}`;
  const sold = Object.entries(numberTypes).filter(([, type]) => offers[type]);
  const word = (type: NumberType) => type.replace('-', '_');
  return {
    beta: false,
    country: name,
    country_code: code,
    subresource_uris: Object.fromEntries(sold.map(([part, type]) => [word(type), `${at}/${part}.json`])),
    uri: `${at}.json`,
  };
}
