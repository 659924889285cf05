import type { Twilio } from 'twilio';
import type { AvailableNumber, NumberSearch } from '../../ports/index.ts';
import { foundAtTwilio, requireItems, requireText } from './answers.ts';

/** Numbers shown at most. */
const MOST = 30;

const lists = { local: 'local', mobile: 'mobile', toll_free: 'tollFree', national: 'national' } as const;

/** Searches for numbers on sale. A country or type that the provider lacks has none. */
export async function searchAvailable(client: Twilio, search: NumberSearch): Promise<AvailableNumber[]> {
  const { country, type, areaCode, contains, locality, voice, sms, mms } = search;
  // The four lists have the same interface, but the types do not say so.
  const list = client.availablePhoneNumbers(country)[lists[type]] as ReturnType<Twilio['availablePhoneNumbers']>['local'];
  const asked = list.list({
    limit: MOST,
    pageSize: MOST,
    ...(areaCode !== undefined && { areaCode: Number(areaCode) }),
    ...(contains !== undefined && { contains }),
    ...(locality !== undefined && { inLocality: locality }),
    ...(voice !== undefined && { voiceEnabled: voice }),
    ...(sms !== undefined && { smsEnabled: sms }),
    ...(mms !== undefined && { mmsEnabled: mms }),
  });
  return requireItems((await foundAtTwilio('searchNumbers', asked)) ?? []).map(available);
}

type Found = Awaited<ReturnType<ReturnType<Twilio['availablePhoneNumbers']>['local']['list']>>[number];

const available = ({ phoneNumber, locality, region, capabilities, addressRequirements }: Found): AvailableNumber => {
  // The SDK's type has lower case; this list sends SMS and MMS in capitals.
  const can = (capabilities ?? {}) as unknown as Record<string, boolean | undefined>;
  const has = (name: string) => can[name] === true || can[name.toUpperCase()] === true;
  return {
    number: requireText(phoneNumber, 'number'),
    locality: locality || null,
    region: region || null,
    capabilities: { voice: has('voice'), sms: has('sms'), mms: has('mms') },
    needsAddress: addressRequirements !== undefined && addressRequirements !== null && addressRequirements !== 'none',
  };
};
