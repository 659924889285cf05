import type { Twilio } from 'twilio';
import { refuse } from '../contract/refusal.ts';
import type { NotBought, OwnedNumber, Telephony, TelephonyAccess } from '../domain/ports.ts';
import { answered, goneCodes, items, papersCodes, text } from './twilio-answers.ts';

/** So many numbers of an account are read at most. */
const NUMBERS_MOST = 1000;
const PAGE = 200;

type Incoming = Pick<Telephony, 'listNumbers' | 'findNumber' | 'buyNumber' | 'releaseNumber'>;

/** The numbers in an account. */
export const incoming = (clientOf: (access: TelephonyAccess) => Promise<Twilio>): Incoming => ({
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
    // For the SDK whatever a proxy answers with status 200 is a removal; the provider's own answer has no content.
    const removed = client
      .incomingPhoneNumbers(sid)
      .removeWithHttpInfo()
      .then(({ statusCode }) => statusCode === 204);
    const isGone = await answered(removed, ({ status }, cause) =>
      status === 404 ? true : refuse('telephony.provider_unavailable', { cause }),
    );
    if (!isGone) refuse('telephony.provider_unavailable', { cause: new Error('a removal was answered with something else') });
  },
});

async function buy(client: Twilio, { number, tag, bundleSid, addressSid }: Parameters<Telephony['buyNumber']>[1]): Promise<OwnedNumber> {
  const bought = await client.incomingPhoneNumbers.create({
    phoneNumber: number,
    friendlyName: tag,
    ...(bundleSid !== undefined && { bundleSid }),
    ...(addressSid !== undefined && { addressSid }),
  });
  return owned(bought);
}

type Stored = Awaited<ReturnType<Twilio['incomingPhoneNumbers']['create']>>;

const owned = ({ sid, phoneNumber, friendlyName, capabilities }: Stored): OwnedNumber => ({
  sid: text(sid, 'sid'),
  number: text(phoneNumber, 'number'),
  label: friendlyName || null,
  capabilities: { voice: capabilities?.voice === true, sms: capabilities?.sms === true, mms: capabilities?.mms === true },
});
