import { randomBytes } from 'node:crypto';
import { nowSeconds } from '../ids.ts';
import type { World } from '../world.ts';
import { numbersOf } from './available.ts';
import { type Call, rfc2822 } from './core.ts';
import { countryOf } from './countries.ts';
import { addNumber, isOwned } from './incoming.ts';
import type { TwilioAccount } from './objects.ts';
import { notFound, suspended, wrongCredentials } from './refusals.ts';
import { newSid } from './sids.ts';

interface Opening {
  name: string;
  /** Numbers that it has from the start. */
  numbers: number;
  isTrial: boolean;
}

export function openTwilioAccount(world: World, { name, numbers, isTrial }: Opening): TwilioAccount {
  const account: TwilioAccount = {
    sid: newSid('AC'),
    authToken: randomBytes(16).toString('hex'),
    friendlyName: name,
    status: 'active',
    type: isTrial ? 'Trial' : 'Full',
    createdAt: nowSeconds(world),
    numbersAtFirst: numbers,
    numbers: {},
    bundles: {},
    addresses: {},
  };
  world.twilio.push(account);
  stock(world, account);
  return account;
}

/** Gives an account its first numbers: the last of their kind, which few searches reach. */
export function stock(world: World, account: TwilioAccount): void {
  const us = countryOf('US');
  const free = us
    ? numbersOf(us, 'local').filter(({ phoneNumber, capabilities }) => capabilities.voice && !isOwned(world, phoneNumber))
    : [];
  for (const { phoneNumber } of free.slice(Math.max(0, free.length - account.numbersAtFirst))) addNumber(world, account, { phoneNumber });
}

/**
 * Returns the account of a request's credentials: basic auth with SID and token.
 * @throws TwilioRefusal 401
 */
export function unlockTwilio(world: World, authorization = ''): TwilioAccount {
  const [scheme, value = ''] = authorization.split(' ');
  const [sid, token] = scheme?.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString().split(':') : [];
  const account = world.twilio.find((one) => one.sid === sid && one.authToken === token);
  if (!account) throw wrongCredentials();
  if (account.status !== 'active') throw suspended();
  return account;
}

export function fetchAccount({ account, path }: Call<unknown>): object {
  const { sid, authToken, friendlyName, status, type, createdAt } = account;
  return {
    auth_token: authToken,
    date_created: rfc2822(createdAt),
    date_updated: rfc2822(createdAt),
    friendly_name: friendlyName,
    owner_account_sid: sid,
    sid,
    status,
    subresource_uris: { incoming_phone_numbers: `/2010-04-01/Accounts/${sid}/IncomingPhoneNumbers.json` },
    type,
    uri: path,
  };
}

/**
 * Returns the account of this SID.
 * @throws TwilioRefusal 404
 */
export function accountOf(world: World, sid: string): TwilioAccount {
  const account = world.twilio.find((one) => one.sid === sid);
  if (!account) throw notFound(`/2010-04-01/Accounts/${sid}`);
  return account;
}
