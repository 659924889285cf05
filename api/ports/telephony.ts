/** An account at the telephony provider: the agency's, or a client's own. */
export interface TelephonyAccess {
  accountSid: string;
  authToken: string;
}

export type NumberType = 'local' | 'mobile' | 'toll_free' | 'national';

export interface Capabilities {
  voice: boolean;
  sms: boolean;
  mms: boolean;
}

export interface NumberSearch {
  country: string;
  type: NumberType;
  /** Only in the United States and Canada. */
  areaCode?: string | undefined;
  /** 2 to 16 digits or letters. `*` stands for any digit; a leading + matches the beginning of the number. */
  contains?: string | undefined;
  locality?: string | undefined;
  voice?: boolean | undefined;
  sms?: boolean | undefined;
  mms?: boolean | undefined;
}

/** A number for sale. */
export interface AvailableNumber {
  number: string;
  locality: string | null;
  region: string | null;
  capabilities: Capabilities;
  /** True if the buyer must have an address. */
  needsAddress: boolean;
}

/** A number in an account. */
export interface OwnedNumber {
  sid: string;
  number: string;
  /** The name that its owner gave it, or the tag of its purchase. */
  label: string | null;
  capabilities: Capabilities;
}

/** A set of regulatory documents for one kind of number. */
export interface Bundle {
  sid: string;
  status: 'approved' | 'in_review' | 'rejected' | 'draft';
}

export interface NumberOrder {
  number: string;
  /** Stored on the number at the provider, so that a second attempt finds the number that the first one bought. */
  tag: string;
  bundleSid?: string | undefined;
  addressSid?: string | undefined;
}

export interface SpokenCode {
  channel: 'call' | 'sms';
  from: string;
  to: string;
  code: string;
  /** The sender that the message names. */
  sender: string;
}

/**
 * The telephony provider. Every call refuses with `telephony.provider_unavailable` if the outcome is unknown or may differ later, and with
 * `telephony.not_configured` if the account can no longer be used. The cause says whether a repetition helps.
 */
export interface Telephony {
  /**
   * @returns the account's name and whether it is a trial, which can do little; undefined for wrong credentials. Refuses with `account.inactive` or `account.unpaid` if the provider does
   * not serve the account
   */
  readAccount(access: TelephonyAccess): Promise<{ name: string; isTrial: boolean } | undefined>;
  /** Refuses with `telephony.refused` if the provider cannot search for it. */
  searchNumbers(access: TelephonyAccess, search: NumberSearch): Promise<AvailableNumber[]>;
  listNumbers(access: TelephonyAccess): Promise<OwnedNumber[]>;
  /** Finds a number in the account. */
  findNumber(access: TelephonyAccess, number: string): Promise<OwnedNumber | undefined>;
  /**
   * Buys a number. A number that the account already has is not bought again but gets the new tag, so look with `findNumber` first. Refuses
   * with `number.taken`, `number.unavailable`, `number.bundle_required` or `number.refused` if it will never be bought.
   */
  buyNumber(access: TelephonyAccess, order: NumberOrder): Promise<OwnedNumber>;
  /** Returns a number for good. Succeeds if it is gone already. */
  releaseNumber(access: TelephonyAccess, sid: string): Promise<void>;
  /**
   * Leads the calls of a number to a SIP address, over a trunk of the account, which is made if it is not there. Can be repeated.
   * @returns the host of the trunk, for calls that go out over it
   */
  routeNumber(access: TelephonyAccess, sid: string, address: string): Promise<string>;
  /** Ends that; what the owner had set before counts again. Succeeds if the number is gone. */
  unrouteNumber(access: TelephonyAccess, sid: string): Promise<void>;
  /** Returns the types of number that require documents by law in a country. */
  readRegulatedTypes(access: TelephonyAccess, country: string): Promise<NumberType[]>;
  readBundles(access: TelephonyAccess, country: string, type: NumberType): Promise<Bundle[]>;
  /** Finds an address of the account in the country. */
  findAddress(access: TelephonyAccess, country: string): Promise<string | undefined>;
  /** Returns the provider's monthly prices by type of number, in minor units of the currency. */
  readPrices(access: TelephonyAccess, country: string): Promise<{ currency: string; monthlyCents: Partial<Record<NumberType, number>> }>;
  /** Speaks or texts a code to a number. Refuses with the reason, such as `number.no_texts`, if it will never arrive. */
  sendCode(access: TelephonyAccess, message: SpokenCode): Promise<void>;
}

/** The connection data of a trunk. */
export interface TrunkAccess {
  host: string;
  /** Looked up if absent. */
  port?: number | undefined;
  transport: 'udp' | 'tcp' | 'tls';
  username?: string | undefined;
  password?: string | undefined;
}

export interface TrunkResult {
  result: 'ok' | 'unauthorized' | 'timeout' | 'unreachable' | 'refused';
  /** The trunk's last answer; null if there was none. */
  status: number | null;
}

export interface Trunks {
  /**
   * Asks whether the trunk is there and admits us (OPTIONS), then rings once (INVITE) and hangs up. Takes at most 15 seconds, and ends with
   * `signal`.
   */
  test(access: TrunkAccess, number: string, signal?: AbortSignal): Promise<TrunkResult>;
}
