import { Refusal, refuse } from '../../contract/refusal.ts';
import type { Telephony } from '../../ports/index.ts';
import { answeredByTwilio, requireItems, requireText } from './answers.ts';
import { createClients } from './clients.ts';
import { sendVerificationCode } from './codes.ts';
import { incomingCalls } from './incoming.ts';
import { readBundles, readPrices, readRegulatedTypes } from './papers.ts';
import { searchAvailable } from './search.ts';
import { trunkCalls } from './trunks.ts';

/**
 * Implements the port with Twilio's SDK.
 * @param apiUrl a sandbox's address; the real Twilio by default
 */
export function createTelephony({ apiUrl }: { apiUrl?: string | undefined } = {}): Telephony {
  const clientOf = createClients(apiUrl);

  return {
    async readAccount(access) {
      const client = await clientOf(access);
      try {
        const { friendlyName, status, type } = await answeredByTwilio('readAccount', client.api.v2010.accounts(access.accountSid).fetch());
        if (status !== 'active') refuse('account.inactive');
        return { name: requireText(friendlyName, 'name'), isTrial: type === 'Trial' };
      } catch (error) {
        if (error instanceof Refusal && error.code === 'account.invalid_credentials') return undefined;
        throw error;
      }
    },

    searchNumbers: async (access, search) => searchAvailable(await clientOf(access), search),
    readRegulatedTypes: async (access, country) => readRegulatedTypes(await clientOf(access), country),
    readBundles: async (access, country, type) => readBundles(await clientOf(access), country, type),
    readPrices: async (access, country) => readPrices(await clientOf(access), country),

    async findAddress(access, country) {
      const client = await clientOf(access);
      const [address] = requireItems(await answeredByTwilio('findAddress', client.addresses.list({ isoCountry: country, limit: 1 })));
      return address?.sid;
    },

    ...incomingCalls(clientOf),
    ...trunkCalls(clientOf),
    sendCode: async (access, message) => sendVerificationCode(await clientOf(access), message),
  };
}
