/** Twilio's objects as they lie in the sandbox: the fields of the wire, without what can be told from the rest. */

export type NumberType = 'local' | 'mobile' | 'national' | 'toll-free';

export interface Capabilities {
  voice: boolean;
  sms: boolean;
  mms: boolean;
}

/** A number that somebody has bought. */
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
  /** What it does when it rings, under the names of the wire: `voice_url` and the like. */
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

export interface TwilioAccount {
  sid: string;
  authToken: string;
  friendlyName: string;
  status: 'active' | 'suspended' | 'closed';
  type: 'Full' | 'Trial';
  createdAt: number;
  /** How many numbers it had at first; a reset gives it as many. */
  numbersAtFirst: number;
  numbers: Record<string, IncomingNumber>;
  bundles: Record<string, Bundle>;
  addresses: Record<string, Address>;
  /** Twilio lets it buy no numbers. It may unless said. */
  isRestricted?: boolean;
  /** Countries that it neither calls nor writes to, by their codes. */
  closedCountries?: string[];
  /** Numbers that a trial may call and write to. */
  verifiedNumbers?: string[];
}

export const phoneKinds = ['usual', 'landline', 'opted-out', 'unreachable', 'not-there'] as const;
/** What is at the other end of somebody's number. `opted-out`: it has asked for no more text messages. */
export type PhoneKind = (typeof phoneKinds)[number];
