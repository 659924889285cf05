import { addPhoneMessage } from '../phone/phone.ts';
import { type Call, type Parameters, rfc2822 } from './core.ts';
import { isIn } from './countries.ts';
import type { IncomingNumber, PhoneKind, TwilioAccount } from './objects.ts';
import {
  badParameter,
  cannotCallFrom,
  cannotReach,
  cannotText,
  cannotWriteFrom,
  countryClosedToCall,
  countryClosedToText,
  invalidTo,
  landline,
  optedOut,
  sameNumber,
  type TwilioRefusal,
  unverifiedToCall,
  unverifiedToText,
} from './refusals.ts';
import { newSid } from './sids.ts';

const mineWith = ({ numbers }: TwilioAccount, from: string | undefined, can: 'sms' | 'voice'): IncomingNumber | undefined =>
  Object.values(numbers).find(({ phoneNumber, capabilities }) => phoneNumber === from && capabilities[can]);

/**
 * Refuses a call or text that the account cannot make.
 * @throws TwilioRefusal
 */
function checkTo({ world, account }: Call<unknown>, to: string, way: { closed: Refuse; unverified: Refuse }): PhoneKind {
  const kind = world.phones?.[to] ?? 'usual';
  if (!/^\+[1-9]\d{6,14}$/.test(to) || kind === 'not-there') throw invalidTo(to);
  if (account.closedCountries?.some((code) => isIn(code, to))) throw way.closed(to);
  if (account.type === 'Trial' && !account.verifiedNumbers?.includes(to)) throw way.unverified(to);
  return kind;
}
type Refuse = (to: string) => TwilioRefusal;

/** The only countries where Twilio tries to text landlines. */
const textsLandlines = ['US', 'CA', 'GB'];

/** Sends a text, shown on the control page. */
export function createMessage(call: Call<Parameters<'POST /2010-04-01/Accounts/:account/Messages.json'>>): object {
  const { account, parameters, now } = call;
  const { To: to, From: from, Body: body } = parameters;
  const kind = checkTo(call, to, { closed: countryClosedToText, unverified: unverifiedToText });
  if (!body) throw badParameter('Message body is required.');
  if (!mineWith(account, from, 'sms')) throw cannotText(from ?? '');
  if (to === from) throw sameNumber();
  if (kind === 'opted-out') throw optedOut();
  if (kind === 'unreachable') throw cannotWriteFrom(from ?? '', to);
  if (kind === 'landline' && !textsLandlines.some((code) => isIn(code, to))) throw landline();
  addPhoneMessage(call.world, { channel: 'sms', from: from ?? '', to, text: body });
  const sid = newSid('SM');
  const uri = `/2010-04-01/Accounts/${account.sid}/Messages/${sid}.json`;
  return {
    account_sid: account.sid,
    api_version: '2010-04-01',
    body,
    date_created: rfc2822(now),
    date_sent: null,
    date_updated: rfc2822(now),
    direction: 'outbound-api',
    error_code: null,
    error_message: null,
    from,
    messaging_service_sid: null,
    num_media: '0',
    num_segments: '1',
    price: null,
    price_unit: 'USD',
    sid,
    status: 'queued',
    subresource_uris: { media: uri.replace('.json', '/Media.json') },
    to,
    uri,
  };
}

/** Calls a phone and speaks its TwiML, shown on the control page. */
export function createCall(call: Call<Parameters<'POST /2010-04-01/Accounts/:account/Calls.json'>>): object {
  const { account, parameters, now } = call;
  const { To: to, From: from, Twiml: twiml } = parameters;
  const kind = checkTo(call, to, { closed: countryClosedToCall, unverified: unverifiedToCall });
  const number = mineWith(account, from, 'voice');
  if (!number) throw cannotCallFrom(from);
  if (kind === 'unreachable') throw cannotReach(to);
  const said = [...String(twiml ?? '').matchAll(/<Say[^>]*>([^<]*)<\/Say>/g)].map(([, words]) => words).join(' ');
  if (!said) throw badParameter("The sandbox says what is in <Say> of 'Twiml', and there is none");
  addPhoneMessage(call.world, { channel: 'call', from, to, text: said });
  const sid = newSid('CA');
  const uri = `/2010-04-01/Accounts/${account.sid}/Calls/${sid}.json`;
  return {
    account_sid: account.sid,
    answered_by: null,
    api_version: '2010-04-01',
    caller_name: null,
    date_created: rfc2822(now),
    date_updated: rfc2822(now),
    direction: 'outbound-api',
    duration: null,
    end_time: null,
    forwarded_from: null,
    from,
    from_formatted: number.friendlyName,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: number.sid,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    sid,
    start_time: null,
    status: 'queued',
    subresource_uris: {},
    to,
    to_formatted: to,
    trunk_sid: null,
    uri,
  };
}
