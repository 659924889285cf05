/** Twilio's objects as stored: the fields of its API that cannot be derived. */

export type NumberType = 'local' | 'mobile' | 'national' | 'toll-free';

export interface Capabilities {
  voice: boolean;
  sms: boolean;
  mms: boolean;
}

/** A sold number. */
export interface IncomingNumber {
  sid: string;
  accountSid: string;
  phoneNumber: string;
  friendlyName: string;
  country: string;
  type: NumberType;
  capabilities: Capabilities;
  addressSid: string | null;
  bundleSid: string | null;
  /** Its settings for incoming calls, under the API's names: `voice_url` etc. */
  wiring: Record<string, string>;
  /** Seconds since 1970. */
  createdAt: number;
  updatedAt: number;
}

export const bundleStatuses = [
  'draft',
  'pending-review',
  'in-review',
  'twilio-rejected',
  'twilio-approved',
  'provisionally-approved',
] as const;
export type BundleStatus = (typeof bundleStatuses)[number];

export interface Bundle {
  sid: string;
  accountSid: string;
  country: string;
  type: NumberType;
  status: BundleStatus;
  friendlyName: string;
  createdAt: number;
  updatedAt: number;
}

export interface Address {
  sid: string;
  accountSid: string;
  country: string;
  customerName: string;
  friendlyName: string;
  street: string;
  city: string;
  region: string;
  postalCode: string;
  createdAt: number;
}

/** A trunk: the way of calls to and from a server of the account's owner. */
export interface Trunk {
  sid: string;
  friendlyName: string;
  domainName: string;
  originationUrls: { sid: string; friendlyName: string; sipUrl: string; weight: number; priority: number; enabled: boolean }[];
  createdAt: number;
}

export interface TwilioAccount {
  sid: string;
  authToken: string;
  friendlyName: string;
  status: 'active' | 'suspended' | 'closed';
  type: 'Full' | 'Trial';
  createdAt: number;
  /** Numbers at the start; a reset restores as many. */
  numbersAtFirst: number;
  numbers: Record<string, IncomingNumber>;
  bundles: Record<string, Bundle>;
  addresses: Record<string, Address>;
  /** Absent in accounts stored before the sandbox had trunks. */
  trunks?: Record<string, Trunk>;
  /** True if Twilio forbids it to buy numbers. */
  isRestricted?: boolean;
  /** Codes of the countries that it can neither call nor text. */
  closedCountries?: string[];
  /** Numbers that a trial may call and text. */
  verifiedNumbers?: string[];
}

export const phoneKinds = ['usual', 'landline', 'opted-out', 'unreachable', 'not-there'] as const;
/** The phone behind a number. `opted-out`: it asked for no more text messages. */
export type PhoneKind = (typeof phoneKinds)[number];
