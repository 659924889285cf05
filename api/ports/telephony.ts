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
  /** In the United States and Canada alone. */
  areaCode?: string | undefined;
  /** 2 to 16 digits or letters; `*` before or after them for any digit; with + in front it is the beginning. */
  contains?: string | undefined;
  locality?: string | undefined;
  voice?: boolean | undefined;
  sms?: boolean | undefined;
  mms?: boolean | undefined;
}

/** A number that can be bought now. */
export interface AvailableNumber {
  number: string;
  locality: string | null;
  region: string | null;
  capabilities: Capabilities;
  /** Whether its buyer has to have an address. */
  needsAddress: boolean;
}

/** A number in an account. */
export interface OwnedNumber {
  sid: string;
  number: string;
  /** What its owner calls it, or the tag that it was bought with. */
  label: string | null;
  capabilities: Capabilities;
}

/** A set of papers for one kind of number. */
export interface Bundle {
  sid: string;
  status: 'approved' | 'in_review' | 'rejected' | 'draft';
}

export interface NumberOrder {
  number: string;
  /** Stands on the number at the provider, so that a second attempt finds what the first one bought. */
  tag: string;
  bundleSid?: string | undefined;
  addressSid?: string | undefined;
}

export interface SpokenCode {
  channel: 'call' | 'sms';
  from: string;
  to: string;
  code: string;
  /** Whom it comes from, in the message. */
  sender: string;
}

/**
 * The telephony provider. Every call refuses with `telephony.provider_unavailable` where the outcome is unknown or may be another later, and
 * with `telephony.not_configured` where the account cannot be used any more. The cause says whether asking again helps.
 */
export interface Telephony {
  /**
   * @returns what the account is called; undefined where the credentials are no good. Refuses with `account.inactive` or `account.unpaid` where
   * the provider does no work for it
   */
  readAccount(access: TelephonyAccess): Promise<{ name: string } | undefined>;
  /** Refuses with `telephony.refused` what the provider cannot search for. */
  searchNumbers(access: TelephonyAccess, search: NumberSearch): Promise<AvailableNumber[]>;
  listNumbers(access: TelephonyAccess): Promise<OwnedNumber[]>;
  /** A number, if the account has it. */
  findNumber(access: TelephonyAccess, number: string): Promise<OwnedNumber | undefined>;
  /**
   * What the account has already is not bought again but gets the new tag, so look with `findNumber` first. Refuses with `number.taken`,
   * `number.unavailable`, `number.bundle_required` or `number.refused` what will never be bought.
   */
  buyNumber(access: TelephonyAccess, order: NumberOrder): Promise<OwnedNumber>;
  /** Gives it back for good. One that is gone already is fine. */
  releaseNumber(access: TelephonyAccess, sid: string): Promise<void>;
  /** The types of number for which the law of a country asks for papers. */
  readRegulatedTypes(access: TelephonyAccess, country: string): Promise<NumberType[]>;
  readBundles(access: TelephonyAccess, country: string, type: NumberType): Promise<Bundle[]>;
  /** An address of the account in the country. */
  findAddress(access: TelephonyAccess, country: string): Promise<string | undefined>;
  /** What the provider takes for a month, by type of number, in minor units of the currency. */
  readPrices(access: TelephonyAccess, country: string): Promise<{ currency: string; monthlyCents: Partial<Record<NumberType, number>> }>;
  /** Says or writes a code to a number. What will never reach it is refused with the reason, such as `number.no_texts`. */
  sendCode(access: TelephonyAccess, message: SpokenCode): Promise<void>;
}

/** What is needed to reach a trunk. */
export interface TrunkAccess {
  host: string;
  /** Looked up where it is left out. */
  port?: number | undefined;
  transport: 'udp' | 'tcp' | 'tls';
  username?: string | undefined;
  password?: string | undefined;
}

export interface TrunkResult {
  result: 'ok' | 'unauthorized' | 'timeout' | 'unreachable' | 'refused';
  /** What the trunk answered last; null where it did not. */
  status: number | null;
}

export interface Trunks {
  /** Asks whether it is there and lets us in (OPTIONS), then rings once (INVITE) and hangs up. Takes at most 15 seconds, and ends with `signal`. */
  test(access: TrunkAccess, number: string, signal?: AbortSignal): Promise<TrunkResult>;
}
