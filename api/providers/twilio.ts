import type { Twilio } from 'twilio';
import { refuse } from '../contract/refusal.ts';
import type { NotBought, OwnedNumber, Telephony } from '../domain/ports.ts';
import { answered, goneCodes, items, papersCodes, text } from './twilio-answers.ts';
import { createClients } from './twilio-clients.ts';
import { sendCode } from './twilio-codes.ts';
import { readBundles, readPrices, readRegulations } from './twilio-papers.ts';
import { searchNumbers } from './twilio-search.ts';

/** So many numbers of an account are read at most. */
const NUMBERS_MOST = 1000;
const PAGE = 200;

/**
 * Twilio, by its own SDK.
 * @param apiUrl a sandbox's address; the real Twilio where it is left out
 */
export function createTelephony({ apiUrl }: { apiUrl?: string | undefined } = {}): Telephony {
  const clientOf = createClients(apiUrl);

  return {
    async readAccount(access) {
      const client = await clientOf(access);
      const read = client.api.v2010.accounts(access.accountSid).fetch();
      try {
        const { friendlyName, status } = await answered(read, (failure, cause) =>
          failure.status === 404 ? refuse('telephony.not_configured', { cause }) : refuse('telephony.provider_unavailable', { cause }),
        );
        return status === 'active' ? { name: text(friendlyName, 'name') } : undefined;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'telephony.not_configured') return undefined;
        throw error;
      }
    },

    searchNumbers: async (access, search) => searchNumbers(await clientOf(access), search),
    readRegulations: async (access, country) => readRegulations(await clientOf(access), country),
    readBundles: async (access, country, type) => readBundles(await clientOf(access), country, type),
    readPrices: async (access, country) => readPrices(await clientOf(access), country),

    async findAddress(access, country) {
      const client = await clientOf(access);
      const [address] = items(await answered(client.addresses.list({ isoCountry: country, limit: 1 })));
      return address?.sid;
    },

    async listNumbers(access) {
      const client = await clientOf(access);
      return items(await answered(client.incomingPhoneNumbers.list({ limit: NUMBERS_MOST, pageSize: PAGE }))).map(owned);
    },

    async findNumber(access, number) {
      const client = await clientOf(access);
      // The provider also finds numbers that merely contain it.
      const found = items(await answered(client.incomingPhoneNumbers.list({ phoneNumber: number, limit: PAGE })));
      return found.map(owned).find((one) => one.number === number);
    },

    async buyNumber(access, order) {
      const client = await clientOf(access);
      return answered<OwnedNumber | NotBought>(buy(client, order), ({ status, code }, cause) => {
        if (goneCodes.has(code)) return 'gone';
        if (papersCodes.has(code)) return 'papers';
        // What is neither a known no nor a mistake in the request may have been done.
        return status === 400 ? 'refused' : refuse('telephony.provider_unavailable', { cause });
      });
    },

    async releaseNumber(access, sid) {
      const client = await clientOf(access);
      await answered(client.incomingPhoneNumbers(sid).remove(), ({ status }, cause) =>
        status === 404 ? true : refuse('telephony.provider_unavailable', { cause }),
      );
    },

    sendCode: async (access, message) => sendCode(await clientOf(access), message),
  };
}

async function buy(client: Twilio, { number, tag, bundleSid, addressSid }: Parameters<Telephony['buyNumber']>[1]): Promise<OwnedNumber> {
  const bought = await client.incomingPhoneNumbers.create({
    phoneNumber: number,
    friendlyName: tag,
    ...(bundleSid !== undefined && { bundleSid }),
    ...(addressSid !== undefined && { addressSid }),
  });
  return owned(bought);
}

type Incoming = Awaited<ReturnType<Twilio['incomingPhoneNumbers']['create']>>;

const owned = ({ sid, phoneNumber, friendlyName, capabilities }: Incoming): OwnedNumber => ({
  sid: text(sid, 'sid'),
  number: text(phoneNumber, 'number'),
  label: friendlyName || null,
  capabilities: { voice: capabilities?.voice === true, sms: capabilities?.sms === true, mms: capabilities?.mms === true },
});
