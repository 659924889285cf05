import type { Twilio } from 'twilio';
import type { OwnedNumber, Telephony, TelephonyAccess } from '../../ports/index.ts';
import { answeredByTwilio, foundAtTwilio, refuseUnreadable, requireItems, requireText } from './answers.ts';

/** Numbers of an account to read at most. */
const NUMBERS_MOST = 1000;
const PAGE = 200;

type Incoming = Pick<Telephony, 'listNumbers' | 'findNumber' | 'buyNumber' | 'releaseNumber'>;

/** Calls about the numbers in an account. */
export const incomingCalls = (clientOf: (access: TelephonyAccess) => Promise<Twilio>): Incoming => ({
  async listNumbers(access) {
    const client = await clientOf(access);
    return requireItems(
      await answeredByTwilio('listNumbers', client.incomingPhoneNumbers.list({ limit: NUMBERS_MOST, pageSize: PAGE })),
    ).map(owned);
  },

  async findNumber(access, number) {
    const client = await clientOf(access);
    // The provider also finds numbers that merely contain it.
    const list = requireItems(
      await answeredByTwilio('listNumbers', client.incomingPhoneNumbers.list({ phoneNumber: number, limit: PAGE })),
    );
    return list.map(owned).find((one) => one.number === number);
  },

  async buyNumber(access, order) {
    const client = await clientOf(access);
    return answeredByTwilio('buyNumber', buy(client, order));
  },

  async releaseNumber(access, sid) {
    const client = await clientOf(access);
    // The SDK takes any answer with status 200 for a removal; the provider's own answer has no content.
    const removed = await foundAtTwilio('releaseNumber', client.incomingPhoneNumbers(sid).removeWithHttpInfo());
    if (removed && removed.statusCode !== 204) refuseUnreadable('a removal was answered with something else');
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
  sid: requireText(sid, 'sid'),
  number: requireText(phoneNumber, 'number'),
  label: friendlyName || null,
  capabilities: { voice: capabilities?.voice === true, sms: capabilities?.sms === true, mms: capabilities?.mms === true },
});
