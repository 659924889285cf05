import { nowSeconds } from '../ids.ts';
import type { World } from '../world.ts';
import { type Call, type Parameters, rfc2822 } from './core.ts';
import { countryOf } from './countries.ts';
import { page2010 } from './lists.ts';
import type { Address, TwilioAccount } from './objects.ts';
import { badParameter } from './refusals.ts';
import { newSid } from './sids.ts';

export function listAddresses({ account, parameters, path }: Call<Parameters<'GET /2010-04-01/Accounts/:account/Addresses.json'>>): object {
  const { IsoCountry: country, FriendlyName: name } = parameters;
  const matching = Object.values(account.addresses).filter(
    (one) => (country === undefined || one.country === country.toUpperCase()) && (name === undefined || one.friendlyName === name),
  );
  return page2010('addresses', matching.map(addressOnWire), parameters, path);
}

export function createAddress({
  world,
  account,
  parameters,
}: Call<Parameters<'POST /2010-04-01/Accounts/:account/Addresses.json'>>): object {
  const { City, CustomerName, FriendlyName = '', IsoCountry, PostalCode, Region, Street } = parameters;
  if (!countryOf(IsoCountry)) throw badParameter(`IsoCountry ${IsoCountry} is not a country of the sandbox`);
  return addressOnWire(
    addAddress(world, account, {
      country: IsoCountry.toUpperCase(),
      customerName: CustomerName,
      friendlyName: FriendlyName,
      street: Street,
      city: City,
      region: Region,
      postalCode: PostalCode,
    }),
  );
}

export function addAddress(world: World, account: TwilioAccount, given: Omit<Address, 'sid' | 'accountSid' | 'createdAt'>): Address {
  const address = { ...given, sid: newSid('AD'), accountSid: account.sid, createdAt: nowSeconds(world) };
  account.addresses[address.sid] = address;
  return address;
}

const addressOnWire = (address: Address) => ({
  account_sid: address.accountSid,
  city: address.city,
  customer_name: address.customerName,
  date_created: rfc2822(address.createdAt),
  date_updated: rfc2822(address.createdAt),
  emergency_enabled: false,
  friendly_name: address.friendlyName,
  iso_country: address.country,
  postal_code: address.postalCode,
  region: address.region,
  sid: address.sid,
  street: address.street,
  street_secondary: null,
  uri: `/2010-04-01/Accounts/${address.accountSid}/Addresses/${address.sid}.json`,
  validated: false,
  verified: true,
});
