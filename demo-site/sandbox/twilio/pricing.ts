import type { Call } from './core.ts';
import { countryOf } from './countries.ts';
import type { NumberType } from './objects.ts';
import { notFound } from './refusals.ts';

/** Number types as the price list writes them. */
const words: Record<NumberType, string> = { local: 'local', mobile: 'mobile', national: 'national', 'toll-free': 'toll free' };

/** Returns Twilio's prices for numbers of a country. */
export function fetchPrices({ named, path }: Call<unknown>): object {
  const country = countryOf(named.country ?? '');
  if (!country) throw notFound(path);
  return {
    country: country.name,
    iso_country: country.code,
    phone_number_prices: Object.entries(country.offers).map(([type, { monthly }]) => ({
      base_price: monthly,
      current_price: monthly,
      number_type: words[type as NumberType], // the keys of the offers are types
    })),
    price_unit: 'USD',
    url: `https://pricing.twilio.com/v1/PhoneNumbers/Countries/${country.code}`,
  };
}
