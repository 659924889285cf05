/** A refusal in Stripe's words. The SDK turns it into its error classes by `type` and status. */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly details: { type: string; code?: string; param?: string };

  constructor(status: number, message: string, details: { type?: string; code?: string; param?: string } = {}) {
    super(message);
    this.status = status;
    this.details = { type: 'invalid_request_error', ...details };
  }

  body(): { error: object } {
    const { code } = this.details;
    const docs = code ? { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` } : {};
    return { error: { ...this.details, ...docs, message: this.message } };
  }
}

export const invalid = (message: string, param: string, code?: string): StripeRefusal =>
  new StripeRefusal(400, message, code ? { param, code } : { param });

export const missing = (param: string): StripeRefusal => invalid(`Missing required param: ${param}.`, param, 'parameter_missing');

/** @param noun Stripe's name of the kind of object, e.g. `price` */
export function noSuch(noun: string, id: string, param: string, otherMode: 'live' | 'test' | null, status = 404): StripeRefusal {
  const mine = otherMode === 'live' ? 'test' : 'live';
  const hint = otherMode ? `; a similar object exists in ${otherMode} mode, but a ${mine} mode key was used to make this request.` : '';
  return new StripeRefusal(status, `No such ${noun}: '${id}'${hint}`, { code: 'resource_missing', param });
}

export const unknownUrl = (method: string, path: string): StripeRefusal =>
  new StripeRefusal(
    404,
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  );

export const noKey = (): StripeRefusal =>
  new StripeRefusal(
    401,
    'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth ' +
      "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, " +
      'or we can help at https://support.stripe.com/.',
  );

export function wrongKey(key: string): StripeRefusal {
  if (/^pk_(test|live)_/.test(key)) {
    const message =
      'This API call cannot be made with a publishable API key. Please use a secret API key. ' +
      'You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.';
    return new StripeRefusal(403, message, { code: 'secret_key_required' });
  }
  return new StripeRefusal(401, `Invalid API Key provided: ${masked(key)}`);
}

export const notActivated = (): StripeRefusal =>
  new StripeRefusal(400, 'Your account cannot currently make live charges.', { code: 'testmode_charges_only' });

export const noRight = (key: string, accountId: string, right: string): StripeRefusal =>
  new StripeRefusal(
    403,
    `The provided key '${masked(key)}' does not have the required permissions for this endpoint on account '${accountId}'. ` +
      `Having the 'rak_${right}' permission would allow this request to continue.`,
  );

/** Masks a key as Stripe does: its kind and last four characters stay. */
function masked(key: string): string {
  const kind = /^[a-z]{2}_(test|live)_/.exec(key)?.[0] ?? '';
  return kind + '*'.repeat(Math.max(0, key.length - kind.length - 4)) + key.slice(kind.length).slice(-4);
}

export const keyReused = (key: string): StripeRefusal =>
  new StripeRefusal(
    400,
    'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
      `Try using a key other than '${key}' if you meant to execute a different request.`,
    { type: 'idempotency_error' },
  );

export const keyInUse = (key: string): StripeRefusal =>
  new StripeRefusal(
    409,
    'There is currently another in-progress request using this Stripe-Idempotent-Key (that probably means you submitted twice, ' +
      `and the other request is still going through): ${key}. Please try again later.`,
    { type: 'idempotency_error', code: 'idempotency_key_in_use' },
  );

/** Stripe's errors when it is out of order. */
export const faultWords = {
  '500': { error: { type: 'api_error', message: 'An unknown error occurred', code: null } },
  '503': { error: { type: 'api_error', message: 'Stripe is temporarily unavailable. Please try again later.' } },
  '409': {
    error: {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message: 'There is currently another in-progress request using this Stripe-Idempotent-Key. Please try again later.',
    },
  },
  '429': {
    error: {
      type: 'invalid_request_error',
      code: 'rate_limit',
      message: 'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
    },
  },
};
