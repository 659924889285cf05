import type { Twilio } from 'twilio';
import type { Bundle, NumberType, Telephony } from '../../ports/index.ts';
import { answeredByTwilio, foundAtTwilio, refuseUnreadable, requireItems, requireText } from './answers.ts';

/** The provider's names of number types, in its regulations and prices. */
const types: Record<string, NumberType> = {
  local: 'local',
  mobile: 'mobile',
  national: 'national',
  'toll-free': 'toll_free',
  'toll free': 'toll_free',
  tollfree: 'toll_free',
};
const words: Record<NumberType, string> = { local: 'local', mobile: 'mobile', national: 'national', toll_free: 'toll-free' };

/** Reads a country's regulations for businesses. */
export async function readRegulatedTypes(client: Twilio, country: string): Promise<NumberType[]> {
  const asked = client.numbers.v2.regulatoryCompliance.regulations.list({ isoCountry: country, endUserType: 'business', limit: 100 });
  const rules = requireItems((await foundAtTwilio('readRegulations', asked)) ?? []);
  return rules.flatMap(({ numberType }) => types[requireText(numberType, 'type').toLowerCase()] ?? []);
}

const states: Record<string, Bundle['status']> = {
  'twilio-approved': 'approved',
  'provisionally-approved': 'approved',
  'pending-review': 'in_review',
  'in-review': 'in_review',
  'twilio-rejected': 'rejected',
};

export async function readBundles(client: Twilio, country: string, type: NumberType): Promise<Bundle[]> {
  const asked = client.numbers.v2.regulatoryCompliance.bundles.list({ isoCountry: country, numberType: words[type], limit: 100 });
  return requireItems(await answeredByTwilio('readBundles', asked)).map(({ sid, status }) => ({
    sid: requireText(sid, 'sid'),
    status: states[status] ?? 'draft',
  }));
}

export async function readPrices(client: Twilio, country: string): ReturnType<Telephony['readPrices']> {
  const { priceUnit, phoneNumberPrices } = await answeredByTwilio('readPrices', client.pricing.v1.phoneNumbers.countries(country).fetch());
  const prices = requireItems(phoneNumberPrices).flatMap(({ numberType, currentPrice }) => {
    const type = types[String(numberType).toLowerCase()];
    return type ? [[type, minorUnits(String(currentPrice))] as const] : [];
  });
  return { currency: requireText(priceUnit, 'currency').toUpperCase(), monthlyCents: Object.fromEntries(prices) };
}

/** Converts a decimal such as `1.15000` to hundredths, rounded up. Works on text, because fractions are not exact. */
function minorUnits(decimal: string): number {
  const [, whole = '0', fraction = ''] = /^(\d{1,9})(?:\.(\d{1,12}))?$/.exec(decimal) ?? refuseUnreadable('a price is no number');
  const cents = Number(whole) * 100 + Number(fraction.padEnd(2, '0').slice(0, 2));
  return /[1-9]/.test(fraction.slice(2)) ? cents + 1 : cents;
}
