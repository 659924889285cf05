import { type DocumentedError, rowsByCode } from '../../ports/index.ts';

/** Our names of calls to Twilio. */
export type TwilioCall =
  | 'readAccount'
  | 'searchNumbers'
  | 'listNumbers'
  | 'buyNumber'
  | 'releaseNumber'
  | 'readTrunk'
  | 'makeTrunk'
  | 'routeNumber'
  | 'readRegulations'
  | 'readBundles'
  | 'readPrices'
  | 'findAddress'
  | 'callWithCode'
  | 'writeCode';

type Row = DocumentedError<TwilioCall>;
type Meaning = Omit<Row, 'status' | 'code' | 'says'>;

/** Calls that only look, before a search or an order. */
const looking = ['searchNumbers', 'listNumbers', 'readRegulations', 'readBundles', 'readPrices', 'findAddress'] as const;
/** Calls that say where the calls of a number go. */
const routing = ['readTrunk', 'makeTrunk', 'routeNumber'] as const;
const coding = ['callWithCode', 'writeCode'] as const;

/** Twilio uses either status for it. */
const inactive = (meaning: Meaning): Row[] =>
  [401, 403].flatMap((status) =>
    rowsByCode(
      status,
      {
        20005: 'Account not active',
        10001: 'Account is not active',
        20403: 'The account lacks permission to access the Twilio API',
      },
      meaning,
    ),
  );

/** A trial account lacks the feature. Twilio uses either status for it. */
const trial = (meaning: Omit<Meaning, 'lasts' | 'fault' | 'agency'>): Row[] =>
  [400, 403].flatMap((status) =>
    rowsByCode(
      status,
      { 10002: 'Trial accounts do not support the feature you tried to use' },
      { ...meaning, lasts: 'definite', fault: 'agency', agency: 'telephony.trial' },
    ),
  );

/** The account itself is unusable until the agency repairs it. */
const accountRows = (meaning: Omit<Meaning, 'fault' | 'agency'>): Row[] => [
  ...inactive({ ...meaning, fault: 'agency', agency: 'telephony.inactive' }),
  { status: 401, says: 'Authenticate', fault: 'agency', agency: 'telephony.key_refused', ...meaning },
  { status: 402, says: 'Payment Required', fault: 'agency', agency: 'telephony.unpaid', ...meaning },
  { status: 403, says: 'Forbidden', fault: 'agency', agency: 'telephony.forbidden', ...meaning },
];

const notThere = 'The requested resource was not found';
const notFound = (meaning: Meaning): Row => ({ status: 404, says: notThere, ...meaning });
const badRequest = (meaning: Meaning): Row => ({ status: 400, says: 'Invalid parameter', ...meaning });

const noCode = (person: Row['person'], fault: Row['fault'], agency?: Row['agency']): Omit<Meaning, 'calls'> => ({
  lasts: 'definite',
  fault,
  person,
  ...(agency && { agency }),
  undone: 'step',
});

const connecting = { calls: ['readAccount'], lasts: 'definite', fault: 'agency', undone: 'nothing' } as const;

/**
 * Every error in Twilio's documentation for our calls, with its meaning.
 * @see https://www.twilio.com/docs/api/errors
 */
export const twilioErrors: readonly Row[] = [
  // An account that is being connected: the caller reads the reason at once.
  ...inactive({ ...connecting, person: 'account.inactive' }),
  { status: 402, says: 'Payment Required', ...connecting, person: 'account.unpaid' },
  ...[401, 403, 404].map(
    (status): Row => ({
      status,
      says: status === 404 ? notThere : 'Authenticate',
      ...connecting,
      person: 'account.invalid_credentials',
    }),
  ),

  // A purchase: a final refusal ends the order, and its credits return.
  ...rowsByCode(
    400,
    { 21422: 'PhoneNumber is not available' },
    { calls: ['buyNumber'], lasts: 'definite', fault: 'client', person: 'number.taken', undone: 'order' },
  ),
  ...rowsByCode(
    400,
    { 21421: 'PhoneNumber is invalid', 21451: 'Invalid area code', 21452: 'No phone numbers found' },
    { calls: ['buyNumber'], lasts: 'definite', fault: 'client', person: 'number.unavailable', undone: 'order' },
  ),
  ...rowsByCode(
    400,
    {
      21613: "PhoneNumber requires an address but the 'AddressSid' was not provided",
      21615: 'Phone Number Requires a Local Address',
      21616: 'PhoneNumber requires a validated address',
      21628: 'PhoneNumber requires identity',
      21629: 'PhoneNumber requires a business identity',
      21631: "Phone Number Requires an Address but the 'AddressSid' parameter was empty",
      21649: 'Bundle required and not provided',
      21650: 'Bundle regulation does not match the phone number',
      21651: 'Address does not fit the bundle',
    },
    {
      calls: ['buyNumber'],
      lasts: 'definite',
      fault: 'agency',
      person: 'number.bundle_required',
      agency: 'telephony.papers',
      undone: 'order',
    },
  ),
  ...rowsByCode(
    400,
    { 21404: 'Trial accounts are allowed only one Twilio number' },
    { calls: ['buyNumber'], lasts: 'definite', fault: 'agency', person: 'number.refused', agency: 'telephony.trial', undone: 'order' },
  ),
  ...trial({ calls: ['buyNumber'], person: 'number.refused', undone: 'order' }),
  ...[400, 403].flatMap((status) =>
    rowsByCode(
      status,
      { 22300: 'This account is restricted from provisioning new long code phone numbers' },
      {
        calls: ['buyNumber'],
        lasts: 'definite',
        fault: 'agency',
        person: 'number.refused',
        agency: 'telephony.restricted',
        undone: 'order',
      },
    ),
  ),
  badRequest({ calls: ['buyNumber'], lasts: 'definite', fault: 'platform', person: 'number.refused', undone: 'order' }),
  ...accountRows({ calls: ['buyNumber'], lasts: 'definite', person: 'telephony.not_configured', undone: 'order' }),
  notFound({
    calls: ['buyNumber'],
    lasts: 'definite',
    fault: 'agency',
    person: 'telephony.not_configured',
    agency: 'telephony.key_refused',
    undone: 'order',
  }),

  // A return is repeated by itself; a missing number counts as returned.
  notFound({ calls: ['releaseNumber'], lasts: 'definite', fault: 'agency', person: null, undone: 'nothing' }),
  ...accountRows({ calls: ['releaseNumber'], lasts: 'passing', person: null, undone: 'nothing' }),
  badRequest({ calls: ['releaseNumber'], lasts: 'passing', fault: 'platform', person: null, undone: 'nothing' }),

  // Where calls go is told again until the agency has repaired its account; a number that is not there leads nowhere.
  ...trial({ calls: routing, person: 'number.not_connected', undone: 'step' }),
  badRequest({ calls: routing, lasts: 'definite', fault: 'platform', person: 'number.not_connected', undone: 'step' }),
  ...accountRows({ calls: routing, lasts: 'definite', person: 'number.not_connected', undone: 'step' }),
  notFound({
    calls: routing,
    lasts: 'definite',
    fault: 'agency',
    person: 'number.not_connected',
    agency: 'telephony.key_refused',
    undone: 'step',
  }),

  // A code that is not sent: the caller reads the reason.
  ...rowsByCode(
    400,
    { 21211: "Invalid 'To' Phone Number", 21217: 'Phone number does not appear to be valid' },
    { calls: coding, ...noCode('number.invalid', 'client') },
  ),
  ...rowsByCode(
    400,
    { 21614: "'To' number is not a valid mobile number", 21635: "'To' number cannot be a landline" },
    { calls: ['writeCode'], ...noCode('number.no_texts', 'client') },
  ),
  // A number of the agency's own account.
  ...rowsByCode(
    400,
    { 21266: "'To' and 'From' numbers cannot be the same" },
    { calls: ['writeCode'], ...noCode('number.unreachable', 'client') },
  ),
  ...rowsByCode(
    400,
    { 21610: 'Attempt to send to unsubscribed recipient' },
    { calls: ['writeCode'], ...noCode('number.opted_out', 'client') },
  ),
  ...rowsByCode(
    400,
    { 21214: "'To' phone number cannot be reached", 21612: "Message cannot be sent with the current combination of 'To' and 'From'" },
    { calls: coding, ...noCode('number.unreachable', 'client') },
  ),
  ...rowsByCode(
    400,
    {
      21408: 'Permission to send an SMS has not been enabled for the region',
      21215: 'Geo permission configuration is not permitting call',
    },
    { calls: coding, ...noCode('number.country_closed', 'agency', 'telephony.country_closed') },
  ),
  ...rowsByCode(
    400,
    { 21216: 'Account not allowed to call phone number' },
    { calls: ['callWithCode'], ...noCode('number.country_closed', 'agency', 'telephony.country_closed') },
  ),
  ...rowsByCode(
    400,
    {
      21608: 'The number is unverified. Trial accounts cannot send messages to unverified numbers',
      21219: "'To' phone number not verified",
    },
    { calls: coding, ...noCode('number.code_not_sent', 'agency', 'telephony.trial') },
  ),
  ...trial({ calls: coding, person: 'number.code_not_sent', undone: 'step' }),
  ...rowsByCode(
    400,
    {
      21210: "'From' phone number not verified",
      21212: "Invalid 'From' phone number",
      21606: 'The From phone number is not a valid, SMS-capable inbound phone number for your account',
      21659: "'From' is not a Twilio phone number",
      21660: "Mismatch between the 'From' number and the account",
      21661: "'From' number is not SMS-capable",
    },
    { calls: coding, ...noCode('number.code_not_sent', 'agency', 'telephony.sender_refused') },
  ),
  ...[400, 403].flatMap((status) =>
    rowsByCode(
      status,
      { 10005: 'Voice calling has been disabled for this account' },
      { calls: ['callWithCode'], ...noCode('number.code_not_sent', 'agency', 'telephony.restricted') },
    ),
  ),
  badRequest({ calls: coding, ...noCode('number.code_not_sent', 'platform') }),
  ...accountRows({ calls: coding, lasts: 'definite', person: 'telephony.not_configured', undone: 'step' }),
  notFound({ calls: coding, ...noCode('telephony.not_configured', 'agency', 'telephony.key_refused') }),

  // A country or type that Twilio does not offer means an empty result.
  notFound({ calls: ['searchNumbers', 'readRegulations'], lasts: 'definite', fault: 'client', person: null, undone: 'nothing' }),
  ...rowsByCode(
    400,
    { 21454: "The 'Contains' parameter is not valid" },
    { calls: ['searchNumbers'], lasts: 'definite', fault: 'client', person: 'telephony.refused', undone: 'nothing' },
  ),
  ...trial({ calls: looking, person: 'telephony.not_configured', undone: 'nothing' }),
  badRequest({ calls: ['searchNumbers'], lasts: 'definite', fault: 'client', person: 'telephony.refused', undone: 'nothing' }),
  badRequest({
    calls: ['listNumbers', 'readRegulations', 'readBundles', 'readPrices', 'findAddress'],
    lasts: 'passing',
    fault: 'platform',
    person: 'telephony.provider_unavailable',
    undone: 'nothing',
  }),
  notFound({
    calls: ['listNumbers', 'readBundles', 'readPrices', 'findAddress'],
    lasts: 'definite',
    fault: 'agency',
    person: 'telephony.not_configured',
    agency: 'telephony.key_refused',
    undone: 'nothing',
  }),
  ...accountRows({ calls: looking, lasts: 'definite', person: 'telephony.not_configured', undone: 'nothing' }),

  ...[
    { status: 409, says: 'The resource was changed by another request' },
    { status: 429, says: 'Too Many Requests' },
    { status: 500, says: 'An internal server error has occurred' },
  ].flatMap(({ status, says }): Row[] => [
    {
      calls: ['readAccount', ...looking, 'buyNumber', ...routing, ...coding],
      status,
      says,
      lasts: 'passing',
      fault: 'provider',
      person: 'telephony.provider_unavailable',
      undone: 'nothing',
    },
    { calls: ['releaseNumber'], status, says, lasts: 'passing', fault: 'provider', person: null, undone: 'nothing' },
  ]),
];
