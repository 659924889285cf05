import { nowSeconds } from '../ids.ts';
import type { World } from '../world.ts';
import { kindOf, national } from './available.ts';
import { type Call, type Parameters, rfc2822 } from './core.ts';
import { page2010 } from './lists.ts';
import type { IncomingNumber, TwilioAccount } from './objects.ts';
import { checkPapers } from './papers.ts';
import { badParameter, invalidNumber, notAvailable, notFound, restricted, trialHasOne } from './refusals.ts';
import { newSid } from './sids.ts';

type Creation = Parameters<'POST /2010-04-01/Accounts/:account/IncomingPhoneNumbers.json'>;
type Update = Parameters<'POST /2010-04-01/Accounts/:account/IncomingPhoneNumbers/:sid.json'>;
type Search = Parameters<'GET /2010-04-01/Accounts/:account/IncomingPhoneNumbers.json'>;

/** Tells whether an account of the sandbox, or anybody else, has the number. */
export const isOwned = (world: World, phoneNumber: string): boolean =>
  world.takenNumbers.includes(phoneNumber) ||
  world.twilio.some(({ numbers }) => Object.values(numbers).some((one) => one.phoneNumber === phoneNumber));

const owned = ({ numbers }: TwilioAccount, phoneNumber: string) => Object.values(numbers).find((one) => one.phoneNumber === phoneNumber);

/** Buys a number. A number that the account already has is updated instead, with the same answer, as Twilio does. */
export function createNumber({ world, account, parameters, now }: Call<Creation>): object {
  const { PhoneNumber: phoneNumber } = parameters;
  if (phoneNumber === undefined) throw badParameter("A 'PhoneNumber' or 'AreaCode' is required");
  if (!/^\+[1-9]\d{6,14}$/.test(phoneNumber)) throw invalidNumber(phoneNumber);
  const mine = owned(account, phoneNumber);
  if (mine) return onWire(changed(mine, parameters, now));
  const kind = kindOf(phoneNumber);
  if (!kind || isOwned(world, phoneNumber)) throw notAvailable(phoneNumber);
  if (account.isRestricted && kind.type !== 'toll-free') throw restricted();
  if (account.type === 'Trial' && Object.keys(account.numbers).length > 0) throw trialHasOne();
  checkPapers(account, kind, { bundleSid: parameters.BundleSid, addressSid: parameters.AddressSid });
  return onWire(changed(addNumber(world, account, { phoneNumber }), parameters, now));
}

/** Adds a number of the sandbox to an account without checks. */
export function addNumber(world: World, account: TwilioAccount, { phoneNumber }: { phoneNumber: string }): IncomingNumber {
  const kind = kindOf(phoneNumber);
  if (!kind) throw notAvailable(phoneNumber);
  const number: IncomingNumber = {
    sid: newSid('PN'),
    accountSid: account.sid,
    phoneNumber,
    friendlyName: national(phoneNumber),
    country: kind.country.code,
    type: kind.type,
    capabilities: kind.listed.capabilities,
    addressSid: null,
    bundleSid: null,
    wiring: {},
    createdAt: nowSeconds(world),
    updatedAt: nowSeconds(world),
  };
  account.numbers[number.sid] = number;
  return number;
}

function changed(number: IncomingNumber, given: Omit<Creation, 'PhoneNumber'>, now: number): IncomingNumber {
  const { FriendlyName = number.friendlyName, AddressSid = number.addressSid, BundleSid = number.bundleSid, ...rest } = given;
  if (FriendlyName.length > 64) throw badParameter("'FriendlyName' can be up to 64 characters long");
  const wiring = Object.entries(rest).filter(([name]) => name !== 'PhoneNumber');
  return Object.assign(number, {
    friendlyName: FriendlyName,
    addressSid: AddressSid,
    bundleSid: BundleSid,
    wiring: { ...number.wiring, ...Object.fromEntries(wiring.map(([name, value]) => [snake(name), String(value)])) },
    updatedAt: now,
  });
}

/** Turns `VoiceUrl` into `voice_url`. */
const snake = (name: string): string => name.replace(/(?<!^)[A-Z]/g, '_$&').toLowerCase();

const find = ({ account, named, path }: Call<unknown>): IncomingNumber => {
  const number = account.numbers[named.sid ?? ''];
  if (!number) throw notFound(path);
  return number;
};

export const fetchNumber = (call: Call<unknown>): object => onWire(find(call));

export function updateNumber(call: Call<Update>): object {
  const { TrunkSid: trunk = '' } = call.parameters;
  if (trunk !== '' && !call.account.trunks?.[trunk]) throw badParameter(`Trunk ${trunk} does not exist`);
  return onWire(changed(find(call), call.parameters, call.now));
}

/** Returns a number, which anybody can buy from then on. */
export function deleteNumber(call: Call<unknown>): undefined {
  delete call.account.numbers[find(call).sid];
}

export function listNumbers({ account, parameters, path }: Call<Search>): object {
  const { FriendlyName: name, PhoneNumber: part } = parameters;
  const pattern = new RegExp((part ?? '').replace(/[^\d*]/g, '').replaceAll('*', '\\d'));
  const matching = Object.values(account.numbers).filter(
    (one) => (name === undefined || one.friendlyName === name) && pattern.test(one.phoneNumber),
  );
  return page2010('incoming_phone_numbers', matching.reverse().map(onWire), parameters, path);
}

const onWire = (number: IncomingNumber): object => ({
  account_sid: number.accountSid,
  address_requirements: 'none',
  address_sid: number.addressSid,
  api_version: '2010-04-01',
  beta: false,
  bundle_sid: number.bundleSid,
  capabilities: { ...number.capabilities, fax: false },
  date_created: rfc2822(number.createdAt),
  date_updated: rfc2822(number.updatedAt),
  emergency_address_sid: null,
  emergency_address_status: 'unregistered',
  emergency_status: 'Inactive',
  friendly_name: number.friendlyName,
  identity_sid: null,
  origin: 'twilio',
  phone_number: number.phoneNumber,
  sid: number.sid,
  sms_application_sid: '',
  sms_fallback_method: 'POST',
  sms_fallback_url: '',
  sms_method: 'POST',
  sms_url: '',
  status: 'in-use',
  status_callback: '',
  status_callback_method: 'POST',
  trunk_sid: null,
  type: number.type,
  uri: `/2010-04-01/Accounts/${number.accountSid}/IncomingPhoneNumbers/${number.sid}.json`,
  voice_application_sid: null,
  voice_caller_id_lookup: false,
  voice_fallback_method: 'POST',
  voice_fallback_url: '',
  voice_method: 'POST',
  voice_receive_mode: 'voice',
  voice_url: '',
  ...number.wiring,
});
