import type { ErrorEntry } from './entry.ts';

export const numberErrors = {
  'account.inactive': {
    status: 422,
    type: 'invalid_request',
    message: 'This account is suspended at the provider, or its balance is used up. Settle it there, then connect it again.',
  },
  'account.invalid_credentials': {
    status: 422,
    type: 'invalid_request',
    message: 'The provider does not accept these credentials. Check the account and its token.',
  },
  'account.missing': { status: 409, type: 'conflict', message: 'No account is connected. Connect it first.' },
  'account.trial': {
    status: 409,
    type: 'conflict',
    message:
      'This account is a trial: it can have one number, and call and write only to numbers that its owner has verified. Upgrade it at the provider.',
  },
  'account.unpaid': {
    status: 422,
    type: 'invalid_request',
    message: 'The provider asks for a payment before it works for this account. Settle it there, then connect it again.',
  },
  'account.number_missing': { status: 422, type: 'invalid_request', message: 'This number is not in the connected account.' },
  'number.bundle_required': {
    status: 422,
    type: 'invalid_request',
    message: 'This country asks for papers before a number is sold, and they are not approved yet. Please contact support.',
  },
  'number.code_not_sent': { status: 503, type: 'unavailable', message: 'No code can be sent at the moment. Please contact support.' },
  'number.code_expired': { status: 422, type: 'invalid_request', message: 'This code is too old. Ask for a new one.' },
  'number.code_wrong': {
    status: 422,
    type: 'invalid_request',
    message: 'This code is not right. Tries left: {left}.',
    values: { left: 'count' },
  },
  'number.connected': { status: 409, type: 'conflict', message: 'This number is connected already.' },
  'number.costly': {
    status: 422,
    type: 'invalid_request',
    message: 'Numbers that cost extra to call cannot be connected by a code.',
  },
  'number.country_closed': {
    status: 422,
    type: 'invalid_request',
    message: 'Codes cannot be sent to this country yet. Please contact support.',
  },
  'number.digits_wrong': { status: 422, type: 'invalid_request', message: 'These are not the last four digits of the number.' },
  'number.invalid': {
    status: 422,
    type: 'invalid_request',
    message: 'There is no such phone number. Write it with its country, such as +49 30 123456.',
  },
  'number.kind_not_sold': { status: 422, type: 'invalid_request', message: 'Your plan does not sell numbers of this kind.' },
  'number.locked': {
    status: 429,
    type: 'rate_limit',
    message: 'There were too many wrong codes. Try again in {minutes minutes|one: minute}.',
    values: { minutes: 'minutes' },
  },
  'number.no_texts': {
    status: 422,
    type: 'invalid_request',
    message: 'This number cannot get text messages. Choose to be called instead.',
  },
  'number.none_sold': { status: 403, type: 'permission', message: 'Your plan does not sell phone numbers.' },
  'number.not_connected': {
    status: 503,
    type: 'unavailable',
    message: 'Its calls cannot be led to anybody at the moment, so nothing was changed. Try again later, or contact support.',
  },
  'number.not_found': { status: 404, type: 'not_found', message: 'There is no such number.' },
  'number.opted_out': {
    status: 422,
    type: 'invalid_request',
    message: 'This number has asked for no more text messages. Choose to be called instead.',
  },
  'number.refused': {
    status: 409,
    type: 'conflict',
    message: 'This number cannot be bought here. Nothing was charged. Please contact support.',
  },
  'number.taken': { status: 409, type: 'conflict', message: 'This number was just taken. Please choose another.' },
  'number.unavailable': { status: 409, type: 'conflict', message: 'This number is no longer available. Please choose another.' },
  'number.unreachable': {
    status: 422,
    type: 'invalid_request',
    message: 'This number cannot be reached. Check it, or choose the other way to get the code.',
  },
  'number.verified': { status: 409, type: 'conflict', message: 'This number is verified already.' },
  'reservation.not_found': { status: 404, type: 'not_found', message: 'This number is no longer kept for you. Choose it again.' },
  'reservation.too_long': {
    status: 409,
    type: 'conflict',
    message: 'You have kept this number for an hour. Choose another, or come back to it later.',
  },
  'reservation.too_many': {
    status: 409,
    type: 'conflict',
    message: 'The payments of {most} numbers are still open. Pay for one of them or cancel it, then choose another.',
    values: { most: 'count' },
  },
  'telephony.not_configured': { status: 503, type: 'unavailable', message: 'Numbers are not set up yet. Please contact support.' },
  'telephony.provider_unavailable': {
    status: 503,
    type: 'unavailable',
    message: 'The phone company does not answer. Nothing was charged; please try again.',
  },
  'telephony.refused': {
    status: 422,
    type: 'invalid_request',
    message: 'The phone company does not accept this search. Change it and try again.',
  },
  'trunk.missing': { status: 409, type: 'conflict', message: 'This number does not come over a trunk.' },
  'trunk.uri_invalid': {
    status: 422,
    type: 'invalid_request',
    message: 'Give the host name of the trunk, such as sip.example.com or sip.example.com:5061.',
  },
} as const satisfies Record<string, ErrorEntry>;
