/** A refusal in Twilio's words. The SDK turns it into a RestException. */
export class TwilioRefusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  body(): object {
    return words(this.status, this.code, this.message);
  }
}

const words = (status: number, code: number, message: string) => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
});

/** Twilio's errors when it is out of order. */
export const faultWords = {
  '500': words(500, 20_500, 'An internal server error has occurred'),
  '503': { ...words(503, 20_503, 'Service is unavailable, please try again'), more_info: 'https://www.twilio.com/docs/errors/503' },
  '409': words(409, 20_409, 'The resource was changed by another request'),
  '429': words(429, 20_429, 'Too Many Requests'),
};

export const wrongCredentials = () => new TwilioRefusal(401, 20_003, 'Authenticate');

export const suspended = () => new TwilioRefusal(401, 20_005, 'Account not active');

/** @param path as requested, with its leading slash */
export const notFound = (path: string) => new TwilioRefusal(404, 20_404, `The requested resource ${path} was not found`);

export const badParameter = (sentence: string) => new TwilioRefusal(400, 20_001, sentence);

export const badPattern = (pattern: string) =>
  new TwilioRefusal(400, 21_454, `The 'Contains' parameter is not valid: ${pattern}. It must be between 2 and 16 characters long.`);

export const invalidNumber = (number: string) => new TwilioRefusal(400, 21_421, `PhoneNumber ${number} is invalid`);

export const notAvailable = (number: string) => new TwilioRefusal(400, 21_422, `${number} is not available`);

export const trialHasOne = () =>
  new TwilioRefusal(
    400,
    21_404,
    'Trial accounts are allowed only one Twilio number. To purchase additional numbers, please upgrade your account.',
  );

export const restricted = () => new TwilioRefusal(400, 22_300, 'This account is restricted from provisioning new long code phone numbers');

export const bundleRequired = () => new TwilioRefusal(400, 21_649, 'Bundle required and not provided');

export const bundleNotApproved = (sid: string) => new TwilioRefusal(400, 21_649, `Bundle [${sid}] status is not twilio-approved`);

export const bundleDoesNotFit = (sid: string) =>
  new TwilioRefusal(400, 21_650, `Bundle [${sid}] regulation does not match the phone number`);

export const addressRequired = () =>
  new TwilioRefusal(400, 21_631, "Phone Number Requires an Address but the 'AddressSid' parameter was empty.");

export const addressNotLocal = () => new TwilioRefusal(400, 21_615, 'Phone Number Requires a Local Address');

export const invalidTo = (to: string) => new TwilioRefusal(400, 21_211, `The 'To' number ${to} is not a valid phone number.`);

export const cannotReach = (to: string) => new TwilioRefusal(400, 21_214, `'To' phone number ${to} cannot be reached`);

export const cannotWriteFrom = (from: string, to: string) =>
  new TwilioRefusal(400, 21_612, `Message cannot be sent with the current combination of 'To' (${to}) and/or 'From' (${from}) parameters`);

export const landline = () => new TwilioRefusal(400, 21_635, "'To' number cannot be a landline");

export const optedOut = () => new TwilioRefusal(400, 21_610, 'Attempt to send to unsubscribed recipient');

export const sameNumber = () => new TwilioRefusal(400, 21_266, "'To' and 'From' numbers cannot be the same");

export const countryClosedToText = (to: string) =>
  new TwilioRefusal(400, 21_408, `Permission to send an SMS has not been enabled for the region indicated by the 'To' number: ${to}`);

export const countryClosedToCall = (to: string) =>
  new TwilioRefusal(
    400,
    21_215,
    `Account not authorized to call ${to}. Perhaps you need to enable some international permissions: https://www.twilio.com/console/voice/calls/geo-permissions/low-risk`,
  );

export const unverifiedToText = (to: string) =>
  new TwilioRefusal(
    400,
    21_608,
    `The number ${to} is unverified. Trial accounts cannot send messages to unverified numbers; verify ${to} or purchase a Twilio number to send messages to unverified numbers`,
  );

export const unverifiedToCall = (to: string) =>
  new TwilioRefusal(400, 21_219, `The number ${to} is unverified. Trial accounts may only make calls to verified numbers.`);

export const cannotText = (from: string) =>
  new TwilioRefusal(
    400,
    21_606,
    `The From phone number ${from} is not a valid, SMS-capable inbound phone number or short code for your account.`,
  );

export const cannotCallFrom = (from: string) =>
  new TwilioRefusal(
    400,
    21_210,
    `The source phone number provided, ${from}, is not yet verified for your account. You may only make calls from phone numbers that you've verified or purchased from Twilio.`,
  );
