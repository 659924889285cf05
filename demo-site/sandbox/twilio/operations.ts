import type { TwilioRequests } from '../schemas/twilio.ts';
import { fetchAccount } from './accounts.ts';
import { createAddress, listAddresses } from './addresses.ts';
import type { Call, OnWire } from './core.ts';
import { createNumber, deleteNumber, fetchNumber, listNumbers, updateNumber } from './incoming.ts';
import { createCall, createMessage } from './outgoing.ts';
import { fetchBundle, fetchRegulation, listBundles, listRegulations } from './papers.ts';
import { fetchPrices } from './pricing.ts';
import { fetchCountry, listCountries, searchNumbers } from './search.ts';
import { createOriginationUrl, createTrunk, listOriginationUrls, listTrunks } from './trunks.ts';

type Operations = { [R in keyof TwilioRequests]: (call: Call<OnWire<TwilioRequests[R]>>) => object | undefined };

/** The supported part of Twilio: the 2010 API, pricing v1, trunking v1, and of numbers v2 regulations and papers. */
export const operations: Operations = {
  'GET /2010-04-01/Accounts/:account.json': fetchAccount,
  'GET /2010-04-01/Accounts/:account/AvailablePhoneNumbers.json': listCountries,
  'GET /2010-04-01/Accounts/:account/AvailablePhoneNumbers/:country.json': fetchCountry,
  'GET /2010-04-01/Accounts/:account/AvailablePhoneNumbers/:country/:type.json': searchNumbers,
  'GET /2010-04-01/Accounts/:account/IncomingPhoneNumbers.json': listNumbers,
  'POST /2010-04-01/Accounts/:account/IncomingPhoneNumbers.json': createNumber,
  'GET /2010-04-01/Accounts/:account/IncomingPhoneNumbers/:sid.json': fetchNumber,
  'POST /2010-04-01/Accounts/:account/IncomingPhoneNumbers/:sid.json': updateNumber,
  'DELETE /2010-04-01/Accounts/:account/IncomingPhoneNumbers/:sid.json': deleteNumber,
  'GET /2010-04-01/Accounts/:account/Addresses.json': listAddresses,
  'POST /2010-04-01/Accounts/:account/Addresses.json': createAddress,
  'POST /2010-04-01/Accounts/:account/Messages.json': createMessage,
  'POST /2010-04-01/Accounts/:account/Calls.json': createCall,
  'GET /v1/PhoneNumbers/Countries/:country': fetchPrices,
  'GET /v1/Trunks': listTrunks,
  'POST /v1/Trunks': createTrunk,
  'GET /v1/Trunks/:trunk/OriginationUrls': listOriginationUrls,
  'POST /v1/Trunks/:trunk/OriginationUrls': createOriginationUrl,
  'GET /v2/RegulatoryCompliance/Regulations': listRegulations,
  'GET /v2/RegulatoryCompliance/Regulations/:sid': fetchRegulation,
  'GET /v2/RegulatoryCompliance/Bundles': listBundles,
  'GET /v2/RegulatoryCompliance/Bundles/:sid': fetchBundle,
};
