import type { AddressListInstanceCreateOptions, AddressListInstancePageOptions } from 'twilio/lib/rest/api/v2010/account/address.js';
import type { LocalListInstancePageOptions } from 'twilio/lib/rest/api/v2010/account/availablePhoneNumberCountry/local.js';
import type { AvailablePhoneNumberCountryListInstancePageOptions } from 'twilio/lib/rest/api/v2010/account/availablePhoneNumberCountry.js';
import type { CallListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/call.js';
import type {
  IncomingPhoneNumberContextUpdateOptions,
  IncomingPhoneNumberListInstanceCreateOptions,
  IncomingPhoneNumberListInstancePageOptions,
} from 'twilio/lib/rest/api/v2010/account/incomingPhoneNumber.js';
import type { MessageListInstanceCreateOptions } from 'twilio/lib/rest/api/v2010/account/message.js';
import type { BundleListInstancePageOptions } from 'twilio/lib/rest/numbers/v2/regulatoryCompliance/bundle.js';
import type { RegulationListInstancePageOptions } from 'twilio/lib/rest/numbers/v2/regulatoryCompliance/regulation.js';
import type {
  OriginationUrlListInstanceCreateOptions,
  OriginationUrlListInstancePageOptions,
} from 'twilio/lib/rest/trunking/v1/trunk/originationUrl.js';
import type { TrunkListInstanceCreateOptions, TrunkListInstancePageOptions } from 'twilio/lib/rest/trunking/v1/trunk.js';

type Paging = 'pageSize' | 'pageNumber' | 'pageToken';
type Nothing = Record<never, never>;

export type NumberSearch = Pick<
  LocalListInstancePageOptions,
  Paging | 'areaCode' | 'contains' | 'inLocality' | 'inPostalCode' | 'inRegion' | 'mmsEnabled' | 'smsEnabled' | 'voiceEnabled'
>;

/** Settings for an incoming call. Only a trunk leads it anywhere here. */
type Wiring = 'smsMethod' | 'smsUrl' | 'statusCallback' | 'statusCallbackMethod' | 'trunkSid' | 'voiceMethod' | 'voiceUrl';

/**
 * The supported parameters of each request, picked from the SDK's types. The paths are Twilio's. Its hosts api, pricing and numbers share
 * no path, so one address replaces all of them.
 */
export interface TwilioRequests {
  'GET /2010-04-01/Accounts/:account.json': Nothing;
  'GET /2010-04-01/Accounts/:account/AvailablePhoneNumbers.json': Pick<AvailablePhoneNumberCountryListInstancePageOptions, Paging>;
  'GET /2010-04-01/Accounts/:account/AvailablePhoneNumbers/:country.json': Nothing;
  'GET /2010-04-01/Accounts/:account/AvailablePhoneNumbers/:country/:type.json': NumberSearch;
  'GET /2010-04-01/Accounts/:account/IncomingPhoneNumbers.json': Pick<
    IncomingPhoneNumberListInstancePageOptions,
    Paging | 'friendlyName' | 'phoneNumber'
  >;
  'POST /2010-04-01/Accounts/:account/IncomingPhoneNumbers.json': Pick<
    IncomingPhoneNumberListInstanceCreateOptions,
    Wiring | 'addressSid' | 'bundleSid' | 'friendlyName' | 'phoneNumber'
  >;
  'GET /2010-04-01/Accounts/:account/IncomingPhoneNumbers/:sid.json': Nothing;
  'POST /2010-04-01/Accounts/:account/IncomingPhoneNumbers/:sid.json': Pick<
    IncomingPhoneNumberContextUpdateOptions,
    Wiring | 'addressSid' | 'bundleSid' | 'friendlyName'
  >;
  'DELETE /2010-04-01/Accounts/:account/IncomingPhoneNumbers/:sid.json': Nothing;
  'GET /2010-04-01/Accounts/:account/Addresses.json': Pick<AddressListInstancePageOptions, Paging | 'friendlyName' | 'isoCountry'>;
  'POST /2010-04-01/Accounts/:account/Addresses.json': Pick<
    AddressListInstanceCreateOptions,
    'city' | 'customerName' | 'friendlyName' | 'isoCountry' | 'postalCode' | 'region' | 'street'
  >;
  'POST /2010-04-01/Accounts/:account/Messages.json': Pick<MessageListInstanceCreateOptions, 'body' | 'from' | 'to'>;
  'POST /2010-04-01/Accounts/:account/Calls.json': Pick<CallListInstanceCreateOptions, 'from' | 'timeout' | 'to' | 'twiml'>;
  'GET /v1/PhoneNumbers/Countries/:country': Nothing;
  'GET /v1/Trunks': Pick<TrunkListInstancePageOptions, Paging>;
  'POST /v1/Trunks': Pick<TrunkListInstanceCreateOptions, 'domainName' | 'friendlyName'>;
  'GET /v1/Trunks/:trunk/OriginationUrls': Pick<OriginationUrlListInstancePageOptions, Paging>;
  'POST /v1/Trunks/:trunk/OriginationUrls': OriginationUrlListInstanceCreateOptions;
  'GET /v2/RegulatoryCompliance/Regulations': Pick<RegulationListInstancePageOptions, Paging | 'endUserType' | 'isoCountry' | 'numberType'>;
  'GET /v2/RegulatoryCompliance/Regulations/:sid': Nothing;
  'GET /v2/RegulatoryCompliance/Bundles': Pick<
    BundleListInstancePageOptions,
    Paging | 'endUserType' | 'isoCountry' | 'numberType' | 'regulationSid' | 'status'
  >;
  'GET /v2/RegulatoryCompliance/Bundles/:sid': Nothing;
}
