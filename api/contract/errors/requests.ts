import type { ErrorEntry } from './entry.ts';

export const requestErrors = {
  'body.malformed': { status: 400, type: 'invalid_request', message: 'The body is not valid JSON.' },
  'body.too_deep': { status: 400, type: 'invalid_request', message: 'The body is nested too deeply.' },
  'body.too_many_values': {
    status: 400,
    type: 'invalid_request',
    message: 'The body has more than {max} values. Send less at a time.',
    values: { max: 'count' },
  },
  'body.too_large': { status: 413, type: 'invalid_request', message: 'The body is larger than {max} bytes.', values: { max: 'bytes' } },
  'body.unsupported': { status: 415, type: 'invalid_request', message: 'Send the body as application/json.' },
  'idempotency.key_invalid': {
    status: 422,
    type: 'invalid_request',
    message: 'An idempotency key has 8 to 200 letters, digits, dashes or underscores.',
  },
  'idempotency.mismatch': {
    status: 409,
    type: 'conflict',
    message: 'This was already sent with other content. Use a new idempotency key for a new attempt.',
  },
  'idempotency.in_progress': {
    status: 409,
    type: 'conflict',
    message: 'The same request is still being worked on. Try again in a moment.',
  },
  internal: { status: 500, type: 'internal', message: 'Something went wrong on our side. Nothing was charged twice; please try again.' },
  'operation.not_found': { status: 404, type: 'not_found', message: 'There is nothing at this address.' },
  'operation.wrong_method': {
    status: 405,
    type: 'invalid_request',
    message: 'This address is used with {method}.',
    values: { method: 'text' },
  },
  'rate.limited': {
    status: 429,
    type: 'rate_limit',
    message: 'That was a lot at once. Please wait {seconds seconds|one: second}.',
    values: { seconds: 'seconds' },
  },
  'server.busy': {
    status: 503,
    type: 'unavailable',
    message: 'The service is busy. Please try again in a moment.',
    retryAfterSeconds: 1,
  },
  'server.disk_full': {
    status: 503,
    type: 'unavailable',
    message: 'Nothing can be saved at the moment. Nothing was charged; please try again later.',
  },
  'server.keys_replaced': {
    status: 503,
    type: 'unavailable',
    message: 'The access to this provider has to be entered anew. Please contact support.',
  },
  'server.no_database': { status: 503, type: 'unavailable', message: 'The service is not available at the moment. Please try again.' },
} as const satisfies Record<string, ErrorEntry>;
